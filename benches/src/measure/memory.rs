use std::hint::black_box;
use std::sync::Barrier;

use super::directory;
use crate::clocks;
use crate::driver::Options;
use crate::event::Order;
use crate::figures::Figures;
use crate::peers::Peer;

const THREADS: usize = 512;

/// Memory that is resident because 512 threads have logged a few lines each, and still live.
pub fn memory<P: Peer>(_options: &Options) -> Figures {
    let directory = directory();
    let peer = P::start(directory.path());
    let (ready, go, done, end) = (
        Barrier::new(THREADS + 1),
        Barrier::new(THREADS + 1),
        Barrier::new(THREADS + 1),
        Barrier::new(THREADS + 1),
    );
    let mut figures = Figures::default();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                touch_stack();
                ready.wait();
                go.wait();
                let request = peer.enter();
                for number in 0..5 {
                    peer.log(&request, &Order::new(number));
                }
                done.wait();
                end.wait();
                drop(request);
            });
        }
        ready.wait();
        let before = clocks::resident_kib();
        go.wait();
        done.wait();
        let after = clocks::resident_kib();
        figures.set("memory_mib", after.saturating_sub(before) as f64 / 1024.0);
        end.wait();
    });
    peer.finish();
    figures
}

/// Makes the stack resident that any logging call would, so that it is not taken for the peer's memory.
#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "the stack is what it is about")]
fn touch_stack() {
    black_box([1_u8; 64 << 10]);
}
