use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use thiserror::Error;

use crate::orders::OrderError;
use crate::payment::PaymentError;

/// Why a request was not done.
#[derive(Debug, Error)]
pub(crate) enum ShopError {
    #[error("sign in first, at /login")]
    NotSignedIn,
    #[error("the e-mail address or the password is wrong")]
    WrongPassword,
    #[error("somebody has signed up with this e-mail address")]
    EmailTaken,
    #[error("there is no {0}")]
    NotFound(&'static str),
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error("the report could not be made")]
    Report(#[from] tokio::task::JoinError),
    #[error("no random number could be had")]
    Random(#[from] getrandom::Error),
}

impl ShopError {
    fn status(&self) -> StatusCode {
        match self {
            ShopError::NotSignedIn | ShopError::WrongPassword => StatusCode::UNAUTHORIZED,
            ShopError::EmailTaken | ShopError::Order(OrderError::OutOfStock(_)) => {
                StatusCode::CONFLICT
            }
            ShopError::NotFound(_) | ShopError::Order(OrderError::NoSuchProduct) => {
                StatusCode::NOT_FOUND
            }
            ShopError::Order(OrderError::NothingOrdered) => StatusCode::UNPROCESSABLE_ENTITY,
            ShopError::Order(OrderError::Payment(PaymentError::Declined)) => {
                StatusCode::PAYMENT_REQUIRED
            }
            ShopError::Order(OrderError::Payment(_)) => StatusCode::BAD_GATEWAY,
            ShopError::Report(_) | ShopError::Random(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for ShopError {
    /// The customer reads the outermost sentence; the causes behind it stay in the log.
    fn into_response(self) -> Response {
        (self.status(), Json(json!({ "error": self.to_string() }))).into_response()
    }
}
