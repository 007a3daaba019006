use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Tidying one segment takes milliseconds; who waits longer waits for a process that stands still.
const PATIENCE: Duration = Duration::from_secs(10);

const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// The right to remove segments, to give them their compressed form, and to change the holds, in a log directory
/// and the directories of instances beneath it.
///
/// Retention, clean-up, and those of other processes all remove; whoever has this alone decides about a segment
/// and counts what goes with it, so nothing is told twice. It is a lock of the system on the directory itself: it leaves no
/// file behind and ends with its process. Taken for one segment at a time.
#[derive(Debug)]
pub(super) struct Tidying {
    _lock: Option<File>,
}

impl Tidying {
    /// Waits for the right.
    ///
    /// # Errors
    ///
    /// When `stop` was set meanwhile, or somebody keeps it for ten seconds. Where the system can't lock a directory
    /// (NFS, Windows), everybody has it.
    pub(super) fn begin(log_directory: &Path, stop: &AtomicBool) -> io::Result<Tidying> {
        if cfg!(not(unix)) {
            return Ok(Tidying { _lock: None });
        }
        let directory = File::open(log_directory)?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            match directory.try_lock() {
                Ok(()) => return Ok(Tidying { _lock: Some(directory) }),
                Err(TryLockError::Error(_)) => return Ok(Tidying { _lock: None }),
                Err(TryLockError::WouldBlock) => {}
            }
            if stop.load(Ordering::Relaxed) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            if Instant::now() >= deadline {
                return Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "another process has been tidying the log directory for ten seconds",
                ));
            }
            thread::sleep(LOOK_AGAIN);
        }
    }
}
