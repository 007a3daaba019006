use crate::corpus::RARE_WORDS;

/// The questions of part E.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Q1: all lines of one request.
    RequestId,
    /// Q2: the same for a request that never was.
    AbsentId,
    /// Q3: two words that few lines have.
    RareWords,
    /// Q4: two words that many lines have.
    CommonWords,
    /// Q5: errors of a module in one hour.
    Hour,
    /// Q6: counts by level and by module.
    Counts,
    /// Q7: counts by hour and level.
    Timeline,
    /// Q8: the 95th percentile of the duration by module.
    Percentiles,
    /// Q9: a word in another letter case, and a user.
    FoldedWord,
    /// Q10: part of a word, which no line has.
    Substring,
}

/// All of them, in order.
pub const ALL: [Question; 10] = [
    Question::RequestId,
    Question::AbsentId,
    Question::RareWords,
    Question::CommonWords,
    Question::Hour,
    Question::Counts,
    Question::Timeline,
    Question::Percentiles,
    Question::FoldedWord,
    Question::Substring,
];

/// Records that a page has.
pub(super) const LIMIT: usize = 100;

/// Longest page, for the one question that asks for all of an hour.
pub(super) const MOST: usize = 1_000;

/// An id that was never given.
pub(super) const ABSENT_ID: &str = "0198c5f2-5d1a-7c3e-9f00-0123456789ab";

/// The rare words; both must be there.
pub(super) const RARE: [&str; 2] = RARE_WORDS;

/// The common words, which stand together in one line of six.
pub(super) const COMMON: [&str; 2] = ["answered", "with"];

/// The module of Q5.
pub(super) const MODULE: &str = "database";

/// The word of Q9, which stands in lower case in the lines.
pub(super) const FOLDED: &str = "TIMEOUT";

/// Part of a word that no line has.
pub(super) const PART: &str = "ttlemen";

impl Question {
    /// As the budgets name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Question::RequestId => "Q1 a request id, 5 lines",
            Question::AbsentId => "Q2 an id that is not there",
            Question::RareWords => "Q3 rare words, newest 100",
            Question::CommonWords => "Q4 common words, newest 100",
            Question::Hour => "Q5 one hour, ≥ ERROR, one module",
            Question::Counts => "Q6 count by level and module",
            Question::Timeline => "Q7 count by hour and level",
            Question::Percentiles => "Q8 p95 of duration by module",
            Question::FoldedWord => "Q9 case-folded word and a user, newest 100",
            Question::Substring => "Q10 a substring inside a word, none found",
        }
    }

    /// Its goal at 1 GB, in milliseconds.
    #[must_use]
    pub fn goal_ms(self) -> f64 {
        match self {
            Question::RequestId | Question::Counts => 3.0,
            Question::AbsentId => 2.0,
            Question::RareWords | Question::Timeline | Question::Percentiles => 5.0,
            Question::CommonWords => 1.5,
            Question::Hour => 2.5,
            Question::FoldedWord => 60.0,
            Question::Substring => 500.0,
        }
    }

    /// The peer of its goal, and which share of that peer's time it may take.
    #[must_use]
    pub fn goal_ratio(self) -> (&'static str, f64) {
        use super::duckdb::Format;
        use super::ripgrep::Files;
        match self {
            Question::RequestId | Question::AbsentId | Question::Hour => {
                (Files::Plain.name(), 0.015)
            }
            Question::RareWords => (Files::Plain.name(), 0.03),
            Question::CommonWords => (Files::Plain.name(), 0.2),
            Question::Counts | Question::Timeline | Question::Percentiles => {
                (Format::Parquet.name(), 0.08)
            }
            Question::FoldedWord => (Files::Plain.name(), 0.15),
            Question::Substring => (Files::Zstd.name(), 0.25),
        }
    }

    /// How often as long it may take on a hundred times the lines; `None` where no limit is set.
    #[must_use]
    pub fn goal_growth(self) -> Option<f64> {
        match self {
            Question::RequestId | Question::AbsentId | Question::Hour => Some(15.0),
            // "Not at all", and by minutes, which are the same: half again is for what else the machine does.
            Question::CommonWords
            | Question::Counts
            | Question::Timeline
            | Question::Percentiles => Some(1.5),
            Question::RareWords | Question::FoldedWord | Question::Substring => None,
        }
    }
}
