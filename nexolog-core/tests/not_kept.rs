//! What is neither written nor kept. Alone in its process: where other subscribers want a callsite, `tracing` asks about it
//! each time, and a registry with filters by layer then answers that it may be wanted.

use std::sync::Arc;

use nexolog_core::{Console, Context, Level, Nexolog, RequestContext};
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;

#[test]
fn without_keeping_nothing_below_the_levels_is_even_looked_at() {
    let directory = tempfile::tempdir().unwrap();
    let logs = Nexolog::builder("shop")
        .directory(directory.path())
        .console(Console::Off)
        .keep_for_failures(Level::Debug, 64 << 10)
        .keep_for_failures(Level::Debug, 0)
        .build()
        .unwrap();
    let subscriber = tracing_subscriber::registry().with(logs.layer());
    tracing::subscriber::with_default(subscriber, || {
        Context::for_request(Arc::new(RequestContext::new("r-1"))).scope(|| {
            assert!(!tracing::enabled!(tracing::Level::DEBUG));
            tracing::debug!("step");
            tracing::error!("failed");
        });
    });
    logs.shutdown().unwrap();
    let text = std::fs::read_to_string(directory.path().join("shop.jsonl")).unwrap();
    let records = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let ours = records.filter(|record: &Value| record["module"] != "nexolog");
    let messages: Vec<Value> = ours.map(|record| record["message"].clone()).collect();
    assert_eq!(messages, ["failed"]);
}
