//! What is measured of each peer; every function runs in a process of its own.

mod allocated;
mod disabled;
mod idle;
mod latency;
mod memory;
mod throughput;
mod written;

pub use allocated::allocated;
pub use disabled::disabled;
pub use idle::idle;
pub use latency::latency;
pub use memory::memory;
pub use throughput::{throughput_1, throughput_4};
pub use written::written;

use std::time::{Duration, Instant};

use crate::event::Order;
use crate::peers::Peer;

/// A log directory that is removed in the end.
fn directory() -> tempfile::TempDir {
    tempfile::tempdir().expect("room for files")
}

/// Logs in bursts with pauses, so that no queue is ever full; `each` runs one burst's call.
fn in_bursts(bursts: u64, mut each: impl FnMut(&Order)) {
    const BURST: u64 = 200;
    for burst in 0..bursts {
        for number in 0..BURST {
            each(&Order::new(burst * BURST + number));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// First calls make callsites, buffers and threads; nobody means those.
fn warm_up<P: Peer>(peer: &P, request: &P::Request) {
    in_bursts(20, |order| peer.log(request, order));
}

/// Nanoseconds that a pair of clock readings takes at least, by the median of many.
fn timer_cost() -> f64 {
    let mut costs: Vec<f64> = (0..10_001).map(|_| timed(|| {})).collect();
    crate::figures::quantile(&mut costs, 0.5)
}

fn timed(work: impl FnOnce()) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_nanos() as f64
}
