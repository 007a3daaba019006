use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use nexolog::{Console, Nexolog};

use super::Sizes;
use crate::clocks;

/// Whose log it is.
pub const SERVICE: &str = "bench";

/// How long the sealer must rest until it counts as done.
const REST: Duration = Duration::from_millis(400);

/// A logger on the log directory, with default settings but for what it keeps: a prepared directory is not
/// to shrink by its age, nor by its size.
pub struct Logger {
    logs: Nexolog,
}

impl Logger {
    /// Opens the directory.
    pub fn open(logs: &Path) -> Logger {
        let builder = Nexolog::builder(SERVICE)
            .directory(logs)
            .console(Console::Off)
            .retention_days(36_500)
            .max_total_size(1_000_000_000_000);
        Logger { logs: builder.build().expect("the directory is ours") }
    }

    /// The handle that a service would hold.
    pub fn handle(&self) -> &Nexolog {
        &self.logs
    }

    /// Returns when nothing waits to be sealed and the process has gone to rest.
    pub fn wait_until_sealed(&self) -> io::Result<()> {
        let mut rested = Instant::now();
        let mut before = of_others();
        while rested.elapsed() < REST {
            std::thread::sleep(Duration::from_millis(20));
            let now = of_others();
            // The writer's looks at its queue take less.
            let busy = now.saturating_sub(before) > Duration::from_micros(500);
            if busy || !Sizes::of(self.logs.directory())?.all_sealed() {
                rested = Instant::now();
            }
            before = now;
        }
        Ok(())
    }

    /// Ends it as a service does, and waits until the next one may have the directory. Routes of its must be gone.
    pub fn close(self) {
        let lock = self.logs.directory().join("nexolog.lock");
        self.logs.shutdown().expect("everything is written");
        drop(self);
        // Threads that search hold the lock until they have ended, which nobody waits for.
        let start = Instant::now();
        while File::open(&lock).is_ok_and(|file| file.try_lock().is_err()) {
            assert!(
                start.elapsed() < Duration::from_secs(10),
                "somebody still holds the directory"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Processor time of all threads but this one, which only looks whether they are done.
pub(super) fn of_others() -> Duration {
    clocks::process_cpu().saturating_sub(clocks::thread_cpu())
}
