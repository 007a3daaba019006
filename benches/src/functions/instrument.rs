use std::path::Path;

use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;

use super::{Annotated, YieldOnce, work};

/// `#[tracing::instrument]` below the level that is written.
pub struct InstrumentOff {
    _guard: WorkerGuard,
}

/// `#[tracing::instrument]` with an event in JSON when the span closes.
pub struct InstrumentOn {
    _guard: WorkerGuard,
}

impl Annotated for InstrumentOff {
    const BURST: u64 = 1_000_000;

    fn start(directory: &Path) -> InstrumentOff {
        InstrumentOff { _guard: install(directory) }
    }

    fn sync(number: u64) -> u64 {
        sync_off(number)
    }

    fn ready(number: u64) -> impl Future<Output = u64> {
        ready_off(number)
    }

    fn yielding(number: u64) -> impl Future<Output = u64> {
        yielding_off(number)
    }
}

impl Annotated for InstrumentOn {
    fn start(directory: &Path) -> InstrumentOn {
        InstrumentOn { _guard: install(directory) }
    }

    fn sync(number: u64) -> u64 {
        sync_on(number)
    }

    fn ready(number: u64) -> impl Future<Output = u64> {
        ready_on(number)
    }

    fn yielding(number: u64) -> impl Future<Output = u64> {
        yielding_on(number)
    }
}

fn install(directory: &Path) -> WorkerGuard {
    let file = tracing_appender::rolling::never(directory, "tracing.jsonl");
    let (writer, guard) = NonBlockingBuilder::default().lossy(false).finish(file);
    let json = tracing_subscriber::fmt::layer().json().with_span_events(FmtSpan::CLOSE);
    let subscriber =
        tracing_subscriber::registry().with(json.with_writer(writer)).with(LevelFilter::INFO);
    tracing::subscriber::set_global_default(subscriber).expect("the first subscriber");
    guard
}

#[inline(never)]
#[tracing::instrument(level = "debug", skip_all)]
fn sync_off(number: u64) -> u64 {
    work(number)
}

#[tracing::instrument(level = "debug", skip_all)]
async fn ready_off(number: u64) -> u64 {
    work(number)
}

#[tracing::instrument(level = "debug", skip_all)]
async fn yielding_off(number: u64) -> u64 {
    YieldOnce::default().await;
    work(number)
}

#[inline(never)]
#[tracing::instrument(skip_all)]
fn sync_on(number: u64) -> u64 {
    work(number)
}

#[tracing::instrument(skip_all)]
async fn ready_on(number: u64) -> u64 {
    work(number)
}

#[tracing::instrument(skip_all)]
async fn yielding_on(number: u64) -> u64 {
    YieldOnce::default().await;
    work(number)
}
