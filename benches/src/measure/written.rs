use super::{directory, timed, warm_up};
use crate::driver::Options;
use crate::event::Order;
use crate::figures::{Figures, quantile};
use crate::peers::Peer;

/// What a call costs whose line is in the file when it returns.
pub fn written<P: Peer>(_options: &Options) -> Figures {
    let directory = directory();
    let peer = P::start(directory.path());
    let request = peer.enter();
    warm_up(&peer, &request);

    let mut calls = Vec::new();
    for number in 0..20_000 {
        let order = Order::new(number);
        calls.push(timed(|| {
            peer.log_written(&request, &order);
        }));
    }
    let mut figures = Figures::default();
    figures.set("written_p50", quantile(&mut calls, 0.5));
    figures.set("written_p99", quantile(&mut calls, 0.99));
    drop(request);
    peer.finish();
    figures
}
