use std::path::Path;
use std::sync::Arc;

use spdlog::formatter::JsonFormatter;
use spdlog::sink::{AsyncPoolSink, FileSink, OverflowPolicy};
use spdlog::{Logger, ThreadPool};

use super::Peer;
use crate::event::{MESSAGE, ORGANIZATION_ID, Order, REQUEST_ID, USER_ID};

/// `spdlog-rs` with its JSON formatter in an asynchronous pool. It has no context, so each call names the request.
pub struct Spdlog {
    logger: Logger,
    pool: Arc<ThreadPool>,
}

impl Peer for Spdlog {
    type Request = ();

    fn start(directory: &Path) -> Spdlog {
        let pool = ThreadPool::builder().build_arc().expect("a thread");
        let file = FileSink::builder()
            .path(directory.join("spdlog.jsonl"))
            .formatter(JsonFormatter::new())
            .build_arc()
            .expect("a directory of our own");
        let sink = AsyncPoolSink::builder()
            .sink(file)
            .overflow_policy(OverflowPolicy::Block)
            .thread_pool(Arc::clone(&pool))
            .build_arc()
            .expect("a sink");
        let logger = Logger::builder().sink(sink).name("shop").build().expect("a logger");
        Spdlog { logger, pool }
    }

    fn enter(&self) {}

    #[inline(never)]
    fn log(&self, (): &(), order: &Order) {
        let Order { order_id, total, items, currency, express, warehouse } = *order;
        spdlog::info!(logger: self.logger, "{MESSAGE}", kv: {
            order_id, total, items, currency, express, warehouse,
            request_id = REQUEST_ID, user_id = USER_ID, organization_id = ORGANIZATION_ID,
        });
    }

    fn finish(self) {
        // The last to go ends the pool's thread when its queue is empty, and with the sink the file.
        drop(self.logger);
        drop(self.pool);
    }
}
