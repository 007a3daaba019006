use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

/// Shorter ones say too little.
const SHORTEST: usize = 3;

/// Texts, of ASCII and in lower case, that everything contains which the regular expression `source` matches, letter case
/// aside.
///
/// Only ASCII: of other letters it is not said that the expression and [`fold`](super::fold::fold) take the same ones for one.
pub(super) fn of(source: &str, nest_limit: u32) -> Vec<String> {
    // Letter by letter a literal stays one; without letter case each would be a class of two.
    let parsed = ParserBuilder::new().nest_limit(nest_limit).build().parse(source);
    let mut found = Found::default();
    if let Ok(expression) = parsed {
        found.walk(&expression);
        found.end_run();
    }
    found.literals
}

#[derive(Default)]
struct Found {
    literals: Vec<String>,
    /// What stands together, so far.
    run: String,
}

impl Found {
    fn walk(&mut self, part: &Hir) {
        match part.kind() {
            HirKind::Literal(literal) => {
                for byte in &*literal.0 {
                    if byte.is_ascii() {
                        self.run.push(char::from(byte.to_ascii_lowercase()));
                    } else {
                        self.end_run();
                    }
                }
            }
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.walk(part)),
            HirKind::Capture(group) => self.walk(&group.sub),
            HirKind::Repetition(repetition) => {
                self.end_run();
                if repetition.min > 0 {
                    self.walk(&repetition.sub);
                    self.end_run();
                }
            }
            // They take no room.
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Class(_) | HirKind::Alternation(_) => self.end_run(),
        }
    }

    fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run.len() >= SHORTEST {
            self.literals.push(run);
        }
    }
}
