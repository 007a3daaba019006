use std::sync::Arc;

use super::queue::{Chunk, Lane, Queue};
use crate::record::body::{self, Body};
use crate::record::wire::{self, Header};

/// Events after which room is given back: some tenths of a millisecond's work.
pub(super) const RUN: usize = 512;

/// The events that were logged before one moment, in the order of their stamps.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pieces: Vec<Piece>,
    order: Vec<Entry>,
    /// Events of `order` that were taken already.
    done: usize,
    /// Events stamped after the last cut, kept for the next batch.
    held: Vec<Piece>,
}

#[derive(Debug)]
struct Piece {
    lane: Arc<Lane>,
    chunk: Chunk,
    /// Events of this batch in it that are not taken yet.
    waiting: usize,
    /// Whether its room belongs to the queue.
    pooled: bool,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    stamp: u64,
    piece: usize,
    start: usize,
}

/// One event of a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event<'a> {
    pub(crate) header: Header,
    pub(crate) body: Body<'a>,
    pub(crate) thread: &'a str,
}

impl Batch {
    /// Takes from the queue everything that was stamped up to `cut`.
    ///
    /// A line that one thread logged before it let another go on must not come after that one's. All
    /// lanes can't be looked at in one instant, so the cut is taken first: whatever is stamped later
    /// waits, and whatever came before it in any thread is then found in its lane.
    pub(crate) fn gather(&mut self, queue: &Queue, cut: u64) {
        self.pieces.append(&mut self.held);
        queue.drain(|lane, chunk| {
            self.pieces.push(Piece { lane: Arc::clone(lane), chunk, waiting: 0, pooled: true });
        });
        for piece in 0..self.pieces.len() {
            self.index(piece, cut);
        }
        // Lanes are in order already; the sort finds such runs and only merges them.
        self.order.sort_by_key(|entry| entry.stamp);
    }

    fn index(&mut self, piece: usize, cut: u64) {
        let Piece { lane, chunk, waiting, .. } = &mut self.pieces[piece];
        let mut start = 0;
        while let Some((length, header)) = wire::head(&chunk[start..]) {
            if header.stamp <= cut {
                self.order.push(Entry { stamp: header.stamp, piece, start });
                *waiting += 1;
            } else {
                let chunk = body::alone(chunk, start, length);
                self.held.push(Piece { lane: Arc::clone(lane), chunk, waiting: 0, pooled: false });
            }
            start += length;
        }
    }

    /// The place behind the events that [`release`](Batch::release) lets go of next.
    pub(crate) fn run_end(&self) -> usize {
        self.order.len().min(self.done + RUN)
    }

    /// The event at a place in the order.
    pub(crate) fn event(&self, place: usize) -> Option<Event<'_>> {
        let entry = self.order.get(place)?;
        let piece = &self.pieces[entry.piece];
        let (length, header) = wire::head(&piece.chunk[entry.start..])?;
        let body = body::read(&piece.chunk, entry.start, length);
        Some(Event { header, body, thread: piece.lane.thread() })
    }

    /// Forgets the events of the run and gives back the room that they leave empty: a caller that waits for some
    /// need not wait for the whole batch. `false` when there is no further run.
    pub(crate) fn release(&mut self, queue: &Queue) -> bool {
        let end = self.run_end();
        let mut empty = Vec::new();
        for entry in &self.order[self.done..end] {
            let piece = &mut self.pieces[entry.piece];
            piece.waiting -= 1;
            if piece.waiting == 0 && std::mem::take(&mut piece.pooled) {
                empty.push(std::mem::take(&mut piece.chunk));
            }
        }
        self.done = end;
        let more = end < self.order.len();
        if !more {
            // What is still here had no event of this batch.
            let left = self.pieces.drain(..).filter(|piece| piece.pooled);
            empty.extend(left.map(|piece| piece.chunk));
            self.order.clear();
            self.done = 0;
        }
        if !(more && empty.is_empty()) {
            queue.give_back(empty.into_iter());
        }
        more
    }
}
