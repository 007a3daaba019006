//! What surrounds a line: request, operation, span, module.

use std::sync::Arc;

use crate::support::logged;
use nexolog_core::{Context, Nexolog, Operation, RequestContext, add_field, identify};
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt;

fn request(id: &str) -> Context {
    Context::for_request(Arc::new(RequestContext::new(id)))
}

#[test]
fn fault_92_identify_between_two_lines_affects_only_the_later_one() {
    let records = logged(
        |builder| builder,
        |_| {
            request("r1").scope(|| {
                tracing::info!("before");
                assert!(identify("u1", "acme"));
                add_field("tier", "gold");
                tracing::info!("after");
            });
            assert!(!identify("u2", None), "there is no request any more");
            tracing::info!("outside");
        },
    )
    .records();
    let user = |index: usize| records[index].get("user_id").cloned();
    assert_eq!([user(0), user(1), user(2)], [None, Some(json!("u1")), None]);
    assert_eq!(records[1]["organization_id"], "acme");
    assert_eq!(records[1]["fields"], json!({"tier": "gold"}));
    assert_eq!(records[0]["request_id"], "r1");
    assert!(records[2].get("request_id").is_none());
}

#[test]
fn a_cut_id_is_told_of_on_the_lines_that_have_it() {
    let all = logged(
        |builder| builder,
        |_| {
            request("r1").scope(|| {
                identify(&"é".repeat(3_000), None);
                tracing::info!("the request's");
                tracing::info!(user_id = "u1", "its own");
            });
        },
    );
    let [cut, own] = &all.records()[..] else { panic!("two lines") };
    assert_eq!(cut["user_id"], "é".repeat(RequestContext::MAX_TEXT / 2));
    assert_eq!(cut["fields"], json!({ "truncated": { "user_id": 6_000 } }));
    assert_eq!((&own["user_id"], own.get("fields")), (&json!("u1"), None));
}

#[test]
fn an_events_own_values_beat_the_contexts_except_the_request_id() {
    let record = logged(
        |builder| builder,
        |_| {
            request("r1").scope(|| {
                identify("u1", None);
                tracing::info!(user_id = "u2", request_id = "spoofed", "mine");
            });
        },
    )
    .record();
    assert_eq!(record["user_id"], "u2");
    assert_eq!(record["request_id"], "r1");
    assert_eq!(record["fields"], json!({"request_id": "spoofed"}));
}

static CHECKOUT: Operation = Operation::new("checkout").with_module("orders");

#[test]
fn the_module_is_the_events_own_then_the_operations_then_the_spans_then_the_targets() {
    let records = logged(
        |builder| builder,
        |_| {
            let span = tracing::info_span!("work", module = "etl");
            span.in_scope(|| {
                request("r1").with_operation(&CHECKOUT).scope(|| {
                    tracing::info!(module = "auth", "own");
                    tracing::info!("operation");
                });
                tracing::info!("span");
            });
            tracing::info!(target: "sqlx::query", "target");
            tracing::info!(target: "somewhere::deep", "crate");
        },
    )
    .records();
    let modules: Vec<&Value> = records.iter().map(|record| &record["module"]).collect();
    assert_eq!(modules, ["auth", "orders", "etl", "database", "somewhere"]);
    assert_eq!(records[1]["operation"], "checkout");
}

#[test]
fn fields_of_spans_are_merged_and_the_inner_one_wins() {
    let record = logged(
        |builder| builder,
        |_| {
            let outer = tracing::info_span!("outer", a = 1, b = 1, user_id = "outer");
            let inner =
                outer.in_scope(|| tracing::info_span!("inner", b = 2, c = tracing::field::Empty));
            inner.record("c", 3);
            inner.record("c", 4);
            inner.in_scope(|| tracing::info!(d = 5, "deep"));
        },
    )
    .record();
    assert_eq!(record["fields"], json!({"a": 1, "b": 2, "c": 4, "d": 5}));
    assert_eq!(record["user_id"], "outer");
}

#[test]
fn a_span_made_in_a_request_carries_it_to_another_thread() {
    let records = logged(
        |builder| builder,
        |_| {
            let span = request("r1").scope(|| tracing::error_span!("request"));
            let dispatch = tracing::dispatcher::get_default(Clone::clone);
            std::thread::spawn(move || {
                let _default = tracing::dispatcher::set_default(&dispatch);
                span.in_scope(|| tracing::info!("inside"));
                tracing::info!("outside");
            })
            .join()
            .unwrap();
        },
    )
    .records();
    assert_eq!(records[0]["request_id"], "r1");
    assert!(records[1].get("request_id").is_none());
}

#[test]
fn a_filter_that_drops_info_spans_never_takes_the_request_id_off_an_error() {
    let record = logged(
        |builder| builder.level("error"),
        |_| {
            request("r1").scope(|| {
                let span = tracing::info_span!("dropped", module = "auth");
                span.in_scope(|| tracing::error!("failed"));
            });
        },
    )
    .record();
    assert_eq!(record["request_id"], "r1");
}

#[test]
fn two_loggers_in_one_process_each_write_their_own() {
    let directory = tempfile::tempdir().unwrap();
    let build = |service: &str, level: &str| {
        let path = directory.path().join(service);
        Nexolog::builder(service).directory(path).level(level).build().unwrap()
    };
    let (one, two) = (build("one", "info"), build("two", "debug"));
    let subscriber = tracing_subscriber::registry().with(one.layer()).with(two.layer());
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!("shared", a = 1);
        span.in_scope(|| tracing::info!("both"));
        tracing::debug!("only two");
    });
    one.shutdown().unwrap();
    two.shutdown().unwrap();
    let messages = |service: &str| -> Vec<Value> {
        let path = directory.path().join(service).join(format!("{service}.jsonl"));
        let mut records = crate::support::records(&path);
        records.retain(|record| record["module"] != "nexolog");
        records.into_iter().map(|record| json!([record["message"], record["fields"]])).collect()
    };
    assert_eq!(messages("one"), [json!(["both", {"a": 1}])]);
    assert_eq!(messages("two"), [json!(["both", {"a": 1}]), json!(["only two", null])]);
}

#[test]
fn only_the_modules_that_are_enabled_are_written() {
    let all = logged(
        |builder| builder.modules_enabled(["auth"]),
        |_| {
            tracing::info!(module = "auth", "yes");
            tracing::error!(module = "api", "no");
        },
    );
    assert_eq!(all.record()["message"], "yes");
    assert!(!all.directory.path().join("api.log").exists());
    assert!(!all.directory.path().join("error.log").exists());
    assert!(all.directory.path().join("nexolog.log").exists());
}
