use regex::{Regex, RegexBuilder};

use super::literals;

/// Longest regular expression in bytes.
const MAX_LENGTH: usize = 1_000;
/// Most memory that one compiled expression may take.
const MAX_COMPILED: usize = 256 << 10;
/// Most memory for the states that matching builds as it goes.
const MAX_STATES: usize = 1 << 20;
/// Deepest nesting of groups.
const MAX_NESTING: u32 = 32;

/// A regular expression; letter case is ignored unless it says `(?-i)`.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    regex: Regex,
    literals: Vec<String>,
}

impl Pattern {
    /// The error is a sentence for the one who wrote the expression.
    pub(super) fn new(source: &str) -> Result<Pattern, String> {
        if source.len() > MAX_LENGTH {
            return Err(format!(
                "this regular expression has {} bytes; at most {MAX_LENGTH} are accepted",
                source.len()
            ));
        }
        RegexBuilder::new(source)
            .case_insensitive(true)
            .size_limit(MAX_COMPILED)
            .dfa_size_limit(MAX_STATES)
            .nest_limit(MAX_NESTING)
            .build()
            .map(|regex| Pattern { regex, literals: literals::of(source, MAX_NESTING) })
            .map_err(|error| explain(&error))
    }

    /// Texts that everything it matches contains, in lower case and in any letter case.
    pub(super) fn literals(&self) -> &[String] {
        &self.literals
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.regex.as_str() == other.regex.as_str()
    }
}

fn explain(error: &regex::Error) -> String {
    let reason = match error {
        regex::Error::CompiledTooBig(_) => "it grows too big; use smaller repetitions".to_owned(),
        // The library draws the place in several lines; its last one says what is wrong.
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default().trim();
            last.strip_prefix("error: ").unwrap_or(last).to_owned()
        }
    };
    format!("this regular expression can't be used: {reason}")
}
