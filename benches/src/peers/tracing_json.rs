use std::path::Path;

use tracing::level_filters::LevelFilter;
use tracing::span::EnteredSpan;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::layer::SubscriberExt;

use super::Peer;
use crate::event::{MESSAGE, ORGANIZATION_ID, Order, REQUEST_ID, USER_ID};

/// `tracing-subscriber`'s JSON through `tracing-appender`, as it comes: full, it drops.
pub struct TracingLossy(WorkerGuard);

/// The same in its lossless mode: full, callers wait.
pub struct TracingLossless(WorkerGuard);

impl Peer for TracingLossy {
    type Request = EnteredSpan;

    fn start(directory: &Path) -> TracingLossy {
        TracingLossy(install(directory, NonBlockingBuilder::default()))
    }

    fn enter(&self) -> EnteredSpan {
        enter()
    }

    fn log(&self, _request: &EnteredSpan, order: &Order) {
        log(order);
    }

    fn finish(self) {
        drop(self.0);
    }
}

impl Peer for TracingLossless {
    type Request = EnteredSpan;

    fn start(directory: &Path) -> TracingLossless {
        TracingLossless(install(directory, NonBlockingBuilder::default().lossy(false)))
    }

    fn enter(&self) -> EnteredSpan {
        enter()
    }

    fn log(&self, _request: &EnteredSpan, order: &Order) {
        log(order);
    }

    fn log_disabled(&self, _request: &EnteredSpan, order: &Order) -> bool {
        log_disabled(order);
        true
    }

    fn finish(self) {
        drop(self.0);
    }
}

/// The current span alone carries the request; the list of spans, on by default, would say it a second time.
fn install(directory: &Path, builder: NonBlockingBuilder) -> WorkerGuard {
    let (writer, guard) =
        builder.finish(tracing_appender::rolling::never(directory, "tracing.jsonl"));
    let json = tracing_subscriber::fmt::layer().json().with_span_list(false).with_writer(writer);
    let subscriber = tracing_subscriber::registry().with(json).with(LevelFilter::INFO);
    tracing::subscriber::set_global_default(subscriber).expect("the first subscriber");
    guard
}

fn enter() -> EnteredSpan {
    tracing::info_span!(
        "request",
        request_id = REQUEST_ID,
        user_id = USER_ID,
        organization_id = ORGANIZATION_ID
    )
    .entered()
}

#[inline(never)]
fn log(order: &Order) {
    let Order { order_id, total, items, currency, express, warehouse } = *order;
    tracing::info!(target: "shop::orders", order_id, total, items, currency, express, warehouse, "{MESSAGE}");
}

#[inline(never)]
fn log_disabled(order: &Order) {
    let Order { order_id, total, items, currency, express, warehouse } = *order;
    tracing::debug!(target: "shop::orders", order_id, total, items, currency, express, warehouse, "{MESSAGE}");
}
