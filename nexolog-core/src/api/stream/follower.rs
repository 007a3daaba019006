use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use axum::response::sse::Event;
use http::StatusCode;
use serde_json::Value;
use tokio::task::yield_now;
use tokio::time::sleep_until;

use super::event;
use super::lines::Lines;
use super::position::{self, own_records};
use super::viewers::Place;
use super::watch::{Seen, Watch};
use crate::api::problem::Problem;
use crate::api::reach::Forced;
use crate::api::service::Api;
use crate::api::until::until;
use crate::store::{Cursor, Order};

/// Records read from the store at once while catching up.
const PAGE: usize = 200;

/// Lines looked at before others get their turn: matching runs on the host's threads here.
const TURN: usize = 128;

/// One viewer's stream.
pub(in crate::api) struct Follower {
    api: Arc<Api>,
    watch: Watch,
    /// Everything up to here was sent, or did not match.
    position: Cursor,
    phase: Phase,
    /// Events that are ready.
    ready: VecDeque<Event>,
    ends: Instant,
    _place: Place,
}

enum Phase {
    /// Reading the store, from here on.
    CatchingUp(Cursor),
    /// Sending a page of the store; what comes after it.
    Sending(VecDeque<(u64, String)>, Option<Cursor>),
    /// Waiting for the feed.
    Following,
    /// Sending what the feed brought.
    Passing(Lines),
    Over,
}

enum Woken {
    Feed(Seen),
    Quiet,
    TimeIsUp,
    Shutdown,
}

/// Opens a stream that goes on after `resume`, or begins with what is logged from now on.
pub(in crate::api) async fn open(
    api: &Arc<Api>,
    filter: Forced,
    warnings: &Value,
    resume: Option<Cursor>,
) -> Result<Follower, Problem> {
    let now = Instant::now();
    let ends = now + api.limits.stream_life;
    let place = api.viewers.enter(now, ends).ok_or_else(|| {
        Problem::retry(
            StatusCode::SERVICE_UNAVAILABLE,
            "too many viewers watch the log; try again later",
            10,
        )
    })?;
    // Watch first: what is written from here on comes by the feed, what was written before is stored.
    let watch = api.watch(filter);
    let mut ready = VecDeque::new();
    let (position, phase) = match resume {
        None => (position::newest(api).await?, Phase::Following),
        Some(cursor) => {
            let (position, gap) = position::resume(api, cursor).await?;
            ready.extend(gap);
            (position.clone(), Phase::CatchingUp(position))
        }
    };
    ready.push_front(event::start(&position, warnings));
    Ok(Follower { api: Arc::clone(api), watch, position, phase, ready, ends, _place: place })
}

impl Follower {
    /// The next event, when there is one; `None` after the last.
    pub(in crate::api) async fn next(mut self) -> Option<(Follower, Event)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some((self, event));
            }
            if let Some(event) = self.step().await? {
                return Some((self, event));
            }
        }
    }

    /// Goes one step on. `None` when all is over; `Some(None)` when the step brought nothing to send.
    async fn step(&mut self) -> Option<Option<Event>> {
        match std::mem::replace(&mut self.phase, Phase::Following) {
            Phase::Over => None,
            Phase::CatchingUp(cursor) => Some(self.catch_up(cursor).await),
            Phase::Sending(page, next) => Some(self.send(page, next)),
            Phase::Passing(lines) => Some(self.pass(lines).await),
            Phase::Following => Some(self.follow().await),
        }
    }

    /// Reads the next page of the store.
    async fn catch_up(&mut self, cursor: Cursor) -> Option<Event> {
        if Instant::now() >= self.ends {
            return Some(self.end("time"));
        }
        let (filter, from) = (self.watch.filter().clone(), Some(cursor.clone()));
        let api = Arc::clone(&self.api);
        let search = api.ask(move |reader| reader.search(&filter, Order::OldestFirst, PAGE, from));
        let page = match until(api.shutdown().wait(), search).await {
            None => return Some(self.end("shutdown")),
            Some(Err(_)) => return Some(self.end("error")),
            Some(Ok(page)) => page,
        };
        if page.next_cursor.as_ref() == Some(&cursor) {
            // The store did not get anywhere; asking again at once would only turn in circles.
            return Some(self.end("error"));
        }
        let incomplete = page.incomplete.clone();
        let next = page.next_cursor.clone();
        let at = &self.position;
        let records = own_records(page, at).filter(|(seq, _)| *seq > at.seq).collect();
        self.phase = Phase::Sending(records, next);
        incomplete.map(|reason| event::incomplete(&reason))
    }

    /// Sends the next record of a page; after the last, reads on or begins to follow.
    fn send(&mut self, mut page: VecDeque<(u64, String)>, next: Option<Cursor>) -> Option<Event> {
        let Some((seq, line)) = page.pop_front() else {
            self.phase = next.map_or(Phase::Following, Phase::CatchingUp);
            return None;
        };
        self.position.seq = seq;
        self.phase = Phase::Sending(page, next);
        Some(event::record(&self.position, &line))
    }

    /// Sends the next matching line of a batch that has not been sent before.
    async fn pass(&mut self, mut lines: Lines) -> Option<Event> {
        let mut looked_at = 0;
        while let Some((seq, line)) = lines.next(self.position.seq) {
            self.position.seq = seq;
            if let Some(line) = line {
                let event = event::record(&self.position, line);
                self.phase = Phase::Passing(lines);
                return Some(event);
            }
            looked_at += 1;
            if looked_at % TURN == 0 {
                yield_now().await;
            }
        }
        self.position.seq = self.position.seq.max(lines.last_seq());
        None
    }

    /// Waits for the feed, and for what ends the waiting.
    async fn follow(&mut self) -> Option<Event> {
        match self.wait().await {
            Woken::Feed(Seen::Lines(lines)) => self.phase = Phase::Passing(lines),
            Woken::Feed(Seen::Lagged) => self.phase = Phase::CatchingUp(self.position.clone()),
            Woken::Feed(Seen::Ended) | Woken::Shutdown => return Some(self.end("shutdown")),
            Woken::TimeIsUp => return Some(self.end("time")),
            Woken::Quiet => return Some(event::alive(&self.position)),
        }
        None
    }

    async fn wait(&mut self) -> Woken {
        let quiet = Instant::now() + self.api.limits.keep_alive;
        let mut shutdown = pin!(self.api.shutdown().wait());
        let mut timer = pin!(sleep_until(quiet.min(self.ends).into()));
        let mut feed = pin!(self.watch.next());
        let ends = self.ends;
        poll_fn(move |cx| {
            if shutdown.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Woken::Shutdown);
            }
            // The timer comes before the feed, or a feed that never rests would hide the end.
            if timer.as_mut().poll(cx).is_ready() {
                let woken = if Instant::now() >= ends { Woken::TimeIsUp } else { Woken::Quiet };
                return Poll::Ready(woken);
            }
            feed.as_mut().poll(cx).map(Woken::Feed)
        })
        .await
    }

    /// Says goodbye; nothing comes after it.
    fn end(&mut self, reason: &str) -> Event {
        self.phase = Phase::Over;
        event::end(&self.position, reason)
    }
}
