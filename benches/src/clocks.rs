//! Clocks of the processor's time, and what the kernel knows of our threads and memory.

use std::fs;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Processor time of all threads so far, in user and in kernel mode.
#[must_use]
pub fn process_cpu() -> Duration {
    cpu(ClockId::ProcessCPUTime)
}

/// Processor time of the calling thread so far.
#[must_use]
pub fn thread_cpu() -> Duration {
    cpu(ClockId::ThreadCPUTime)
}

fn cpu(clock: ClockId) -> Duration {
    let time = clock_gettime(clock);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    Duration::from_secs(seconds) + Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or(0))
}

/// How often the threads other than the calling one were woken so far.
#[must_use]
pub fn wake_ups_of_others() -> u64 {
    let own = rustix::thread::gettid().as_raw_nonzero().to_string();
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    tasks
        .filter(|task| task.file_name().to_str() != Some(&own))
        .map(|task| status_field(&task.path().join("status"), "voluntary_ctxt_switches:"))
        .sum()
}

/// Resident memory in KiB.
#[must_use]
pub fn resident_kib() -> u64 {
    status_field("/proc/self/status".as_ref(), "VmRSS:")
}

fn status_field(path: &std::path::Path, name: &str) -> u64 {
    let status = fs::read_to_string(path).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
