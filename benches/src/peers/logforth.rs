use std::path::Path;

use logforth::append::file::FileBuilder;
use logforth::bridge::log::LogBridge;
use logforth::diagnostic::ThreadLocalDiagnostic;
use logforth::layout::JsonLayout;

use super::Peer;
use crate::event::{MESSAGE, ORGANIZATION_ID, Order, REQUEST_ID, USER_ID};

/// `logforth` with its JSON layout and its file; it renders and writes on the caller.
pub struct Logforth;

impl Peer for Logforth {
    type Request = ();

    fn start(directory: &Path) -> Logforth {
        let file = FileBuilder::new(directory, "logforth")
            .filename_suffix("jsonl")
            .layout(JsonLayout::default())
            .build()
            .expect("a directory of our own");
        let logger = logforth::core::builder()
            .dispatch(|dispatch| dispatch.diagnostic(ThreadLocalDiagnostic::default()).append(file))
            .build();
        log::set_boxed_logger(Box::new(LogBridge::new(logger))).expect("the first logger");
        log::set_max_level(log::LevelFilter::Info);
        Logforth
    }

    fn enter(&self) {
        ThreadLocalDiagnostic::insert("request_id", REQUEST_ID);
        ThreadLocalDiagnostic::insert("user_id", USER_ID);
        ThreadLocalDiagnostic::insert("organization_id", ORGANIZATION_ID);
    }

    #[inline(never)]
    fn log(&self, (): &(), order: &Order) {
        let Order { order_id, total, items, currency, express, warehouse } = *order;
        log::info!(target: "shop::orders", order_id, total, items, currency, express, warehouse; "{MESSAGE}");
    }

    #[inline(never)]
    fn log_disabled(&self, (): &(), order: &Order) -> bool {
        let Order { order_id, total, items, currency, express, warehouse } = *order;
        log::debug!(target: "shop::orders", order_id, total, items, currency, express, warehouse; "{MESSAGE}");
        true
    }

    fn finish(self) {
        log::logger().flush();
    }
}
