//! The thread that compresses sealed segments and removes those that retention gives up.

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::age_clock::AgeClock;
#[cfg(feature = "api")]
use super::index::{self, Care};
use super::instances::Caretaker;
use super::names::FamilyName;
use super::report::{Held, StoreReport};
use super::retention::{self, Limits};
#[cfg(feature = "compression")]
use super::segments::Segment;
use super::segments::Segments;
use super::shared::Shared;
use crate::capture::panic_hook;

/// Segments of a family that are compressed in a row; then others have their turn.
#[cfg(feature = "compression")]
const AT_ONCE: usize = 16;

const TELL_HELD_EVERY: Duration = Duration::from_secs(3600);

/// Starts the thread; with a `caretaker`, it looks after the directories of instances that run no more as well.
pub(super) fn start(
    shared: Arc<Shared>,
    clock: AgeClock,
    caretaker: Option<Caretaker>,
) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name("nexolog-sealer".to_owned()).spawn(move || {
        let ended = Ended(&shared);
        lower_priority();
        #[cfg(feature = "api")]
        index::watch(&shared.path, &shared.work);
        run(&shared, clock, caretaker);
        drop(ended);
    })
}

/// Tells who waits that the thread is over, also when it panics.
struct Ended<'a>(&'a Shared);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.work.set_ended();
    }
}

fn run(shared: &Shared, clock: AgeClock, mut caretaker: Option<Caretaker>) {
    let mut keeper = Tender::new(clock);
    while let Some((family, limits)) = shared.work.next() {
        let tended = panic_hook::silently(|| {
            catch_unwind(AssertUnwindSafe(|| {
                let tended = keeper.tend(shared, &family, &limits);
                if let Some(caretaker) = &mut caretaker {
                    caretaker.look_around(shared, &mut keeper);
                }
                tended
            }))
        });
        // Segments that nobody tends would fill the disk, so the thread goes on after a panic.
        let tended = tended.unwrap_or_else(|payload| {
            let error = format!("it panicked: {}", panic_hook::message(&*payload));
            shared.reports.failed("tending segments", Some(&family), io::Error::other(error));
            Tended::Failed
        });
        if tended == Tended::More {
            shared.work.ask_for(&family);
        }
        shared.work.done(&family, tended != Tended::Failed);
    }
}

/// How tending a family went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tended {
    Done,
    /// There is more to do, after the other families' turns.
    More,
    Failed,
}

impl Tended {
    fn of(succeeded: bool, has_more: bool) -> Tended {
        match (succeeded, has_more) {
            (false, _) => Tended::Failed,
            (true, true) => Tended::More,
            (true, false) => Tended::Done,
        }
    }
}

/// What tending remembers from one time to the next.
pub(super) struct Tender {
    clock: AgeClock,
    /// By directory and family.
    segments: BTreeMap<(PathBuf, FamilyName), Segments>,
    /// What was told of segments that are held, and when.
    told: BTreeMap<(PathBuf, FamilyName), (Held, Instant)>,
    #[cfg(feature = "api")]
    indexes: BTreeMap<PathBuf, Care>,
}

impl Tender {
    fn new(clock: AgeClock) -> Tender {
        Tender {
            clock,
            segments: BTreeMap::new(),
            told: BTreeMap::new(),
            #[cfg(feature = "api")]
            indexes: BTreeMap::new(),
        }
    }

    /// Compresses some of what waits, oldest first, and then keeps the family within its limits; whatever was
    /// left half-done before is found in the directory and done now.
    pub(super) fn tend(&mut self, shared: &Shared, family: &FamilyName, limits: &Limits) -> Tended {
        let key = (shared.path.clone(), family.clone());
        // Taken out, so that after a panic in here everything is looked at anew.
        let mut segments = self.segments.remove(&key).unwrap_or_default();
        if let Err(error) = segments.refresh(&*shared.fs, &shared.path, family) {
            return Tended::of(failed(shared, family, "listing the segments", error), false);
        }
        let sealed = compress_some(shared, family, &mut segments);
        let mut has_more = sealed.has_more;
        let retained = self.retain(shared, family, &mut segments, limits, has_more);
        if !has_more {
            has_more = self.make_indexes(shared, family, &mut segments);
        }
        self.segments.insert(key, segments);
        Tended::of(sealed.succeeded && retained, has_more)
    }

    /// What is compressed has its index already; this is for what was left without, by whatever chance. Says whether there
    /// is more to be done.
    #[cfg(feature = "api")]
    fn make_indexes(
        &mut self,
        shared: &Shared,
        family: &FamilyName,
        segments: &mut Segments,
    ) -> bool {
        self.indexes.entry(shared.path.clone()).or_default().tend(shared, family, segments)
    }

    #[cfg(not(feature = "api"))]
    #[allow(clippy::unused_self, reason = "with the feature there is something to do")]
    fn make_indexes(&mut self, _: &Shared, _: &FamilyName, _: &mut Segments) -> bool {
        false
    }

    fn retain(
        &mut self,
        shared: &Shared,
        family: &FamilyName,
        segments: &mut Segments,
        limits: &Limits,
        is_sealing: bool,
    ) -> bool {
        if let Err(why) = shared.holds.refresh(&*shared.fs) {
            let error = io::Error::other(format!("{why}; until it is mended nothing is removed"));
            shared.reports.failed("reading the legal holds", None, error);
        }
        let now = self.clock.now();
        let remover = &shared.remover();
        let tell = |removed| shared.reports.push(StoreReport::Removed(removed));
        match retention::retain(remover, family, segments, limits, is_sealing, now, tell) {
            Ok(held) => {
                self.tell_held(shared, family, held);
                true
            }
            Err(error) => failed(shared, family, "removing old segments", error),
        }
    }

    /// Once an hour, and when it is about other holds or begins to matter to the disk.
    fn tell_held(&mut self, shared: &Shared, family: &FamilyName, held: Held) {
        let key = (shared.path.clone(), family.clone());
        if held.segments == 0 {
            self.told.remove(&key);
            return;
        }
        let is_news = self.told.get(&key).is_none_or(|(told, at)| {
            told.holds != held.holds
                || told.over_limits != held.over_limits
                || at.elapsed() >= TELL_HELD_EVERY
        });
        if is_news {
            self.told.insert(key, (held.clone(), Instant::now()));
            let family = family.clone();
            shared.reports.push(StoreReport::Held { family, instance: None, held });
        }
    }
}

/// How compressing went.
struct Sealed {
    succeeded: bool,
    /// There are more to be compressed, and the disk has room.
    has_more: bool,
}

/// Compresses the oldest that wait. What can't be compressed now stays plain and is tried again later; it does not hold
/// up the others.
#[cfg(feature = "compression")]
fn compress_some(shared: &Shared, family: &FamilyName, segments: &mut Segments) -> Sealed {
    let is_waiting = |segment: &&Segment| segment.plain;
    let waiting = segments.iter().filter(is_waiting).take(AT_ONCE);
    let waiting: Vec<u64> = waiting.map(|segment| segment.first_seq).collect();
    let mut succeeded = true;
    for first_seq in waiting {
        if shared.work.must_stop() {
            return Sealed { succeeded, has_more: true };
        }
        let compressed = super::compress::compress(shared, family, first_seq);
        segments.look_at(&shared.path, family, first_seq);
        let Err(error) = compressed else { continue };
        let is_full = error.kind() == io::ErrorKind::StorageFull;
        succeeded &= failed(shared, family, "compressing a segment", error);
        if is_full {
            return Sealed { succeeded, has_more: false };
        }
    }
    Sealed { succeeded, has_more: segments.iter().any(|segment| is_waiting(&segment)) }
}

/// Without compression, sealed segments stay plain.
#[cfg(not(feature = "compression"))]
fn compress_some(_shared: &Shared, _family: &FamilyName, _segments: &mut Segments) -> Sealed {
    Sealed { succeeded: true, has_more: false }
}

fn failed(shared: &Shared, family: &FamilyName, doing: &'static str, error: io::Error) -> bool {
    if shared.work.must_stop() {
        return true;
    }
    // A directory that is gone has nothing to seal; who writes makes it again and tells.
    if error.kind() == io::ErrorKind::NotFound && !shared.path.exists() {
        return true;
    }
    shared.reports.failed(doing, Some(family), error);
    false
}

/// The host's threads go first. On Linux, priorities are a thread's own; elsewhere they are the process's.
fn lower_priority() {
    #[cfg(target_os = "linux")]
    {
        // A thread that may not be nice works all the same.
        let _ = rustix::process::nice(10);
    }
}
