//! What a line must have to match, so far as somebody who only knows what lines have can tell.

use super::filter::{Filter, Levels, Node, Times};
use super::fold::fold;
use super::glob::Glob;
use super::number::Number;
use super::place::Place;
use super::values::Test;
use crate::record::Key;

/// Most questions about values and keys in one filter; further ones are not asked, so that a hostile filter costs no
/// more than a scan.
const MOST_QUESTIONS: usize = 256;

/// The largest whole number up to which every one is a float of its own.
const MOST_EXACT: i128 = 1 << 53;

/// What holds for every line that a filter matches.
///
/// It may hold for others as well. The values spoken of are the scalars that a bare word is looked for in: those of all
/// keys but `seq`, `timestamp`, `level`, `duration_ms` and `line`. Texts are [folded](fold).
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Needs {
    /// Nothing is known.
    Nothing,
    /// No line matches.
    Never,
    /// All of these; at least two.
    All(Vec<Needs>),
    /// One of these; at least two.
    Any(Vec<Needs>),
    /// One of these levels.
    Levels(Levels),
    /// A time in this range.
    Times(Times),
    /// A module that passes, where the line has one under the reserved key.
    Module(ModuleTest),
    /// A value that contains this text.
    Text(String),
    /// A value that is this text.
    Value(String),
    /// A number that is this one, however it is written. At most 2^53, either way.
    Number(i128),
    /// A key, or a path of names joined by dots, in `fields` or beside the reserved keys.
    Key(String),
}

/// Which modules a filter asks for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ModuleTest(Vec<Test>);

impl ModuleTest {
    /// Whether lines of this module may match.
    pub(crate) fn accepts(&self, module: &str) -> bool {
        self.0.iter().any(|test| test.accepts_text(module))
    }
}

impl Filter {
    /// What every line that matches has.
    pub(crate) fn needs(&self) -> Needs {
        let needs = needs_of(&self.node);
        if questions(&needs) > MOST_QUESTIONS { without_questions(needs) } else { needs }
    }
}

impl Needs {
    /// All of `parts`.
    fn all(parts: impl IntoIterator<Item = Needs>) -> Needs {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Needs::Nothing => {}
                Needs::Never => return Needs::Never,
                Needs::All(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        single(kept, Needs::Nothing, Needs::All)
    }

    /// One of `parts`.
    fn any(parts: impl IntoIterator<Item = Needs>) -> Needs {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Needs::Nothing => return Needs::Nothing,
                Needs::Never => {}
                Needs::Any(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        single(kept, Needs::Never, Needs::Any)
    }
}

fn single(mut parts: Vec<Needs>, none: Needs, join: fn(Vec<Needs>) -> Needs) -> Needs {
    match parts.len() {
        0 => none,
        1 => parts.pop().unwrap_or(none),
        _ => join(parts),
    }
}

fn needs_of(node: &Node) -> Needs {
    match node {
        Node::And(nodes) => Needs::all(nodes.iter().map(needs_of)),
        Node::Or(nodes) => Needs::any(nodes.iter().map(needs_of)),
        // What a line must not have says nothing about what it has.
        Node::Not(_) => Needs::Nothing,
        Node::Levels(levels) => Needs::Levels(*levels),
        Node::Times(times) => Needs::Times(*times),
        Node::Text(needle) => containing(needle.folded()),
        Node::Glob(glob) => parts_of(glob),
        Node::Pattern(pattern) => {
            Needs::all(pattern.literals().iter().map(|text| containing(text)))
        }
        Node::Key { place: Place::Reserved(Key::Module), tests } => {
            Needs::Module(ModuleTest(tests.clone()))
        }
        Node::Key { place, tests } => Needs::all([key(place), any_of(place, tests)]),
    }
}

/// The key itself, where its name is kept beside its value.
fn key(place: &Place) -> Needs {
    match place {
        Place::Field(path) => Needs::Key(path.clone()),
        _ => Needs::Nothing,
    }
}

fn any_of(place: &Place, tests: &[Test]) -> Needs {
    let is_unknown =
        [Key::Seq, Key::Timestamp, Key::Level, Key::DurationMs, Key::Line].map(Place::Reserved);
    if is_unknown.contains(place) {
        return Needs::Nothing;
    }
    Needs::any(tests.iter().map(of_test))
}

fn of_test(test: &Test) -> Needs {
    match test {
        Test::Exact { text, .. } => equal(&fold(text)),
        Test::Is { needle, number: None } => equal(needle.folded()),
        Test::Is { needle, number: Some(number) } => {
            Needs::any([equal(needle.folded()), of_number(*number)])
        }
        Test::Contains(needle) => containing(needle.folded()),
        Test::Glob(glob) => parts_of(glob),
        Test::Pattern(pattern) => {
            Needs::all(pattern.literals().iter().map(|text| containing(text)))
        }
        Test::Exists | Test::Beyond { .. } | Test::Within { .. } => Needs::Nothing,
    }
}

fn of_number(number: Number) -> Needs {
    let whole = match number {
        Number::Whole(whole) => whole,
        #[allow(clippy::cast_possible_truncation, reason = "bounded by what is asked just after")]
        Number::Float(float) if float.fract() == 0.0 => float as i128,
        Number::Float(_) => return Needs::Nothing,
    };
    if whole.abs() <= MOST_EXACT { Needs::Number(whole) } else { Needs::Nothing }
}

fn containing(folded: &str) -> Needs {
    if folded.is_empty() { Needs::Nothing } else { Needs::Text(folded.to_owned()) }
}

fn equal(folded: &str) -> Needs {
    if folded.is_empty() { Needs::Nothing } else { Needs::Value(folded.to_owned()) }
}

fn parts_of(glob: &Glob) -> Needs {
    Needs::all(glob.parts().iter().map(|part| containing(&fold(part))))
}

/// How many questions about values and keys there are.
fn questions(needs: &Needs) -> usize {
    match needs {
        Needs::All(parts) | Needs::Any(parts) => parts.iter().map(questions).sum(),
        Needs::Text(_) | Needs::Value(_) | Needs::Number(_) | Needs::Key(_) => 1,
        _ => 0,
    }
}

fn without_questions(needs: Needs) -> Needs {
    match needs {
        Needs::All(parts) => Needs::all(parts.into_iter().map(without_questions)),
        Needs::Any(parts) => Needs::any(parts.into_iter().map(without_questions)),
        Needs::Text(_) | Needs::Value(_) | Needs::Number(_) | Needs::Key(_) => Needs::Nothing,
        other => other,
    }
}
