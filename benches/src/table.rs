//! Tables in Markdown.

use crate::driver::Results;

/// A column: its title, the figure it shows, and how.
pub struct Column {
    /// What stands above it.
    pub title: &'static str,
    /// The figure's name.
    pub figure: &'static str,
    /// Digits after the point.
    pub digits: usize,
}

/// A column without digits after the point.
#[must_use]
pub const fn whole(title: &'static str, figure: &'static str) -> Column {
    Column { title, figure, digits: 0 }
}

/// A column with one digit after the point.
#[must_use]
pub const fn tenths(title: &'static str, figure: &'static str) -> Column {
    Column { title, figure, digits: 1 }
}

/// A column with two digits after the point.
#[must_use]
pub const fn hundredths(title: &'static str, figure: &'static str) -> Column {
    Column { title, figure, digits: 2 }
}

/// Prints a table, one row a peer; peers that have none of the figures are left out.
pub fn print(results: &Results, columns: &[Column]) {
    let titles: Vec<&str> = columns.iter().map(|column| column.title).collect();
    println!("\n| | {} |\n|---|{}", titles.join(" | "), "---:|".repeat(columns.len()));
    for (peer, figures) in results {
        let cell = |column: &Column| match figures.get(column.figure) {
            Some(value) => grouped(value, column.digits),
            None => "–".to_owned(),
        };
        if columns.iter().any(|column| figures.get(column.figure).is_some()) {
            let cells: Vec<String> = columns.iter().map(cell).collect();
            println!("| {peer} | {} |", cells.join(" | "));
        }
    }
}

/// A goal: what it is called, the limit, what was reached, and whether more is better.
pub struct Goal {
    /// In the words of the budgets.
    pub what: String,
    /// The limit.
    pub goal: f64,
    /// What was measured; `None` when the run left it out.
    pub reached: Option<f64>,
    /// Whether the limit is a lower one.
    pub at_least: bool,
}

/// Prints what was reached of each goal.
pub fn print_goals(goals: &[Goal]) {
    println!("\n| goal | limit | reached | met |\n|---|---:|---:|---|");
    for Goal { what, goal, reached, at_least } in goals {
        let Some(reached) = reached else { continue };
        let met = if *at_least { reached >= goal } else { reached <= goal };
        let sign = if *at_least { "≥" } else { "≤" };
        let met = if met { "yes" } else { "**no**" };
        println!("| {what} | {sign} {} | {} | {met} |", short(*goal), short(*reached));
    }
}

fn short(value: f64) -> String {
    if value >= 100.0 {
        grouped(value, 0)
    } else {
        format!("{}", (value * 1_000.0).round() / 1_000.0)
    }
}

/// A number with its thousands set apart.
fn grouped(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) && digit != '-' && !grouped.ends_with('-')
        {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}
