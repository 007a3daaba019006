use std::time::Duration;

use super::{directory, warm_up};
use crate::clocks;
use crate::driver::Options;
use crate::figures::Figures;
use crate::peers::Peer;

/// How often the peer's threads wake up while nobody logs.
pub fn idle<P: Peer>(_options: &Options) -> Figures {
    let directory = directory();
    let peer = P::start(directory.path());
    let request = peer.enter();
    warm_up(&peer, &request);
    drop(request);
    // What was logged is written by then, and the peer has seen that no more comes.
    std::thread::sleep(Duration::from_millis(500));

    let before = clocks::wake_ups_of_others();
    std::thread::sleep(Duration::from_secs(2));
    let mut figures = Figures::default();
    figures.set("wake_ups", (clocks::wake_ups_of_others() - before) as f64 / 2.0);
    peer.finish();
    figures
}
