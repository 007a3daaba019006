use super::fold::fold;

/// A text with stars; a star stands for anything, nothing included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Glob {
    /// What stands between the stars.
    parts: Vec<String>,
    folds: bool,
}

impl Glob {
    /// Matches a whole text in any letter case.
    pub(super) fn folding(pattern: &str) -> Glob {
        Glob { parts: split(&fold(pattern)), folds: true }
    }

    /// Matches a whole text, letter for letter.
    pub(super) fn exact(pattern: &str) -> Glob {
        Glob { parts: split(pattern), folds: false }
    }

    /// Matches a text that contains the pattern, in any letter case.
    pub(super) fn anywhere(pattern: &str) -> Glob {
        Glob::folding(&format!("*{pattern}*"))
    }

    /// Texts that a match contains, some of them empty; folded or as they are.
    pub(super) fn parts(&self) -> &[String] {
        &self.parts
    }

    /// Whether letter case is ignored.
    pub(super) fn folds(&self) -> bool {
        self.folds
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        if self.folds { self.matches_as_is(&fold(text)) } else { self.matches_as_is(text) }
    }

    fn matches_as_is(&self, text: &str) -> bool {
        let (first, middle, last) = match self.parts.as_slice() {
            [first, middle @ .., last] => (first, middle, last),
            [only] => return text == only,
            [] => return text.is_empty(),
        };
        let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
        for part in middle {
            // The first place is the best one: it leaves the most for the parts that follow.
            let Some(at) = rest.find(part.as_str()) else { return false };
            rest = rest.get(at + part.len()..).unwrap_or_default();
        }
        rest.ends_with(last.as_str())
    }
}

fn split(pattern: &str) -> Vec<String> {
    pattern.split('*').map(String::from).collect()
}
