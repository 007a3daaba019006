use std::collections::BTreeMap;

/// An answer, in a form in which those of all peers can be compared.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Numbers of records, highest first.
    Records(Vec<u64>),
    /// Any so many records; which ones is another's choice.
    SoMany(usize),
    /// Counts by name.
    Counts(BTreeMap<String, u64>),
    /// Percentiles by name.
    Percentiles(BTreeMap<String, f64>),
}

/// How far a percentile may be off, as a share; floats take the rest.
const ERROR: f64 = 0.01 + 1e-9;

impl Answer {
    /// Records, in whatever order they came, of which only the newest count.
    #[must_use]
    pub fn newest(mut records: Vec<u64>, limit: usize) -> Answer {
        records.sort_unstable_by(|one, other| other.cmp(one));
        records.truncate(limit);
        Answer::Records(records)
    }

    /// Counts by level and by module, from counts by both.
    pub fn margins<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str, u64)>) -> Answer {
        let mut counts: BTreeMap<[&str; 2], u64> = BTreeMap::new();
        for (level, module, count) in pairs {
            *counts.entry(["level", level]).or_default() += count;
            *counts.entry(["module", module]).or_default() += count;
        }
        Answer::Counts(counts.into_iter().map(|(name, count)| (name.join(" "), count)).collect())
    }

    /// How this differs from the answer of another; `None` when both say the same.
    #[must_use]
    pub fn difference(&self, other: &Answer) -> Option<String> {
        use Answer::{Counts, Percentiles, Records, SoMany};
        let same = match (self, other) {
            (Records(one), Records(other)) => one == other,
            (Records(records), SoMany(many)) | (SoMany(many), Records(records)) => {
                records.len() == *many
            }
            (Counts(one), Counts(other)) => one == other,
            (Percentiles(one), Percentiles(other)) => is_close(one, other),
            _ => false,
        };
        (!same).then(|| format!("{} beside {}", self.summary(), other.summary()))
    }

    /// In a few words.
    #[must_use]
    pub fn summary(&self) -> String {
        match self {
            Answer::Records(records) => {
                let between = |(newest, oldest)| format!(", seq {oldest} to {newest}");
                let range = records.first().zip(records.last()).map(between);
                format!("{} records{}", records.len(), range.unwrap_or_default())
            }
            Answer::SoMany(many) => format!("{many} records"),
            Answer::Counts(counts) => {
                let sum: u64 = counts.values().sum();
                format!("{} counts, {sum} together", counts.len())
            }
            Answer::Percentiles(all) => {
                let sum: f64 = all.values().sum();
                format!("{} percentiles, {sum:.1} together", all.len())
            }
        }
    }
}

fn is_close(one: &BTreeMap<String, f64>, other: &BTreeMap<String, f64>) -> bool {
    one.keys().eq(other.keys())
        && one.iter().all(|(name, value)| (value - other[name]).abs() <= ERROR * other[name])
}
