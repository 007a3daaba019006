//! What a request said below the levels is there when it failed, and only then.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use nexolog::{Level, RequestLogLayer, logged};
use serde_json::Value;

use crate::support::{Client, logger, serve};

#[logged(level = "debug")]
async fn look_up(status: u16) -> StatusCode {
    tracing::debug!(status, "looked up");
    StatusCode::from_u16(status).unwrap()
}

async fn answer(Path(status): Path<u16>) -> StatusCode {
    let found = nexolog::spawn(look_up(status)).await.unwrap();
    assert_ne!(status, 299, "a handler that panics");
    found
}

#[tokio::test]
async fn a_request_that_ends_badly_brings_its_debug_lines_and_others_do_not() {
    let logger = logger("host", |builder| builder.keep_for_failures(Level::Debug, 16 << 10));
    let _listening = logger.listen();
    let app = Router::new().route("/{status}", get(answer));
    let app = app.layer(RequestLogLayer::new().catch_panics(true));
    let client = Client::admin(serve(app).await);
    for status in ["200", "299", "404", "408", "500", "504"] {
        let asked = client.request(reqwest::Method::GET, &format!("/{status}"));
        asked.header("x-request-id", status).send().await.unwrap().bytes().await.unwrap();
    }

    let records = logger.records();
    let of = |id: &str| -> Vec<&Value> {
        records.iter().filter(|record| record["request_id"] == id).collect()
    };
    for (id, outcome) in
        [("299", "panic"), ("408", "timeout"), ("500", "error"), ("504", "timeout")]
    {
        let story = of(id);
        let kept: Vec<&str> = story
            .iter()
            .filter(|record| record["fields"]["kept"] == true)
            .map(|record| record["message"].as_str().unwrap())
            .collect();
        assert_eq!(kept, ["looked up", "look_up succeeded"], "{id}: {story:#?}");
        assert_eq!(story.last().unwrap()["outcome"], outcome, "{id}");
    }
    for id in ["200", "404"] {
        assert_eq!(of(id).len(), 1, "{id}");
        assert_eq!(of(id)[0]["outcome"], "success", "{id}");
    }
}
