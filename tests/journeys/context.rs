//! What a line knows of the request it was logged in.

use axum::Router;
use axum::routing::get;
use nexolog::{RequestLogLayer, add_field, identify, logged};
use serde_json::{Value, json};
use tracing::Instrument;

use crate::support::{Client, logger, serve};

/// Serves one handler, asks it once, and gives what was logged.
async fn logged_by<F>(handler: impl Fn() -> F + Clone + Send + Sync + 'static) -> Vec<Value>
where
    F: Future<Output = &'static str> + Send + 'static,
{
    let logger = logger("host", |builder| builder);
    let _listening = logger.listen();
    let app = Router::new().route("/{any}", get(handler)).layer(RequestLogLayer::new());
    let client = Client::admin(serve(app).await);
    let asked = client.request(reqwest::Method::GET, "/one").header("x-request-id", "r-1");
    asked.send().await.unwrap().text().await.unwrap();
    logger.records()
}

fn of<'a>(records: &'a [Value], message: &str) -> &'a Value {
    records.iter().find(|record| record["message"] == message).expect(message)
}

#[tokio::test]
async fn fault_92_identify_between_two_lines_affects_only_the_later_one() {
    let records = logged_by(|| async {
        tracing::info!("before");
        identify("u1", "acme");
        add_field("plan", "gold");
        tracing::info!("after");
        "done"
    })
    .await;
    let (before, after) = (of(&records, "before"), of(&records, "after"));
    assert_eq!((&before["request_id"], &after["request_id"]), (&json!("r-1"), &json!("r-1")));
    assert!(before.get("user_id").is_none() && before.get("fields").is_none(), "{before}");
    assert_eq!((&after["user_id"], &after["organization_id"]), (&json!("u1"), &json!("acme")));
    assert_eq!(after["fields"], json!({ "plan": "gold" }));
    let request = of(&records, "GET /{any} 200");
    assert_eq!((&request["user_id"], &request["fields"]["plan"]), (&json!("u1"), &json!("gold")));
}

#[tokio::test]
async fn a_request_goes_along_into_tasks_that_are_spawned_with_it() {
    let records = logged_by(|| async {
        identify("u1", None);
        let by_span = tokio::spawn(async { tracing::info!("by span") }.in_current_span());
        let by_nexolog = nexolog::spawn(async { tracing::info!("by nexolog") });
        let nested =
            nexolog::spawn(async { nexolog::spawn(async { tracing::info!("nested") }).await });
        let alone = tokio::spawn(async { tracing::info!("alone") });
        by_span.await.unwrap();
        by_nexolog.await.unwrap();
        nested.await.unwrap().unwrap();
        alone.await.unwrap();
        "done"
    })
    .await;
    for message in ["by span", "by nexolog", "nested"] {
        let record = of(&records, message);
        assert_eq!((&record["request_id"], &record["user_id"]), (&json!("r-1"), &json!("u1")));
    }
    assert!(of(&records, "alone").get("request_id").is_none());
}

#[logged(module = "orders", fields(total))]
async fn place(total: u32) -> Result<u32, std::num::ParseIntError> {
    tokio::task::yield_now().await;
    tracing::info!("inside");
    "12x".parse::<u32>().map(|parsed| parsed + total)
}

#[tokio::test]
async fn a_logged_function_names_its_operation_on_every_line_within() {
    let records = logged_by(|| async {
        place(7).await.unwrap_err();
        tracing::info!("outside");
        "done"
    })
    .await;
    let inside = of(&records, "inside");
    assert_eq!((&inside["operation"], &inside["module"]), (&json!("place"), &json!("orders")));
    assert!(of(&records, "outside").get("operation").is_none());
    let ended = records.iter().find(|record| record["outcome"] == "error").unwrap();
    assert_eq!(ended["operation"], "place");
    assert_eq!(ended["fields"]["total"], 7);
    assert_eq!(ended["error"]["message"], "invalid digit found in string");
    assert_eq!(ended["request_id"], "r-1");
    assert!(ended["duration_ms"].as_f64().unwrap() >= 0.0);
}
