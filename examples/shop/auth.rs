use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use nexolog::service;
use nexolog::service::UserLogin;
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
        service().user_registration().method("form").failed("address taken");
        return Err(ShopError::EmailTaken);
    };
    nexolog::identify(&customer.id, organization);
    service().user_registration().user(&customer.id).method("form").succeeded();
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
        login(None).failed("no such customer").await;
        return Err(ShopError::WrongPassword);
    };
    if customer.password != form.password {
        login(Some(&customer)).failed("wrong password").await;
        return Err(ShopError::WrongPassword);
    }
    nexolog::identify(&customer.id, customer.organization.as_deref());
    login(Some(&customer)).succeeded().await;
    Ok(Json(json!({ "token": shop.sessions.open(customer)? })))
}

/// A sign-in whose end is to be told. The customer gets one answer whatever was wrong; the log says what it was.
fn login(customer: Option<&Customer>) -> UserLogin<'_> {
    let login = service().user_login().method("password").user(customer.map(|it| &it.id));
    login.organization(customer.and_then(|it| it.organization.as_ref()))
}

async fn log_out(
    State(shop): State<Shop>,
    SignedIn(customer): SignedIn,
    headers: HeaderMap,
) -> StatusCode {
    if let Some(token) = session_token(&headers) {
        shop.sessions.close(token);
    }
    service().user_logout().user(&customer.id).log().await;
    StatusCode::NO_CONTENT
}
