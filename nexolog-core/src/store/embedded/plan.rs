//! Which blocks of a segment may hold what is looked for, so far as its index can tell.

use std::sync::Arc;

use crate::query::{Levels, ModuleTest, Needs, Times};
use crate::record::Level;
use crate::store::Order;
use crate::store::index::{Block, BlockSet, Index, LevelSet, Loaded};

use super::position::{Position, Span};
use super::question::Question;
use super::scan::Known;

/// The blocks of a segment that are to be read, and what is known of the others.
#[derive(Debug)]
pub(super) struct Plan {
    loaded: Arc<Loaded>,
    chosen: BlockSet,
    /// Those whose records are told of already, in the order of the question.
    passed: usize,
    order: Order,
}

impl Plan {
    /// Asks the index of a segment.
    pub(super) fn of(index: &Index, question: &Question, position: &Position) -> Plan {
        let mut chosen = choose(&question.needs, index);
        let loaded = Arc::clone(index.loaded());
        let none = BlockSet::none(loaded.blocks().len());
        let mut plan = Plan { loaded, chosen: none, passed: 0, order: question.order };
        if !chosen.is_empty() {
            chosen.and(&plan.beyond(position));
        }
        plan.chosen = chosen;
        plan
    }

    /// Whether no block is to be read.
    pub(super) fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// The blocks that may have records beyond `position`.
    fn beyond(&self, position: &Position) -> BlockSet {
        if span_of(self.loaded.whole()).is_some_and(|span| position.takes_all(&span)) {
            return BlockSet::all(self.loaded.blocks().len());
        }
        let mut position = position.clone();
        let mut beyond = BlockSet::none(self.loaded.blocks().len());
        for at in 0..self.loaded.blocks().len() {
            let number = self.number(at);
            let span = self.loaded.blocks().get(number).and_then(span_of);
            // What follows on one that is beyond is beyond as well.
            if span.is_some_and(|span| position.pass(&span).is_some()) {
                beyond.insert(number);
            }
        }
        beyond
    }

    /// Which block is the one `at` this place in the order of the question.
    fn number(&self, at: usize) -> usize {
        match self.order {
            Order::OldestFirst => at,
            Order::NewestFirst => self.loaded.blocks().len().saturating_sub(at + 1),
        }
    }

    /// The blocks to be read, in the order of the file.
    pub(super) fn chosen(&self) -> impl Iterator<Item = (&Block, Known)> {
        self.chosen.iter().filter_map(|number| {
            let block = self.loaded.blocks().get(number)?;
            Some((block, known(number, block)))
        })
    }

    /// The next block, in the order of the question and before block `until`, that is not read; all of them as one where none
    /// is read and all lie beyond `position`.
    pub(super) fn next_skipped(
        &mut self,
        until: Option<usize>,
        position: &Position,
    ) -> Option<Known> {
        let whole = self.loaded.whole();
        if self.passed == 0
            && self.chosen.is_empty()
            && span_of(whole).is_some_and(|span| position.takes_all(&span))
        {
            self.passed = self.loaded.blocks().len();
            return Some(known(0, whole));
        }
        while self.passed < self.loaded.blocks().len() {
            let number = self.number(self.passed);
            if until == Some(number) {
                return None;
            }
            self.passed += 1;
            if !self.chosen.has(number) {
                return self.loaded.blocks().get(number).map(|block| known(number, block));
            }
        }
        None
    }
}

fn known(number: usize, block: &Block) -> Known {
    Known {
        number,
        span: span_of(block),
        records: u64::from(block.records),
        damaged: u64::from(block.damaged),
        long: u64::from(block.long),
        is_plain: block.is_plain(),
    }
}

fn span_of(block: &Block) -> Option<Span> {
    (block.records > 0).then_some(Span {
        seqs: (block.first_seq, block.last_seq),
        times: (block.earliest, block.latest),
    })
}

/// The blocks that may have a line with these needs.
fn choose(needs: &Needs, index: &Index) -> BlockSet {
    let mut chosen = BlockSet::all(index.blocks().len());
    narrow(&mut chosen, needs, index);
    chosen
}

/// Takes the blocks out of `set` that can't have what is needed.
fn narrow(set: &mut BlockSet, needs: &Needs, index: &Index) {
    // Whoever can't be asked knows nothing.
    let asked = match needs {
        Needs::Nothing => return,
        Needs::Never => return set.and(&BlockSet::none(index.blocks().len())),
        Needs::All(parts) => return narrow_by_all(set, parts, index),
        Needs::Any(parts) => return narrow_by_any(set, parts, index),
        Needs::Levels(levels) => return narrow_by_head(set, &[*levels], &[], index),
        Needs::Module(test) => return narrow_by_head(set, &[], &[test], index),
        Needs::Times(times) => return keep(index, set, |block| may_be_at(block, *times)),
        Needs::Text(text) => index.containing(text),
        Needs::Value(text) => index.equal(text),
        Needs::Number(number) => index.number(*number),
        Needs::Key(name) => index.has_key(name),
    };
    if let Ok(asked) = asked {
        set.and(&asked);
    }
}

/// What is in the head of the index comes first, then what has to be looked up, as long as there is a reason to.
fn narrow_by_all(set: &mut BlockSet, parts: &[Needs], index: &Index) {
    let (mut levels, mut modules) = (Vec::new(), Vec::new());
    let mut others: Vec<&Needs> = Vec::new();
    for part in parts {
        match part {
            Needs::Levels(some) => levels.push(*some),
            Needs::Module(test) => modules.push(test),
            other => others.push(other),
        }
    }
    others.sort_by_key(|part| cost(part));
    for part in others.iter().filter(|part| cost(part) == 0) {
        narrow(set, part, index);
    }
    narrow_by_head(set, &levels, &modules, index);
    for part in others.iter().filter(|part| cost(part) > 0) {
        if set.is_empty() {
            return;
        }
        narrow(set, part, index);
    }
}

fn narrow_by_any(set: &mut BlockSet, parts: &[Needs], index: &Index) {
    let mut union = BlockSet::none(index.blocks().len());
    for part in parts {
        let mut one = set.clone();
        narrow(&mut one, part, index);
        union.or(&one);
        if union == *set {
            return;
        }
    }
    set.and(&union);
}

/// How dear an answer is, roughly; 0 when it is in the head.
fn cost(needs: &Needs) -> u32 {
    match needs {
        Needs::Nothing | Needs::Never | Needs::Levels(_) | Needs::Times(_) | Needs::Module(_) => 0,
        // Exact ones say most.
        Needs::Value(_) | Needs::Number(_) => 1,
        Needs::Key(_) => 2,
        Needs::Text(_) => 3,
        Needs::All(parts) | Needs::Any(parts) => parts.iter().map(cost).sum(),
    }
}

/// Keeps the blocks that have a line of one of each of the `levels`, in a module that passes all tests.
fn narrow_by_head(set: &mut BlockSet, levels: &[Levels], modules: &[&ModuleTest], index: &Index) {
    if levels.is_empty() && modules.is_empty() {
        return;
    }
    let names = index.modules().iter().enumerate();
    let passing: Vec<usize> = names
        .filter(|(_, name)| modules.iter().all(|test| test.accepts(name)))
        .map(|(at, _)| at)
        .collect();
    let has_line = |found: LevelSet| {
        let mut known = Level::ALL.into_iter().filter(|level| found.has(*level));
        match levels {
            [] => !found.is_empty(),
            levels => known.any(|level| levels.iter().all(|levels| levels.has(level))),
        }
    };
    let kept: Vec<usize> = set
        .iter()
        .filter(|block| {
            passing.iter().any(|module| has_line(index.levels_of(*block, *module)))
                // Without a name that is known, a module may be any.
                || has_line(index.levels_of_others(*block))
        })
        .collect();
    replace(set, kept, index);
}

fn may_be_at(block: &Block, times: Times) -> bool {
    times.from.is_none_or(|from| block.latest >= from)
        && times.to.is_none_or(|to| block.earliest < to)
}

/// Keeps the blocks with records that pass `test`.
fn keep(index: &Index, set: &mut BlockSet, test: impl Fn(&Block) -> bool) {
    let blocks = index.blocks();
    let passes =
        |number: &usize| blocks.get(*number).is_some_and(|block| block.records > 0 && test(block));
    let kept: Vec<usize> = set.iter().filter(passes).collect();
    replace(set, kept, index);
}

fn replace(set: &mut BlockSet, kept: Vec<usize>, index: &Index) {
    *set = BlockSet::none(index.blocks().len());
    for block in kept {
        set.insert(block);
    }
}
