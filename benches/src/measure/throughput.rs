use std::sync::Barrier;
use std::time::Instant;

use super::{directory, warm_up};
use crate::clocks;
use crate::driver::Options;
use crate::event::Order;
use crate::figures::Figures;
use crate::lines;
use crate::peers::Peer;

/// Events a second from one thread that logs as fast as it may, until the file holds every line.
pub fn throughput_1<P: Peer>(options: &Options) -> Figures {
    let run = throughput::<P>(options.events, 1);
    let mut figures = Figures::default();
    figures.set("rate_1", run.rate);
    figures.set("cpu_1", run.cpu);
    figures.set("lost_1", run.lost);
    figures.set("line", run.line);
    figures
}

/// The same from four threads at once.
pub fn throughput_4<P: Peer>(options: &Options) -> Figures {
    let run = throughput::<P>(options.events, 4);
    let mut figures = Figures::default();
    figures.set("rate_4", run.rate);
    figures.set("cpu_4", run.cpu);
    figures.set("lost_4", run.lost);
    figures
}

struct Run {
    /// Lines in the file, a second.
    rate: f64,
    /// Nanoseconds of the whole process, a line in the file.
    cpu: f64,
    lost: f64,
    /// Bytes.
    line: f64,
}

fn throughput<P: Peer>(events: u64, producers: u64) -> Run {
    const WARM: u64 = 4_000;
    let directory = directory();
    let peer = P::start(directory.path());
    {
        let request = peer.enter();
        warm_up(&peer, &request);
    }
    let each = events / producers;
    let start = Barrier::new(usize::try_from(producers).unwrap_or(1) + 1);
    let mut begun = None;
    std::thread::scope(|scope| {
        for producer in 0..producers {
            let (peer, start) = (&peer, &start);
            scope.spawn(move || {
                let request = peer.enter();
                start.wait();
                for number in 0..each {
                    peer.log(&request, &Order::new(producer * each + number));
                }
            });
        }
        begun = Some((Instant::now(), clocks::process_cpu()));
        start.wait();
    });
    peer.finish();
    let (wall, cpu) = begun
        .map_or_else(Default::default, |(wall, cpu)| (wall.elapsed(), clocks::process_cpu() - cpu));

    let lines = lines::count(directory.path(), P::counts).expect("files to read");
    let written = lines.count.saturating_sub(WARM).max(1) as f64;
    Run {
        rate: written / wall.as_secs_f64(),
        cpu: cpu.as_nanos() as f64 / written,
        lost: (each * producers) as f64 - lines.count.saturating_sub(WARM) as f64,
        line: lines.bytes as f64 / lines.count.max(1) as f64,
    }
}
