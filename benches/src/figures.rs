//! Named numbers: how a child hands them to its parent, and their medians.

use std::collections::BTreeMap;

/// The figures that one child measured.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    values: BTreeMap<String, f64>,
}

impl Figures {
    /// Adds a figure.
    pub fn set(&mut self, name: &str, value: f64) {
        self.values.insert(name.to_owned(), value);
    }

    /// A figure, if it was measured.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<f64> {
        self.values.get(name).copied()
    }

    /// Takes over the figures of another measurement.
    pub fn extend(&mut self, others: Figures) {
        self.values.extend(others.values);
    }

    /// As a child prints them.
    #[must_use]
    pub fn to_lines(&self) -> String {
        let lines = self.values.iter().map(|(name, value)| format!("figure {name} {value}"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// As its parent reads them, among whatever else was printed.
    #[must_use]
    pub fn from_lines(text: &str) -> Figures {
        let read = |line: &str| {
            let mut words = line.strip_prefix("figure ")?.split(' ');
            Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
        };
        Figures { values: text.lines().filter_map(read).collect() }
    }

    /// The median of each figure over the rounds.
    #[must_use]
    pub fn medians(rounds: &[Figures]) -> Figures {
        let mut by_name: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for (name, value) in rounds.iter().flat_map(|round| &round.values) {
            by_name.entry(name).or_default().push(*value);
        }
        let median =
            |(name, mut values): (&str, Vec<f64>)| (name.to_owned(), quantile(&mut values, 0.5));
        Figures { values: by_name.into_iter().map(median).collect() }
    }
}

/// The value below which `share` of the values lie; sorts them. Zero when there are none.
pub fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the slice")]
    let at = (last * share).round() as usize;
    values.get(at).copied().unwrap_or(0.0)
}
