use std::cell::{Cell, RefCell};
use std::sync::Arc;

use tracing::Metadata;

use super::callsites::{Admission, Callsites};
use super::handler::Capture;
use super::level_table::LevelTable;
use super::plan::Plan;
use crate::pipeline::Lane;

/// Events nested deeper in the formatting of one another are dropped and counted.
const MAX_DEPTH: u8 = 4;

thread_local! {
    static THREAD: ThreadStates = const { ThreadStates::new() };
    /// Apart from the states: it needs no destructor, so it bounds the depth while they are gone, too.
    static DEPTH: Cell<u8> = const { Cell::new(0) };
}

/// A thread's states: one a logger, and one more for each event that is logged while another is formatted.
struct ThreadStates {
    /// That of the logger that logged last; nearly every process has only one.
    last: Cell<Option<Box<ThreadState>>>,
    #[expect(
        clippy::vec_box,
        reason = "states move between here and `last`; a pointer moves faster"
    )]
    others: RefCell<Vec<Box<ThreadState>>>,
}

/// What a thread keeps for one logger, so that an event takes no lock that another thread wants.
pub(super) struct ThreadState {
    logger: u64,
    lane: Arc<Lane>,
    callsites: Callsites,
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
    /// Room for an event that is kept, with all that is known of its request.
    pub(super) kept: Vec<u8>,
    /// Room for what is known of a request that changes often.
    pub(super) request: Vec<u8>,
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
            callsites: Callsites::new(),
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
        let ThreadState { callsites, table, lane, scratch, .. } = self;
        let callsite = callsites.get(metadata, &capture.plans);
        if callsite.generation != generation {
            *table = capture.levels.table();
            callsite.judge(table, generation);
        }
        Prepared { plan: &callsite.plan, admission: callsite.admission, table, lane, scratch }
    }
}

/// Runs `f` with the thread's state for this logger. `None` when events nest too deep.
///
/// The state is taken out meanwhile: an event that is logged while another is formatted, and one that is
/// logged where thread-local storage is gone, get one of their own.
pub(super) fn with<R>(capture: &Capture, f: impl FnOnce(&mut ThreadState) -> R) -> Option<R> {
    let _depth = Depth::enter()?;
    let mut f = Some(f);
    let inside = THREAD.try_with(|thread| {
        let f = f.take()?;
        let mut state = thread.take(capture);
        let result = f(&mut state);
        thread.keep(state);
        Some(result)
    });
    match inside {
        Ok(result) => result,
        // Storage is gone; the state and its lane end here, and the writer still drains the lane.
        Err(_) => f.take().map(|f| f(&mut ThreadState::new(capture))),
    }
}

impl ThreadStates {
    const fn new() -> ThreadStates {
        ThreadStates { last: Cell::new(None), others: RefCell::new(Vec::new()) }
    }

    #[inline]
    fn take(&self, capture: &Capture) -> Box<ThreadState> {
        match self.last.take() {
            Some(state) if state.logger == capture.id => state,
            other => self.take_other(capture, other),
        }
    }

    #[cold]
    fn take_other(&self, capture: &Capture, other: Option<Box<ThreadState>>) -> Box<ThreadState> {
        if let Some(other) = other {
            self.put_aside(other);
        }
        // Borrowed no longer than for this: whoever logs while a state is made finds them free.
        let known = self.others.try_borrow_mut().ok().and_then(|mut others| {
            let known = others.iter().position(|state| state.logger == capture.id)?;
            Some(others.swap_remove(known))
        });
        known.unwrap_or_else(|| Box::new(ThreadState::new(capture)))
    }

    /// At most [`MAX_DEPTH`] states of all loggers are ever out at once, so this bounds what is kept.
    #[inline]
    fn keep(&self, state: Box<ThreadState>) {
        if let Some(other) = self.last.replace(Some(state)) {
            self.put_aside(other);
        }
    }

    /// Where they are in use this very moment, the state and its lane end; the writer still drains the lane.
    fn put_aside(&self, state: Box<ThreadState>) {
        if let Ok(mut others) = self.others.try_borrow_mut() {
            others.push(state);
        }
    }
}

/// One event more in the making on this thread; one less again when it is dropped, also by a panic.
struct Depth;

impl Depth {
    #[inline]
    fn enter() -> Option<Depth> {
        let deeper = |depth: &Cell<u8>| {
            let may_be = depth.get() < MAX_DEPTH;
            depth.set(depth.get() + u8::from(may_be));
            may_be
        };
        // Where a platform takes even this away, nothing is known of the depth.
        DEPTH.try_with(deeper).unwrap_or(true).then_some(Depth)
    }
}

impl Drop for Depth {
    fn drop(&mut self) {
        let _ = DEPTH.try_with(|depth| depth.set(depth.get().saturating_sub(1)));
    }
}
