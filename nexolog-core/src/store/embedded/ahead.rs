use std::num::NonZero;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

use super::desk::Desk;
use super::frames::Unpacker;
use super::position::Position;
use super::question::Question;

/// A thread that helps one search with unpacking frames and looking through them.
#[derive(Debug)]
pub(super) struct Ahead {
    desks: Option<Sender<(Arc<Desk>, Position)>>,
    thread: Option<JoinHandle<()>>,
}

impl Ahead {
    /// Starts it; `None` where a second thread would be no help, or there can't be one.
    pub(super) fn start(question: Arc<Question>) -> Option<Ahead> {
        // Elsewhere a file has one place that it is read at, and threads would move it under each other.
        let is_worthwhile = cfg!(unix)
            && thread::available_parallelism().is_ok_and(|cores| cores > NonZero::<usize>::MIN);
        if !is_worthwhile {
            return None;
        }
        let (desks, given) = channel::<(Arc<Desk>, Position)>();
        let work = move || {
            let mut unpacker = Unpacker::default();
            for (desk, position) in given {
                desk.help(&mut unpacker, &question, &position);
            }
        };
        let thread = thread::Builder::new().name("nexolog-search-2".to_owned()).spawn(work).ok()?;
        Some(Ahead { desks: Some(desks), thread: Some(thread) })
    }

    /// Lets it help with the frames of one more segment.
    pub(super) fn help(&self, desk: &Arc<Desk>, position: &Position) {
        if let Some(desks) = &self.desks {
            // It ends with this only.
            let _ = desks.send((Arc::clone(desk), position.clone()));
        }
    }
}

impl Drop for Ahead {
    /// Waits for the block that it has in hand; the desks must be closed.
    fn drop(&mut self) {
        self.desks = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
