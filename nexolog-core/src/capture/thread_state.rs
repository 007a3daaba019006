use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use tracing::Metadata;

use super::handler::Capture;
use super::level_table::LevelTable;
use super::plan::{Plan, callsite_key};
use crate::pipeline::Lane;

/// Events nested deeper in the formatting of one another are dropped and counted.
const MAX_DEPTH: u8 = 4;

thread_local! {
    #[expect(clippy::vec_box, reason = "a state is taken out and put back for every event; a pointer moves faster")]
    static STATES: RefCell<Vec<Box<ThreadState>>> = const { RefCell::new(Vec::new()) };
    static DEPTH: Cell<u8> = const { Cell::new(0) };
}

/// What a thread keeps for one logger, so that an event takes no lock that another thread wants.
pub(super) struct ThreadState {
    logger: u64,
    lane: Arc<Lane>,
    plans: HashMap<usize, Callsite, BuildHasherDefault<AddressHasher>>,
    table: Arc<LevelTable>,
    scratch: Scratch,
}

/// Memory that each event of the thread uses anew.
#[derive(Default)]
pub(super) struct Scratch {
    /// The event in the making.
    pub(super) event: Vec<u8>,
    /// Name of the module that a span gave to the event.
    pub(super) module: String,
    /// Room for a name while the event it is taken from grows.
    pub(super) spare: String,
}

/// All that an event of one callsite needs. Borrowed in parts, so that a plan costs no reference count.
pub(super) struct Prepared<'a> {
    pub(super) plan: &'a Plan,
    /// What the levels now in force say of the callsite.
    pub(super) admission: Admission,
    pub(super) table: &'a LevelTable,
    pub(super) lane: &'a Lane,
    pub(super) scratch: &'a mut Scratch,
}

impl ThreadState {
    fn new(capture: &Capture) -> ThreadState {
        ThreadState {
            logger: capture.id,
            lane: capture.queue.lane(),
            plans: HashMap::default(),
            table: capture.levels.table(),
            scratch: Scratch::default(),
        }
    }

    pub(super) fn prepare(
        &mut self,
        capture: &Capture,
        metadata: &'static Metadata<'static>,
    ) -> Prepared<'_> {
        let generation = capture.levels.generation();
        let callsite = self
            .plans
            .entry(callsite_key(metadata))
            .or_insert_with(|| Callsite::new(capture.plans.get(metadata)));
        if callsite.generation != generation {
            self.table = capture.levels.table();
            callsite.judge(&self.table, generation);
        }
        Prepared {
            plan: &callsite.plan,
            admission: callsite.admission,
            table: &self.table,
            lane: &self.lane,
            scratch: &mut self.scratch,
        }
    }
}

/// What a thread knows of a callsite.
struct Callsite {
    plan: Arc<Plan>,
    /// The state of the levels that `admission` was worked out for.
    generation: u64,
    admission: Admission,
}

/// What the levels say of a callsite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    Passes,
    LeftOut,
    /// It depends on the event's module; this is the least level of its target, unless it names another.
    Depends {
        least_of_target: u8,
    },
}

impl Callsite {
    fn new(plan: Arc<Plan>) -> Callsite {
        Callsite { plan, generation: 0, admission: Admission::LeftOut }
    }

    fn judge(&mut self, table: &LevelTable, generation: u64) {
        self.generation = generation;
        let least_of_target = table.least_of_target(self.plan.target);
        self.admission = if table.asks_modules() || self.plan.moves {
            Admission::Depends { least_of_target }
        } else if self.plan.level as u8 >= least_of_target {
            Admission::Passes
        } else {
            Admission::LeftOut
        };
    }
}

/// Runs `f` with the thread's state for this logger. `None` when events nest too deep.
///
/// The state is taken out meanwhile: an event that is logged while another is formatted, and one that is
/// logged where thread-local storage is gone, get one of their own.
pub(super) fn with<R>(capture: &Capture, f: impl FnOnce(&mut ThreadState) -> R) -> Option<R> {
    let _depth = Depth::enter()?;
    let mut state = take(capture.id).unwrap_or_else(|| Box::new(ThreadState::new(capture)));
    let result = f(&mut state);
    keep(state);
    Some(result)
}

fn take(logger: u64) -> Option<Box<ThreadState>> {
    STATES
        .try_with(|states| {
            let mut states = states.try_borrow_mut().ok()?;
            let at = states.iter().position(|state| state.logger == logger)?;
            Some(states.swap_remove(at))
        })
        .ok()?
}

fn keep(state: Box<ThreadState>) {
    // Where storage is gone the state, and its lane, end here; the writer still drains the lane.
    let _ = STATES.try_with(|states| {
        if let Ok(mut states) = states.try_borrow_mut()
            && states.iter().all(|known| known.logger != state.logger)
        {
            states.push(state);
        }
    });
}

struct Depth;

impl Depth {
    fn enter() -> Option<Depth> {
        let depth = DEPTH.try_with(Cell::get).unwrap_or(0);
        if depth >= MAX_DEPTH {
            return None;
        }
        let _ = DEPTH.try_with(|cell| cell.set(depth + 1));
        Some(Depth)
    }
}

impl Drop for Depth {
    fn drop(&mut self) {
        let _ = DEPTH.try_with(|cell| cell.set(cell.get().saturating_sub(1)));
    }
}

/// Spreads an address; the tables hold few and trusted keys, so no more is needed.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, value: usize) {
        // Multiplying by the golden ratio moves the low bits, which alignment leaves equal, upwards.
        self.0 = (self.0 ^ value as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}
