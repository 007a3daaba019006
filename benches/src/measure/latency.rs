use super::{directory, in_bursts, timed, timer_cost, warm_up};
use crate::clocks;
use crate::driver::Options;
use crate::figures::{Figures, quantile};
use crate::peers::Peer;

/// What one call costs its thread: each call timed alone, and the thread's processor time over many.
pub fn latency<P: Peer>(_options: &Options) -> Figures {
    let directory = directory();
    let peer = P::start(directory.path());
    let request = peer.enter();
    warm_up(&peer, &request);

    let mut calls = Vec::with_capacity(100_000);
    in_bursts(500, |order| calls.push(timed(|| peer.log(&request, order))));
    let mut untimed = 0;
    let mut bursts = Vec::new();
    for _ in 0..500 {
        let before = clocks::thread_cpu();
        for number in 0..200 {
            peer.log(&request, &crate::event::Order::new(untimed + number));
        }
        bursts.push((clocks::thread_cpu() - before).as_nanos() as f64 / 200.0);
        untimed += 200;
        std::thread::sleep(std::time::Duration::from_millis(2));
    }

    let mut figures = Figures::default();
    figures.set("p50", quantile(&mut calls, 0.5));
    figures.set("p99", quantile(&mut calls, 0.99));
    figures.set("p999", quantile(&mut calls, 0.999));
    figures.set("call_cpu", quantile(&mut bursts, 0.5));
    figures.set("timer", timer_cost());
    drop(request);
    peer.finish();
    figures
}
