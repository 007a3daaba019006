use std::time::Duration;

use super::{directory, warm_up};
use crate::allocations;
use crate::driver::Options;
use crate::event::Order;
use crate::figures::{Figures, quantile};
use crate::peers::Peer;

/// Allocations of a call on its thread: the median call, and the mean with whatever is rarer.
pub fn allocated<P: Peer>(_options: &Options) -> Figures {
    let directory = directory();
    let peer = P::start(directory.path());
    let request = peer.enter();
    warm_up(&peer, &request);

    // The first storm makes a queue's pieces; they are kept. Those of the second are everyday's.
    storm(&peer, &request);
    std::thread::sleep(Duration::from_millis(500));
    let mut calls = storm(&peer, &request);
    let mut figures = Figures::default();
    figures.set("allocations_mean", calls.iter().sum::<f64>() / calls.len() as f64);
    figures.set("allocations", quantile(&mut calls, 0.5));
    drop(request);
    peer.finish();
    figures
}

fn storm<P: Peer>(peer: &P, request: &P::Request) -> Vec<f64> {
    let call = |number| peer.log(request, &Order::new(number));
    (0..10_000).map(|number| allocations::during(|| call(number)) as f64).collect()
}
