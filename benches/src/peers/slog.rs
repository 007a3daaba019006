use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use slog::{Drain, FnValue, Logger, Record, o};
use slog_async::{Async, AsyncGuard, OverflowStrategy};
use slog_json::Json;

use super::Peer;
use crate::event::{ORGANIZATION_ID, Order, REQUEST_ID, USER_ID};

/// `slog-json` behind `slog-async`. Callers wait when the channel is full; it is larger than the default of 128, with
/// which they would wait all the time.
pub struct Slog {
    root: Logger,
    guard: AsyncGuard,
}

impl Peer for Slog {
    type Request = Logger;

    fn start(directory: &Path) -> Slog {
        let file = File::create(directory.join("slog.jsonl")).expect("a directory of our own");
        let target = o!("target" => FnValue(|record: &Record<'_>| record.tag().to_owned()));
        let json = Json::new(BufWriter::new(file)).add_default_keys().add_key_value(target).build();
        let (drain, guard) = Async::new(json.fuse())
            .chan_size(8_192)
            .overflow_strategy(OverflowStrategy::Block)
            .build_with_guard();
        Slog { root: Logger::root(drain.fuse(), o!()), guard }
    }

    fn enter(&self) -> Logger {
        self.root.new(o!(
            "request_id" => REQUEST_ID, "user_id" => USER_ID, "organization_id" => ORGANIZATION_ID,
        ))
    }

    #[inline(never)]
    fn log(&self, request: &Logger, order: &Order) {
        let Order { order_id, total, items, currency, express, warehouse } = *order;
        slog::info!(request, # "shop::orders", "order placed";
            "order_id" => order_id, "total" => total, "items" => items, "currency" => currency,
            "express" => express, "warehouse" => warehouse);
    }

    fn finish(self) {
        drop(self.root);
        drop(self.guard);
    }
}
