use std::collections::VecDeque;
use std::sync::Arc;

use super::sync::{
    AtomicBool, AtomicUsize, Condvar, Instant, Mutex, MutexGuard, OnceLock, Ordering, PoisonError,
    Thread, yield_now,
};
use crate::config::Backpressure;
use crate::record::Level;
use crate::record::body;

/// Bytes of the pieces in which threads take room for their events. Small enough that a thousand threads
/// with a few lines each stay within the cap, large enough that taking one is rare.
const CHUNK: usize = 16 << 10;

/// Events of one thread, back to back in wire form.
pub(crate) type Chunk = Vec<u8>;

/// The bounded way from all callers to the writer.
///
/// Each thread owns a [`Lane`] and takes room for it in chunks; all chunks together stay under one cap.
#[derive(Debug)]
pub(crate) struct Queue {
    lanes: Mutex<Vec<Arc<Lane>>>,
    room: Mutex<Room>,
    freed: Condvar,
    cap: usize,
    /// Bytes taken, readable without the lock.
    taken: AtomicUsize,
    backpressure: Backpressure,
    /// A caller has waited in vain: drop until the writer has drained.
    stalled: AtomicBool,
    /// The writer was asked to come before its time.
    called: AtomicBool,
    writer: OnceLock<Thread>,
}

/// Where one thread puts its events.
#[derive(Debug)]
pub(crate) struct Lane {
    thread: Box<str>,
    chunks: Mutex<LaneChunks>,
}

#[derive(Debug, Default)]
struct LaneChunks {
    full: VecDeque<Chunk>,
    open: Option<Chunk>,
    /// Where in the open chunk the newest event begins that tells of its request itself.
    request: Option<usize>,
}

#[derive(Debug, Default)]
struct Room {
    free: Vec<Chunk>,
    /// How often some was given back: whoever waits sees by it that the writer goes on.
    returns: u64,
}

/// The queue was full for an event of this level.
#[derive(Debug)]
pub(crate) struct Full;

impl Queue {
    pub(crate) fn new(cap: usize, backpressure: Backpressure) -> Queue {
        Queue {
            lanes: Mutex::default(),
            room: Mutex::default(),
            freed: Condvar::new(),
            cap,
            taken: AtomicUsize::new(0),
            backpressure,
            stalled: AtomicBool::new(false),
            called: AtomicBool::new(false),
            writer: OnceLock::new(),
        }
    }

    /// Tells which thread writes, so that it can be woken.
    pub(crate) fn set_writer(&self, thread: Thread) {
        // Only the first counts; there is only one.
        drop(self.writer.set(thread));
    }

    /// A new lane for the thread that calls.
    pub(crate) fn lane(&self) -> Arc<Lane> {
        let thread = std::thread::current();
        let name = thread.name().map_or_else(|| format!("{:?}", thread.id()), str::to_owned);
        let lane = Arc::new(Lane { thread: name.into(), chunks: Mutex::default() });
        lock(&self.lanes).push(Arc::clone(&lane));
        lane
    }

    /// Puts a complete event into a lane.
    pub(crate) fn push(&self, lane: &Lane, event: &[u8], level: Level) -> Result<(), Full> {
        self.push_in_request(lane, event, &[], level)
    }

    /// Puts a complete event into a lane; `request` is what is known of its request, if it is in one.
    #[inline]
    pub(crate) fn push_in_request(
        &self,
        lane: &Lane,
        event: &[u8],
        request: &[u8],
        level: Level,
    ) -> Result<(), Full> {
        {
            let LaneChunks { open, request: first, .. } = &mut *lock(&lane.chunks);
            if let Some(open) = open
                && open.len() + body::appended(event, request) <= open.capacity()
            {
                body::append(open, event, request, first);
                return Ok(());
            }
        }
        self.push_into_another(lane, event, request, level)
    }

    fn push_into_another(
        &self,
        lane: &Lane,
        event: &[u8],
        request: &[u8],
        level: Level,
    ) -> Result<(), Full> {
        // The lane's lock is free meanwhile: the writer must be able to make room.
        let mut chunk = self.take(body::appended(event, request).max(CHUNK), level)?;
        let mut first = None;
        body::append(&mut chunk, event, request, &mut first);
        let mut chunks = lock(&lane.chunks);
        chunks.request = first;
        if let Some(full) = chunks.open.replace(chunk) {
            chunks.full.push_back(full);
        }
        Ok(())
    }

    /// Hands every lane's chunks to `each`, oldest first, and forgets lanes whose threads have ended.
    pub(crate) fn drain(&self, mut each: impl FnMut(&Arc<Lane>, Chunk)) {
        self.called.store(false, Ordering::Relaxed);
        lock(&self.lanes).retain(|lane| {
            // Before the look inside: a lane that nobody else holds can't be filled any more.
            let owned = Arc::strong_count(lane) > 1;
            let mut chunks = lock(&lane.chunks);
            for full in chunks.full.drain(..) {
                each(lane, full);
            }
            chunks.request = None;
            if let Some(open) = chunks.open.take() {
                each(lane, open);
            }
            owned
        });
    }

    /// Gives chunks back, and lets callers that wait for room go on.
    pub(crate) fn give_back(&self, chunks: impl Iterator<Item = Chunk>) {
        let mut room = lock(&self.room);
        room.returns += 1;
        for mut chunk in chunks {
            self.taken.fetch_sub(chunk.capacity(), Ordering::Relaxed);
            if chunk.capacity() == CHUNK {
                chunk.clear();
                room.free.push(chunk);
            }
        }
        drop(room);
        self.stalled.store(false, Ordering::Relaxed);
        self.freed.notify_all();
    }

    /// Wakes the writer, once until it comes.
    pub(crate) fn call_writer(&self) {
        if !self.called.swap(true, Ordering::Relaxed)
            && let Some(writer) = self.writer.get()
        {
            writer.unpark();
        }
    }

    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    #[cfg(any(test, feature = "api"))]
    pub(crate) fn cap(&self) -> usize {
        self.cap
    }

    /// A chunk with room for `length` bytes, if the level may still have it.
    fn take(&self, length: usize, level: Level) -> Result<Chunk, Full> {
        let limit = self.limit(level);
        let mut room = lock(&self.room);
        if self.taken() + length > limit {
            room = self.wait(room, length, level, limit)?;
        }
        let taken = self.taken.fetch_add(length, Ordering::Relaxed) + length;
        let chunk = (length == CHUNK).then(|| room.free.pop()).flatten();
        drop(room);
        if taken > self.cap / 2 {
            self.call_writer();
        }
        // `Vec::with_capacity` may give more; the count goes by the capacity, so pin it.
        let mut chunk = chunk.unwrap_or_else(|| Vec::with_capacity(length));
        if chunk.capacity() != length {
            self.taken.fetch_add(chunk.capacity() - length, Ordering::Relaxed);
        }
        chunk.clear();
        Ok(chunk)
    }

    /// Waits for room as the policy says: once a stall, and never for TRACE and DEBUG.
    fn wait<'a>(
        &'a self,
        mut room: MutexGuard<'a, Room>,
        length: usize,
        level: Level,
        limit: usize,
    ) -> Result<MutexGuard<'a, Room>, Full> {
        self.call_writer();
        let Backpressure::Block { up_to } = self.backpressure else { return Err(Full) };
        if level <= Level::Debug {
            return Err(Full);
        }
        if self.stalled.load(Ordering::Relaxed) {
            // Who logs without a pause would drop thousands in the time that the writer waits for a core.
            yield_now();
            return Err(Full);
        }
        let until = Instant::now() + up_to;
        let returns = room.returns;
        while self.taken() + length > limit {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                // Where others were quicker, only this event is dropped; nobody else need give up.
                self.stalled.store(room.returns == returns, Ordering::Relaxed);
                return Err(Full);
            }
            let waited = self.freed.wait_timeout(room, left);
            room = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(room)
    }

    /// TRACE and DEBUG are shed first; the last sixteenth is for errors.
    fn limit(&self, level: Level) -> usize {
        match level {
            Level::Trace | Level::Debug => self.cap / 4 * 3,
            Level::Info | Level::Warning => self.cap / 16 * 15,
            Level::Error | Level::Critical => self.cap,
        }
    }
}

#[cfg(test)]
impl Queue {
    /// Whether callers drop at once instead of waiting.
    pub(super) fn is_stalled(&self) -> bool {
        self.stalled.load(Ordering::Relaxed)
    }

    /// Whether the writer was asked to come and has not come yet.
    pub(super) fn is_called(&self) -> bool {
        self.called.load(Ordering::Relaxed)
    }

    pub(super) fn lanes(&self) -> usize {
        lock(&self.lanes).len()
    }

    pub(super) fn poison_locks(&self) {
        use super::sync::poison;
        for lane in &*lock(&self.lanes) {
            poison(&lane.chunks);
        }
        poison(&self.lanes);
        poison(&self.room);
    }
}

impl Lane {
    /// Name of the thread whose lane this is.
    pub(crate) fn thread(&self) -> &str {
        &self.thread
    }
}

/// What these locks guard is whole between any two statements, so a panic elsewhere spoils nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
