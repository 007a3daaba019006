use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use nexolog::{Context, service};
use serde::Deserialize;
use serde_json::json;
use thiserror::Error;

/// Calls the payment service.
#[derive(Clone)]
pub(crate) struct PaymentClient {
    http: reqwest::Client,
    base: String,
}

#[derive(Debug, Error)]
pub(crate) enum PaymentError {
    #[error("the card was declined")]
    Declined,
    #[error("the payment service answered {0}")]
    Status(StatusCode),
    #[error("the payment service could not be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("the payment service's answer can't be read")]
    Unreadable(#[source] serde_json::Error),
}

#[derive(Deserialize)]
struct Receipt {
    cents: u64,
}

impl PaymentClient {
    const PATH: &str = "/charges";

    pub(crate) fn new(service: SocketAddr) -> reqwest::Result<PaymentClient> {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(3)).build()?;
        Ok(PaymentClient { http, base: format!("http://{service}") })
    }

    /// Charges a card, and tells how much was charged.
    pub(crate) async fn charge(
        &self,
        order_id: u64,
        cents: u64,
        card: &str,
    ) -> Result<u64, PaymentError> {
        let started = Instant::now();
        let answer = self.call(order_id, cents, card).await;
        log_call(&answer, started.elapsed());
        let (status, body) = answer.map_err(PaymentError::Unreachable)?;
        match status {
            StatusCode::PAYMENT_REQUIRED => Err(PaymentError::Declined),
            status if !status.is_success() => Err(PaymentError::Status(status)),
            _ => {
                let receipt: Receipt =
                    serde_json::from_str(&body).map_err(PaymentError::Unreadable)?;
                Ok(receipt.cents)
            }
        }
    }

    async fn call(
        &self,
        order_id: u64,
        cents: u64,
        card: &str,
    ) -> reqwest::Result<(StatusCode, String)> {
        let mut request = self.http.post(format!("{}{}", self.base, Self::PATH));
        // The neighbour logs under the same id, so one search shows both sides.
        if let Some(running) = Context::current().request() {
            request = request.header("x-request-id", running.request_id());
        }
        let charge = json!({ "order_id": order_id, "cents": cents, "card": card });
        let response = request.json(&charge).send().await?;
        Ok((response.status(), response.text().await?))
    }
}

/// Statistics show how the service does; the catalogue has a module of its name.
fn log_call(answer: &reqwest::Result<(StatusCode, String)>, took: Duration) {
    let call = service().external_call("payments").method("POST").path(PaymentClient::PATH);
    let call = call.duration(took);
    match answer {
        Ok((status, _)) => call.status(status.as_u16()).log(),
        Err(error) if error.is_timeout() => call.timed_out(),
        Err(error) => call.failed(error),
    }
}
