//! What a request says below the levels in force, kept in memory and written only if the request fails.

use std::sync::Arc;

use super::handler::{Capture, Captured};
use super::thread_state::{Prepared, Scratch};
use crate::config::{Builder, KeepForFailures};
use crate::context::{Context, KeptRoom};
use crate::pipeline::{self, Cause};
use crate::record::wire::{self, Header, Tag};
use crate::record::{Level, body};

/// Marks a line that was kept.
const KEPT: &str = "kept";

/// How many older lines of the request had no room.
const KEPT_DROPPED: &str = "kept_dropped";

/// Keeps lines of requests for one logger.
#[derive(Debug)]
pub(super) struct Keeper {
    room: Arc<KeptRoom>,
}

impl Keeper {
    pub(super) fn new(config: KeepForFailures) -> Keeper {
        Keeper { room: Arc::new(KeptRoom::new(config.bytes, Builder::MOST_KEPT_BYTES)) }
    }
}

/// Whether the thread is in a request.
pub(super) fn is_in_request() -> bool {
    Context::with_current(|context| context.request().is_some()).unwrap_or(false)
}

impl Capture {
    /// Keeps an event that the levels leave out. Outside of a request it is gone.
    pub(super) fn keep(&self, prepared: &mut Prepared<'_>) -> Captured {
        let Some(keeper) = &self.keeper else { return Captured::No };
        let Prepared { plan, lane, scratch, .. } = prepared;
        let Scratch { event, kept, request: room, .. } = scratch;
        wire::put_named_field(event, KEPT);
        wire::put_bool(event, true);
        // Another thread may be the one that finds the request failed.
        wire::put_context(event, Tag::Thread, lane.thread());
        wire::finish(event, Header { stamp: pipeline::stamp(), plan: plan.id, level: plan.level });
        Context::with_current(|context| {
            if let Some(request) = context.request() {
                kept.clear();
                request.with_wire(room, |request| body::append_whole(kept, event, request));
                request.kept().keep(self.id, &keeper.room, kept);
            }
        });
        // Kept itself, and perhaps the last thing that a failed request says.
        if !self.is_closed() {
            self.send_kept(prepared, false);
        }
        Captured::No
    }

    /// Before an event is sent: what was kept of its request goes first if that has failed.
    pub(super) fn send_kept_before(&self, prepared: &mut Prepared<'_>) {
        let dropped = self.send_kept(prepared, prepared.plan.level >= Level::Error);
        if dropped > 0 {
            put_dropped(&mut prepared.scratch.event, dropped);
        }
    }

    /// Sends what was kept of the request if it has failed, or fails now. Gives how many older events had no room,
    /// where none was kept that could tell it.
    fn send_kept(&self, prepared: &Prepared<'_>, fails_now: bool) -> u64 {
        let taken = Context::with_current(|context| {
            let kept = context.request()?.kept();
            (fails_now || kept.is_failed()).then(|| kept.take(self.id))
        });
        let Some(taken) = taken.flatten() else { return 0 };
        let mut dropped = taken.dropped;
        for (header, event) in taken.iter() {
            let sent = if dropped > 0 {
                let mut event = event.to_vec();
                put_dropped(&mut event, std::mem::take(&mut dropped));
                wire::finish_longer(&mut event);
                self.queue.push(prepared.lane, &event, header.level)
            } else {
                self.queue.push(prepared.lane, event, header.level)
            };
            if sent.is_err() {
                self.losses.add(Cause::QueueFull, header.level, 1);
            }
        }
        dropped
    }
}

/// Says in an event how many older ones had no room.
fn put_dropped(event: &mut Vec<u8>, dropped: u64) {
    wire::put_named_field(event, KEPT_DROPPED);
    wire::put_u64(event, dropped);
}
