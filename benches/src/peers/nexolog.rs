use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use nexolog::{Backpressure, Builder, Console, Context, ContextGuard, Nexolog, RequestContext};

use super::Peer;
use crate::event::{MESSAGE, ORGANIZATION_ID, Order, REQUEST_ID, USER_ID};

/// Nexolog as it comes, but for the console.
pub struct NexologDefaults(Nexolog);

/// Nexolog with callers that wait for room as long as it takes, so that nothing is lost, and with files that are
/// never full, so that no segment is compressed meanwhile.
pub struct NexologLossless(Nexolog);

impl Peer for NexologDefaults {
    type Request = ContextGuard;

    fn start(directory: &Path) -> NexologDefaults {
        NexologDefaults(install(builder(directory)))
    }

    fn enter(&self) -> ContextGuard {
        enter()
    }

    fn log(&self, _request: &ContextGuard, order: &Order) {
        log(order);
    }

    fn finish(self) {
        self.0.flush().expect("a disk that takes it");
    }

    fn counts(file_name: &str) -> bool {
        is_main_log(file_name)
    }
}

impl Peer for NexologLossless {
    type Request = ContextGuard;

    fn start(directory: &Path) -> NexologLossless {
        let patient = Backpressure::Block { up_to: Duration::from_secs(600) };
        NexologLossless(install(builder(directory).backpressure(patient).max_file_size(1 << 40)))
    }

    fn enter(&self) -> ContextGuard {
        enter()
    }

    fn log(&self, _request: &ContextGuard, order: &Order) {
        log(order);
    }

    fn log_disabled(&self, _request: &ContextGuard, order: &Order) -> bool {
        log_disabled(order);
        true
    }

    fn log_written(&self, _request: &ContextGuard, order: &Order) -> bool {
        log_written(order);
        true
    }

    fn finish(self) {
        self.0.flush().expect("a disk that takes it");
    }

    fn counts(file_name: &str) -> bool {
        is_main_log(file_name)
    }
}

fn builder(directory: &Path) -> Builder {
    Nexolog::builder("bench").directory(directory).console(Console::Off)
}

fn install(builder: Builder) -> Nexolog {
    builder.install().expect("a fresh directory and process")
}

fn enter() -> ContextGuard {
    let request = RequestContext::new(REQUEST_ID);
    request.identify(USER_ID, Some(ORGANIZATION_ID));
    Context::for_request(Arc::new(request)).enter()
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

#[inline(never)]
fn log_written(order: &Order) {
    let Order { order_id, total, items, currency, express, warehouse } = *order;
    tracing::error!(target: "shop::orders", order_id, total, items, currency, express, warehouse, "{MESSAGE}");
}

/// The main log and its segments; the modules' files hold second copies.
fn is_main_log(file_name: &str) -> bool {
    let is_whole = file_name.ends_with(".jsonl") || file_name.ends_with(".jsonl.zst");
    file_name.starts_with("bench.") && is_whole
}
