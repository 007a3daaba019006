use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use nexolog::{RequestLogLayer, logged};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The neighbour that charges cards. Some cards stand for what goes wrong with payments.
pub(crate) struct PaymentService {
    address: SocketAddr,
    end: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
}

impl PaymentService {
    /// Starts it on a free port.
    pub(crate) async fn start() -> io::Result<PaymentService> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        // It takes the shop's request id from the header, and logs under it.
        let app = Router::new().route("/charges", post(charge)).layer(RequestLogLayer::new());
        let (end, ended) = oneshot::channel::<()>();
        let server = axum::serve(listener, app).with_graceful_shutdown(async {
            // A sender that is gone says the same.
            drop(ended.await);
        });
        Ok(PaymentService { address, end, server: tokio::spawn(server.into_future()) })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it, once what is being charged is charged.
    pub(crate) async fn stop(self) -> io::Result<()> {
        // Nobody listens where the server has ended already; its result says why.
        let _ = self.end.send(());
        self.server.await?
    }
}

#[derive(Deserialize)]
struct Charge {
    order_id: u64,
    cents: u64,
    card: String,
}

async fn charge(Json(charge): Json<Charge>) -> Response {
    match settle(&charge).await {
        Ok(cents) => Json(json!({ "cents": cents })).into_response(),
        Err(Refusal::Declined) => StatusCode::PAYMENT_REQUIRED.into_response(),
        Err(Refusal::BankDown) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Err(Refusal::Garbled) => "{\"cents\": 11".into_response(),
    }
}

#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("the bank declined")]
    Declined,
    #[error("the bank can't be reached")]
    BankDown,
    #[error("the receipt was cut off")]
    Garbled,
}

#[logged(module = "payments", err = warning, fields(order_id = charge.order_id, cents = charge.cents))]
async fn settle(charge: &Charge) -> Result<u64, Refusal> {
    let bank = Duration::from_millis(if charge.card == "card_slow" { 900 } else { 25 });
    tokio::time::sleep(bank).await;
    match charge.card.as_str() {
        "card_declined" => Err(Refusal::Declined),
        "card_outage" => Err(Refusal::BankDown),
        "card_garbled" => Err(Refusal::Garbled),
        "card_overcharged" => Ok(charge.cents + 100),
        _ => Ok(charge.cents),
    }
}
