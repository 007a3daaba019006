//! What an attribute costs the function it sits on.

mod bare;
mod fastrace;
mod instrument;
mod logged;

use std::hint::black_box;
use std::path::Path;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

pub use self::bare::Bare;
pub use self::fastrace::Fastrace;
pub use self::instrument::{InstrumentOff, InstrumentOn};
pub use self::logged::{LoggedLevelOff, LoggedOff, LoggedOn};

use crate::driver::Options;
use crate::figures::{Figures, quantile};
use crate::{allocations, clocks};

/// The same three functions under one attribute.
pub trait Annotated: Sized {
    /// Calls between two looks at the clock. Few when calls leave work behind, which a pause then lets settle.
    const BURST: u64 = 1_000;

    /// Starts whatever hears of the calls, with files in `directory`.
    fn start(directory: &Path) -> Self;

    /// A function.
    fn sync(number: u64) -> u64;

    /// An async function that is ready at once.
    fn ready(number: u64) -> impl Future<Output = u64>;

    /// An async function that is polled twice.
    fn yielding(number: u64) -> impl Future<Output = u64>;

    /// Runs a burst of calls.
    fn around(&self, burst: impl FnOnce()) {
        burst();
    }
}

/// Processor time and allocations of a call, and the sizes of the futures.
pub fn calls<A: Annotated>(_options: &Options) -> Figures {
    let directory = tempfile::tempdir().expect("room for files");
    let annotated = A::start(directory.path());
    let mut figures = Figures::default();
    measure(&annotated, &mut figures, "sync", A::sync);
    measure(&annotated, &mut figures, "ready", |number| finished(A::ready(number)));
    measure(&annotated, &mut figures, "yielding", |number| finished(A::yielding(number)));
    figures.set("ready_size", size_of_val(&A::ready(1)) as f64);
    figures.set("yielding_size", size_of_val(&A::yielding(1)) as f64);
    figures
}

fn measure<A: Annotated>(
    annotated: &A,
    figures: &mut Figures,
    name: &str,
    call: impl Fn(u64) -> u64,
) {
    let burst = |calls: u64| {
        for number in 0..calls {
            black_box(call(black_box(number)));
        }
    };
    let pause = || std::thread::sleep(Duration::from_millis(2));
    let mut times = Vec::new();
    for _ in 0..120 {
        annotated.around(|| {
            let before = clocks::thread_cpu();
            burst(A::BURST);
            times.push((clocks::thread_cpu() - before).as_nanos() as f64 / A::BURST as f64);
        });
        pause();
    }
    let mut allocated = 0;
    annotated.around(|| allocated = allocations::during(|| burst(1_000)));
    pause();
    figures.set(name, quantile(&mut times, 0.5));
    figures.set(&format!("{name}_allocations"), allocated as f64 / 1_000.0);
}

/// Polls to the end.
fn finished<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

/// What all the functions do.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the attribute's cost is looked for, not a call's")]
fn work(number: u64) -> u64 {
    black_box(number).wrapping_mul(31)
}

/// Pending once.
#[derive(Default)]
struct YieldOnce(bool);

impl Future for YieldOnce {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}
