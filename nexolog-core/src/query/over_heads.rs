use crate::record::{Key, Level};

use super::filter::{Filter, Node, Times};
use super::place::Place;

/// A filter that asks for nothing but time, level and module: what counts of lines are kept by.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OverHeads {
    /// First time that matches, and the first after it that does not, in microseconds since the Unix epoch.
    pub(crate) from: Option<i64>,
    /// See `from`.
    pub(crate) to: Option<i64>,
    /// Asks for levels and modules only.
    node: Node,
}

impl Filter {
    /// The filter as a question to level, module and a range of time; `None` when it asks for anything else.
    #[must_use]
    pub(crate) fn over_heads(&self) -> Option<OverHeads> {
        let Times { from, to } = self.times();
        let rest = self.parts().iter().filter(|node| !matches!(node, Node::Times(_)));
        let node = Node::And(rest.cloned().collect());
        node.is_over_heads().then_some(OverHeads { from, to, node })
    }

    /// The range of time that it asks for: no line outside of it matches.
    #[must_use]
    pub(crate) fn times(&self) -> Times {
        let mut range = Times::default();
        for node in self.parts() {
            if let Node::Times(Times { from, to }) = node {
                range.from = range.from.max(*from);
                range.to = [range.to, *to].into_iter().flatten().min();
            }
        }
        range
    }

    /// Questions that are all to be answered with yes.
    fn parts(&self) -> &[Node] {
        match &self.node {
            Node::And(nodes) => nodes,
            node => std::slice::from_ref(node),
        }
    }
}

impl OverHeads {
    /// Whether a line of this level and module matches if its time does.
    pub(crate) fn has(&self, level: Option<Level>, module: Option<&str>) -> bool {
        self.node.has(level, module)
    }

    /// Whether every line matches whose time does.
    pub(crate) fn is_all(&self) -> bool {
        matches!(&self.node, Node::And(nodes) if nodes.is_empty())
    }

    /// Whether it looks at modules.
    pub(crate) fn names_modules(&self) -> bool {
        self.node.names_modules()
    }
}

impl Node {
    fn is_over_heads(&self) -> bool {
        match self {
            Node::And(nodes) | Node::Or(nodes) => nodes.iter().all(Node::is_over_heads),
            Node::Not(node) => node.is_over_heads(),
            Node::Levels(_) | Node::Key { place: Place::Reserved(Key::Module), .. } => true,
            _ => false,
        }
    }

    fn names_modules(&self) -> bool {
        match self {
            Node::And(nodes) | Node::Or(nodes) => nodes.iter().any(Node::names_modules),
            Node::Not(node) => node.names_modules(),
            Node::Key { .. } => true,
            _ => false,
        }
    }

    fn has(&self, level: Option<Level>, module: Option<&str>) -> bool {
        match self {
            Node::And(nodes) => nodes.iter().all(|node| node.has(level, module)),
            Node::Or(nodes) => nodes.iter().any(|node| node.has(level, module)),
            Node::Not(node) => !node.has(level, module),
            Node::Levels(levels) => level.is_some_and(|level| levels.has(level)),
            Node::Key { tests, .. } => {
                module.is_some_and(|module| tests.iter().any(|test| test.accepts_text(module)))
            }
            Node::Times(_) | Node::Text(_) | Node::Glob(_) | Node::Pattern(_) => false,
        }
    }
}
