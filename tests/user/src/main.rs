//! The program of the README, word for word, in a crate that is stricter than most.

#![deny(warnings, clippy::all)]

use nexolog::{Access, Nexolog, RequestLogLayer, logged};

#[logged(module = "orders", fields(user_id, total))]
async fn place_order(user_id: &str, total: f64) -> Result<u64, std::io::Error> {
    tracing::info!("checking the stock"); // carries the request's id and the operation
    Ok(42)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let logs = Nexolog::from_env("shop")?.install()?; // 1: files under ./logs, LOG_* variables honoured
    let app = axum::Router::new()
        .route(
            "/orders",
            axum::routing::post(|| async {
                place_order("u1", 9.5).await.map_or("sorry", |_| "placed")
            }),
        )
        .merge(logs.routes(Access::from_env()?)) // 2: /api/v1/logs/* and /dashboard/logs
        .layer(RequestLogLayer::new()); // 3: request ids, one event a request; last, so that it sees every 404
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, app.into_make_service_with_connect_info::<std::net::SocketAddr>())
        .with_graceful_shutdown(logs.until(nexolog::terminated())) // Ctrl-C or SIGTERM; ends live streams, too
        .await?;
    logs.shutdown()?; // everything written, or an error that says what was not
    Ok(())
}
