use super::question::{ALL, Question};
use super::rounds::{Measured, Results};
use crate::figures::quantile;
use crate::table::{Goal, print_goals};

impl Measured {
    fn median(&self) -> f64 {
        quantile(&mut self.times.clone(), 0.5)
    }
}

/// Prints the times, the goals, and where answers differ; goals in milliseconds are set for a log of 1 GB.
pub fn print_table(results: &Results, peers: &[&str], megabytes: u64) {
    println!(
        "\n| ms | {} | goal at 1 GB |\n|---|{}---:|",
        peers.join(" | "),
        "---:|".repeat(peers.len())
    );
    for question in ALL {
        let cells: Vec<String> =
            peers.iter().map(|peer| cell(results.of(peer, question))).collect();
        println!("| {} | {} | ≤ {} |", question.name(), cells.join(" | "), question.goal_ms());
    }
    print_goals(&goals(results, peers[0], megabytes >= 1_000));
    println!("\nWhat was answered:\n");
    for (question, answer) in &results.answers {
        println!("- {}: {answer}", question.name());
    }
    let differences = &results.differences;
    println!("\nDifferent answers: {}", if differences.is_empty() { "none" } else { "" });
    for difference in differences {
        println!("- {difference}");
    }
    let unfinished = |it: &&Measured| it.incomplete.is_some();
    for Measured { peer, question, incomplete, .. } in results.measured.iter().filter(unfinished) {
        let reason = incomplete.as_deref().unwrap_or_default();
        println!("- {}, {peer}: not complete, {reason}", question.name());
    }
}

fn cell(measured: Option<&Measured>) -> String {
    let Some(measured) = measured else { return "–".to_owned() };
    let ms = measured.median();
    let digits = if ms < 10.0 { 2 } else { 0 };
    let once = if measured.times.len() < 2 { " (once)" } else { "" };
    let stopped = if measured.incomplete.is_some() { ", not complete" } else { "" };
    format!("{ms:.digits$}{once}{stopped}")
}

/// An answer that is not complete reaches nothing.
fn goals(results: &Results, ours: &str, in_milliseconds: bool) -> Vec<Goal> {
    let time = |peer: &str, question| match results.of(peer, question) {
        Some(measured) if measured.incomplete.is_none() => Some(measured.median()),
        Some(_) => Some(f64::INFINITY),
        None => None,
    };
    let mut goals = Vec::new();
    for question in ALL {
        let (peer, goal) = question.goal_ratio();
        let here = time(ours, question);
        let reached = here.zip(time(peer, question)).map(|(here, peer)| here / peer);
        let what = format!("{}: to {peer}", short(question));
        goals.push(Goal { what, goal, reached, at_least: false });
        if in_milliseconds {
            let what = format!("{}: ms", short(question));
            goals.push(Goal { what, goal: question.goal_ms(), reached: here, at_least: false });
        }
    }
    goals
}

fn short(question: Question) -> &'static str {
    question.name().split(' ').next().unwrap_or_default()
}

/// Prints how the times of `ours` grow from the first size to the last; sizes are in MB.
pub fn print_growth(sizes: &[(u64, Results)], ours: &str) {
    let titles: Vec<String> =
        sizes.iter().map(|(megabytes, _)| format!("{megabytes} MB")).collect();
    let lines = "---:|".repeat(sizes.len());
    println!("\n| ms | {} | growth | limit |\n|---|{lines}---:|---:|", titles.join(" | "));
    for question in ALL {
        let measured: Vec<_> =
            sizes.iter().map(|(_, results)| results.of(ours, question)).collect();
        let cells: Vec<String> = measured.iter().map(|it| cell(*it)).collect();
        let ends = measured.first().copied().flatten().zip(measured.last().copied().flatten());
        let growth = ends.map_or(f64::NAN, |(first, last)| last.median() / first.median());
        let limit = question.goal_growth().map(|limit| scaled(limit, sizes));
        let limit = limit.map_or("–".to_owned(), |limit| format!("≤ {limit:.1}"));
        println!("| {} | {} | {growth:.1} | {limit} |", question.name(), cells.join(" | "));
    }
}

/// The limit is for a hundred times the lines; for less it is the same power of the growth.
fn scaled(limit: f64, sizes: &[(u64, Results)]) -> f64 {
    let ends = sizes.first().zip(sizes.last());
    let data = ends.map_or(1.0, |((first, _), (last, _))| *last as f64 / *first as f64);
    limit.powf(data.log(100.0)).max(limit.min(1.5))
}
