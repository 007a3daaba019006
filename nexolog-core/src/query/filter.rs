use crate::record::Level;

use super::fold::Needle;
use super::glob::Glob;
use super::pattern::Pattern;
use super::place::Place;
use super::values::Test;

/// A parsed filter; see the module.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filter {
    pub(super) node: Node,
}

/// A question to a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// All of them; so none of them says yes to every line.
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Levels(Levels),
    Times(Times),
    /// A text anywhere in the values.
    Text(Needle),
    Glob(Glob),
    Pattern(Pattern),
    /// Any of the tests on any value of a key.
    Key {
        place: Place,
        tests: Vec<Test>,
    },
}

/// A set of levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Levels(u8);

impl Levels {
    pub(super) fn of(levels: impl IntoIterator<Item = Level>) -> Levels {
        Levels(levels.into_iter().fold(0, |set, level| set | 1 << level as u8))
    }

    pub(crate) fn has(self, level: Level) -> bool {
        self.0 & 1 << level as u8 != 0
    }

    pub(super) fn with(self, other: Levels) -> Levels {
        Levels(self.0 | other.0)
    }
}

/// From (included) to (not included), in microseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) from: Option<i64>,
    pub(crate) to: Option<i64>,
}

impl Times {
    pub(super) fn has(self, timestamp: i64) -> bool {
        self.from.is_none_or(|from| timestamp >= from) && self.to.is_none_or(|to| timestamp < to)
    }
}

impl Node {
    pub(super) fn all() -> Node {
        Node::And(Vec::new())
    }

    /// All of `nodes`, the cheapest first.
    pub(super) fn and(nodes: impl IntoIterator<Item = Node>) -> Node {
        let mut flat = Vec::new();
        for node in nodes {
            match node {
                Node::And(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        flat.sort_by_key(Node::cost);
        single(flat, Node::And)
    }

    /// Any of `nodes`, the cheapest first.
    pub(super) fn or(nodes: impl IntoIterator<Item = Node>) -> Node {
        let mut nodes: Vec<Node> = nodes.into_iter().collect();
        nodes.sort_by_key(Node::cost);
        single(nodes, Node::Or)
    }

    /// How dear an answer is, roughly, from 0.
    fn cost(&self) -> u32 {
        match self {
            Node::Levels(_) | Node::Times(_) => 0,
            Node::Key { tests, .. } => 2 + u32::from(tests.len() > 8),
            Node::Text(_) => 4,
            Node::Glob(_) => 6,
            Node::Pattern(_) => 7,
            Node::Not(inner) => inner.cost(),
            Node::And(inner) | Node::Or(inner) => inner.iter().map(Node::cost).sum::<u32>() + 1,
        }
    }
}

fn single(mut nodes: Vec<Node>, join: fn(Vec<Node>) -> Node) -> Node {
    match (nodes.len(), nodes.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            nodes.extend(last);
            join(nodes)
        }
    }
}

impl Filter {
    /// Matches every line.
    #[must_use]
    pub(crate) fn all() -> Filter {
        Filter { node: Node::all() }
    }

    /// Matches what every one of `filters` matches.
    #[must_use]
    pub(crate) fn and(filters: impl IntoIterator<Item = Filter>) -> Filter {
        Filter { node: Node::and(filters.into_iter().map(|filter| filter.node)) }
    }

    /// Matches lines of one of these levels.
    #[must_use]
    pub(crate) fn levels(levels: impl IntoIterator<Item = Level>) -> Filter {
        Filter { node: Node::Levels(Levels::of(levels)) }
    }

    /// Matches lines at or above `level`.
    #[must_use]
    pub(crate) fn at_least(level: Level) -> Filter {
        Filter::levels(Level::ALL.into_iter().filter(|other| *other >= level))
    }

    /// Matches lines whose reserved key or field `key` is exactly one of `values` (case-sensitive); none without values.
    #[must_use]
    pub(crate) fn one_of(key: &str, values: impl IntoIterator<Item = String>) -> Filter {
        let tests: Vec<Test> = values.into_iter().map(Test::exact).collect();
        let node = match Place::of(key) {
            Ok(place) if !tests.is_empty() => Node::Key { place, tests },
            // No line has such a key, or no value will do.
            _ => Node::Or(Vec::new()),
        };
        Filter { node }
    }

    /// Matches lines stamped at or after `from` and before `to`, in microseconds since the Unix epoch.
    #[must_use]
    pub(crate) fn between(from: Option<i64>, to: Option<i64>) -> Filter {
        Filter { node: Node::Times(Times { from, to }) }
    }
}
