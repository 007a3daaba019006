//! What helpers write, as `/stats` reads it.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use nexolog_core::service::Service;
use nexolog_core::{Access, Catalogue, Nexolog};
use serde_json::{Value, json};
use tower_service::Service as _;

use crate::support::logged;

const TOOK: Duration = Duration::from_millis(20);

async fn stats(logs: &Nexolog) -> Value {
    let mut app: Router = logs.routes(Access::open());
    let asked = Request::get("/api/v1/logs/stats").body(Body::empty()).unwrap();
    let answer = app.call(asked).await.unwrap();
    assert_eq!(answer.status(), 200);
    serde_json::from_slice(&to_bytes(answer.into_body(), 1 << 20).await.unwrap()).unwrap()
}

fn say(service: Service<'_>) {
    service.user_login().user("u1").succeeded();
    service.user_login().user("u2").succeeded();
    service.user_login().user("u1").failed("wrong password");
    service.user_logout().user("u2").log();
    service.external_call("slack").status(200).duration(TOOK).log();
    service.external_call("slack").duration(2 * TOOK).timed_out();
    service.google_api_call("ads").duration(TOOK).failed("no answer");
    service.database_query("select").duration(TOOK).succeeded();
    service.database_query("select").duration(3 * TOOK).failed("locked");
    service.api_request("GET", "/").status(200).duration(TOOK).log();
    service.api_request("GET", "/").duration(3 * TOOK).failed("no answer");
    service.background_task("digest").duration(TOOK).succeeded();
}

#[test]
fn statistics_count_what_helpers_tell() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut told = Value::Null;
    logged(
        |builder| builder.catalogue(Catalogue::default()),
        |logs| {
            say(logs.service());
            told = runtime.block_on(stats(logs));
        },
    );
    assert_eq!(told["users"], json!({"logins": 2, "failed_logins": 1, "logouts": 1, "active": 2}));
    let [slack, google] = &told["external"].as_array().unwrap()[..] else { panic!("{told}") };
    assert_eq!((&slack["service"], &slack["calls"]), (&json!("slack"), &json!(2)));
    assert_eq!((&slack["failures"], &slack["last_outcome"]), (&json!(1), &json!("timeout")));
    assert_eq!((&google["service"], &google["failures"]), (&json!("google"), &json!(1)));
    assert_eq!(told["response_times"]["database"]["count"], 2);
    assert_eq!(told["response_times"]["database"]["max_ms"], 60.0);
    assert_eq!(told["response_times"]["api"]["count"], 2);
    assert_eq!(told["response_times"]["api"]["avg_ms"], 40.0);
    assert_eq!((&told["requests"]["total"], &told["requests"]["failed"]), (&json!(2), &json!(1)));
    let select =
        told["operations"].as_array().unwrap().iter().find(|it| it["operation"] == "select");
    let select = select.unwrap();
    assert_eq!((&select["count"], &select["failures"]), (&json!(2), &json!(1)));
}
