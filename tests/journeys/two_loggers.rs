//! Two loggers in one process, each with its layer.

use axum::Router;
use axum::routing::get;
use nexolog::RequestLogLayer;
use tracing_subscriber::layer::SubscriberExt;

use crate::support::{Client, access, logger, serve};

#[tokio::test]
async fn two_loggers_in_one_process_each_write_and_find_what_their_settings_say() {
    let all = logger("all", |builder| builder.level("info,auth=debug"));
    let security = logger("security", |builder| builder.modules_enabled(["auth"]));
    let subscriber =
        tracing_subscriber::registry().with(all.logs.layer()).with(security.logs.layer());
    let _listening = tracing::subscriber::set_default(subscriber);

    let login = || async {
        tracing::debug!(module = "auth", "looked up");
        tracing::info!(module = "auth", "logged in");
        tracing::info!(module = "orders", "ordered");
        "hello"
    };
    let app = Router::new()
        .route("/login", get(login))
        .layer(RequestLogLayer::new())
        .nest("/all", all.logs.routes(access()))
        .nest("/security", security.logs.routes(access()));
    let base = serve(app).await;
    let host = Client::admin(&base);
    let response = host.get("/login").await;
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();

    let messages = async |mount: &str| -> Vec<String> {
        let client = Client::admin(format!("{base}{mount}"));
        let found = client.search(&format!("request_id={id}&order=oldest")).await;
        found.iter().map(|line| line["message"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(messages("/all").await, ["looked up", "logged in", "ordered", "GET /login 200"]);
    assert_eq!(messages("/security").await, ["logged in"]);
    assert_eq!(all.records().len(), 4);
    assert_eq!(security.records().len(), 1);

    // One of them ends; the other goes on.
    all.logs.shutdown().unwrap();
    host.get("/login").await;
    assert_eq!(security.records().len(), 2);
    assert_ne!(all.directory(), security.directory());
}
