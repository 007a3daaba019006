use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::frame_headers::Frame;
use super::frames::Unpacker;
use super::piece::Piece;
use super::position::Position;
use super::question::Question;

/// Most frames that are given out or wait to be taken back.
const MOST_TAKEN: usize = 8;
/// Most text of a frame that is unpacked ahead. What is found ahead takes at most so much memory, times [`MOST_TAKEN`].
const MOST_AHEAD: u64 = 1 << 20;

/// Where two threads take the frames of one segment from; what came of them is given back in order.
#[derive(Debug)]
pub(super) struct Desk {
    file: File,
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Debug)]
struct State {
    /// Those to come; the next one is the last.
    rest: Vec<Frame>,
    /// Those given out, in order, and what came of them.
    taken: VecDeque<(Frame, Option<Outcome>)>,
    /// The number of the first of them, counted from the beginning.
    first: u64,
    is_closed: bool,
}

/// What came of a frame: `None` when it is damaged.
type Outcome = io::Result<Option<Piece>>;

/// A frame, and what came of it.
pub(super) struct Given {
    pub(super) frame: Frame,
    pub(super) outcome: Outcome,
}

impl Desk {
    /// `frames` are those of `file`, the next one last.
    pub(super) fn new(file: File, frames: Vec<Frame>) -> Desk {
        let state = State { rest: frames, taken: VecDeque::new(), first: 0, is_closed: false };
        Desk { file, state: Mutex::new(state), moved: Condvar::new() }
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    pub(super) fn has_rest(&self) -> bool {
        let state = self.lock();
        !state.rest.is_empty() || !state.taken.is_empty()
    }

    /// Which block of the index comes next.
    pub(super) fn next_number(&self) -> Option<usize> {
        let state = self.lock();
        let next = state.taken.front().map(|(frame, _)| frame).or(state.rest.last())?;
        next.known.map(|known| known.number)
    }

    /// Nothing is taken from it any more.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.moved.notify_all();
    }

    /// What came of the next frame, in order. While another thread has that one, this one looks through those that
    /// follow.
    pub(super) fn next(
        &self,
        unpacker: &mut Unpacker,
        question: &Question,
        position: &mut Position,
    ) -> Option<Given> {
        let mut state = self.lock();
        loop {
            if let Some((_, Some(_))) = state.taken.front() {
                let (frame, outcome) = state.taken.pop_front()?;
                state.first += 1;
                self.moved.notify_all();
                return outcome.map(|outcome| Given { frame, outcome });
            }
            let is_next = state.taken.is_empty();
            if let Some((number, frame)) = state.take(is_next) {
                drop(state);
                let outcome = unpacker.scan(&self.file, &frame, question, position);
                state = self.lock();
                state.give_back(number, outcome);
            } else if is_next {
                return None;
            } else {
                state = self.wait(state);
            }
        }
    }

    /// Looks through frames for who calls [`next`](Desk::next), until there are no more.
    pub(super) fn help(&self, unpacker: &mut Unpacker, question: &Question, position: &Position) {
        let mut state = self.lock();
        while !state.is_closed && !state.rest.is_empty() {
            let Some((number, frame)) = state.take(false) else {
                state = self.wait(state);
                continue;
            };
            drop(state);
            let scan = || unpacker.scan(&self.file, &frame, question, &mut position.clone());
            // Somebody waits for it, whatever comes.
            let outcome = catch_unwind(AssertUnwindSafe(scan))
                .unwrap_or_else(|_| Err(io::Error::other("looking through a block failed")));
            state = self.lock();
            state.give_back(number, outcome);
            self.moved.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while holding the lock; were it poisoned, the state would still be whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.moved.wait(state).unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Gives out the next frame, with its number; a big one only to who needs it at once.
    fn take(&mut self, is_urgent: bool) -> Option<(u64, Frame)> {
        let frame = *self.rest.last()?;
        if !is_urgent && (frame.text > MOST_AHEAD || self.taken.len() >= MOST_TAKEN) {
            return None;
        }
        self.rest.pop();
        let number = self.first + self.taken.len() as u64;
        self.taken.push_back((frame, None));
        Some((number, frame))
    }

    fn give_back(&mut self, number: u64, outcome: Outcome) {
        let at = usize::try_from(number - self.first).unwrap_or(usize::MAX);
        if let Some((_, place)) = self.taken.get_mut(at) {
            *place = Some(outcome);
        }
    }
}
