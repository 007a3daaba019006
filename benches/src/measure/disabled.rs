use std::hint::black_box;

use super::{directory, warm_up};
use crate::clocks;
use crate::driver::Options;
use crate::event::Order;
use crate::figures::{Figures, quantile};
use crate::peers::Peer;

/// What a call costs whose level is off.
pub fn disabled<P: Peer>(_options: &Options) -> Figures {
    const CALLS: u64 = 2_000_000;
    let directory = directory();
    let peer = P::start(directory.path());
    let request = peer.enter();
    warm_up(&peer, &request);

    let order = Order::new(1);
    let mut runs: Vec<f64> = (0..15)
        .map(|_| {
            let before = clocks::thread_cpu();
            for _ in 0..CALLS {
                black_box(peer.log_disabled(&request, black_box(&order)));
            }
            (clocks::thread_cpu() - before).as_nanos() as f64 / CALLS as f64
        })
        .collect();
    let mut figures = Figures::default();
    figures.set("disabled", quantile(&mut runs, 0.5));
    drop(request);
    peer.finish();
    figures
}
