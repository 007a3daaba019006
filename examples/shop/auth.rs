use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::customer::{SignedIn, session_token};
use crate::database::Customer;
use crate::error::ShopError;
use crate::shop::Shop;

pub(crate) fn routes() -> Router<Shop> {
    Router::new()
        .route("/signup", post(sign_up))
        .route("/login", post(log_in))
        .route("/logout", post(log_out))
}

#[derive(Deserialize)]
struct SignUp {
    email: String,
    password: String,
    organization: Option<String>,
}

async fn sign_up(
    State(shop): State<Shop>,
    Json(form): Json<SignUp>,
) -> Result<(StatusCode, Json<Value>), ShopError> {
    let organization = form.organization.as_deref();
    let added = shop.database.insert_customer(&form.email, &form.password, organization).await;
    let Some(customer) = added else {
        // What is personal stays out of the log: neither address nor password.
        tracing::warn!(
            module = "auth",
            "event.name" = "user_registration",
            outcome = "error",
            reason = "address taken",
            "sign-up refused"
        );
        return Err(ShopError::EmailTaken);
    };
    nexolog::identify(&customer.id, organization);
    tracing::info!(
        module = "auth",
        "event.name" = "user_registration",
        outcome = "success",
        user_id = customer.id,
        "signed up"
    );
    Ok((StatusCode::CREATED, Json(json!({ "customer_id": customer.id }))))
}

#[derive(Deserialize)]
struct LogIn {
    email: String,
    password: String,
}

async fn log_in(
    State(shop): State<Shop>,
    Json(form): Json<LogIn>,
) -> Result<Json<Value>, ShopError> {
    let Some(customer) = shop.database.customer(&form.email).await else {
        login_refused(None, "no such customer");
        return Err(ShopError::WrongPassword);
    };
    if customer.password != form.password {
        login_refused(Some(&customer), "wrong password");
        return Err(ShopError::WrongPassword);
    }
    nexolog::identify(&customer.id, customer.organization.as_deref());
    tracing::info!(
        module = "auth",
        "event.name" = "user_login",
        outcome = "success",
        user_id = customer.id,
        "logged in"
    );
    Ok(Json(json!({ "token": shop.sessions.open(customer)? })))
}

/// The customer gets one answer whatever was wrong; the log says what it was.
fn login_refused(customer: Option<&Customer>, reason: &str) {
    tracing::warn!(
        module = "auth",
        "event.name" = "user_login",
        outcome = "error",
        user_id = customer.map(|customer| customer.id.as_str()),
        reason,
        "login refused"
    );
}

async fn log_out(
    State(shop): State<Shop>,
    SignedIn(customer): SignedIn,
    headers: HeaderMap,
) -> StatusCode {
    if let Some(token) = session_token(&headers) {
        shop.sessions.close(token);
    }
    tracing::info!(
        module = "auth",
        "event.name" = "user_logout",
        outcome = "success",
        user_id = customer.id,
        "logged out"
    );
    StatusCode::NO_CONTENT
}
