//! The thread that compresses sealed segments and removes those that retention gives up.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use super::age_clock::AgeClock;
use super::instances::Caretaker;
use super::names::FamilyName;
use super::retention::{self, Limits};
use super::segments;
use super::shared::Shared;
use crate::capture::panic_hook;

/// Starts the thread; with a `caretaker`, it looks after the directories of instances that run no more as well.
pub(super) fn start(
    shared: Arc<Shared>,
    clock: AgeClock,
    caretaker: Option<Caretaker>,
) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name("nexolog-sealer".to_owned()).spawn(move || {
        let ended = Ended(&shared);
        lower_priority();
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

fn run(shared: &Shared, mut clock: AgeClock, mut caretaker: Option<Caretaker>) {
    while let Some((family, limits)) = shared.work.next() {
        let tended = panic_hook::silently(|| {
            catch_unwind(AssertUnwindSafe(|| {
                let succeeded = tend(shared, &family, &limits, &mut clock);
                if let Some(caretaker) = &mut caretaker {
                    caretaker.look_around(shared, &mut clock);
                }
                succeeded
            }))
        });
        // Segments that nobody tends would fill the disk, so the thread goes on after a panic.
        let succeeded = tended.unwrap_or_else(|payload| {
            let error = format!("it panicked: {}", panic_hook::message(&*payload));
            shared.reports.failed("tending segments", Some(&family), io::Error::other(error));
            false
        });
        shared.work.done(&family, succeeded);
    }
}

/// Compresses what waits, oldest first, and keeps the family within its limits after each; whatever was
/// left half-done before is found in the directory and done now.
pub(super) fn tend(
    shared: &Shared,
    family: &FamilyName,
    limits: &Limits,
    clock: &mut AgeClock,
) -> bool {
    let sealed = compress_waiting(shared, family, limits, clock);
    retain(shared, family, limits, clock) && sealed
}

#[cfg(feature = "compression")]
fn compress_waiting(
    shared: &Shared,
    family: &FamilyName,
    limits: &Limits,
    clock: &mut AgeClock,
) -> bool {
    use super::compress::compress;

    let segments = match segments::list(&*shared.fs, &shared.path, family) {
        Ok(segments) => segments,
        Err(error) => return failed(shared, family, "listing the segments", error),
    };
    for segment in segments.iter().filter(|segment| segment.plain) {
        if shared.work.must_stop() {
            return true;
        }
        if let Err(error) = compress(shared, family, segment.first_seq) {
            return failed(shared, family, "compressing a segment", error);
        }
        if !retain(shared, family, limits, clock) {
            return false;
        }
    }
    true
}

#[cfg(not(feature = "compression"))]
fn compress_waiting(
    _shared: &Shared,
    _family: &FamilyName,
    _limits: &Limits,
    _clock: &mut AgeClock,
) -> bool {
    true
}

fn retain(shared: &Shared, family: &FamilyName, limits: &Limits, clock: &mut AgeClock) -> bool {
    let result = segments::list(&*shared.fs, &shared.path, family)
        .and_then(|segments| retention::retain(shared, family, segments, limits, clock.now()));
    result.map_or_else(|error| failed(shared, family, "removing old segments", error), |()| true)
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
