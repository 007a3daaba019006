use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use nexolog::{critical, logged};
use serde::Deserialize;
use serde_json::{Value, json};
use thiserror::Error;

use crate::catalogue::price;
use crate::customer::SignedIn;
use crate::database::{Customer, Order, OutOfStock};
use crate::error::ShopError;
use crate::payment::PaymentError;
use crate::shop::Shop;

pub(crate) fn routes() -> Router<Shop> {
    Router::new()
        .route("/orders", post(place))
        .route("/orders/{id}", get(show))
        .route("/orders/{id}/split", get(split))
}

#[derive(Deserialize)]
struct Wish {
    sku: String,
    quantity: u32,
    /// What the payment service knows the card by.
    card: String,
}

#[derive(Debug, Error)]
pub(crate) enum OrderError {
    #[error("there is no such product")]
    NoSuchProduct,
    #[error("an order needs a quantity of at least 1")]
    NothingOrdered,
    #[error("the order can't be filled")]
    OutOfStock(#[from] OutOfStock),
    #[error("the order could not be paid")]
    Payment(#[from] PaymentError),
}

async fn place(
    State(shop): State<Shop>,
    SignedIn(customer): SignedIn,
    Json(wish): Json<Wish>,
) -> Result<(StatusCode, Json<Order>), ShopError> {
    let order = place_order(&shop, &customer, &wish).await?;
    // The customer does not wait for the mail; its lines still belong to this request.
    nexolog::spawn(shop.afterwork.track_future(send_confirmation(order.clone())));
    Ok((StatusCode::CREATED, Json(order)))
}

/// Orders are numbered anew in each run.
static LAST_ID: AtomicU64 = AtomicU64::new(1000);

/// One line a call says how it went; an `Err` with its causes is a warning, since most are no fault of ours.
#[logged(module = "orders", err = warning, fields(sku = wish.sku, quantity = wish.quantity))]
async fn place_order(shop: &Shop, customer: &Customer, wish: &Wish) -> Result<Order, OrderError> {
    if wish.quantity == 0 {
        return Err(OrderError::NothingOrdered);
    }
    let product = shop.database.product(&wish.sku).await.ok_or(OrderError::NoSuchProduct)?;
    let order = Order {
        id: LAST_ID.fetch_add(1, Ordering::Relaxed) + 1,
        customer_id: customer.id.clone(),
        sku: product.sku.clone(),
        quantity: wish.quantity,
        cents: price(&product, wish.quantity),
    };
    // On every later line of this request, whoever writes it.
    nexolog::add_field("order_id", order.id);
    shop.database.take(&order.sku, order.quantity).await?;
    if let Err(error) = pay(shop, &order, &wish.card).await {
        shop.database.put(&order.sku, order.quantity).await;
        return Err(error.into());
    }
    shop.database.insert_order(order.clone()).await;
    Ok(order)
}

async fn pay(shop: &Shop, order: &Order, card: &str) -> Result<(), PaymentError> {
    let charged = shop.payments.charge(order.id, order.cents, card).await?;
    if charged != order.cents {
        // Money is wrong: somebody has to get up, whatever the hour.
        critical!(module = "payments", asked = order.cents, charged, "charged another amount");
    }
    Ok(())
}

#[logged(module = "orders")]
async fn send_confirmation(order: Order) {
    tokio::time::sleep(Duration::from_millis(40)).await;
    tracing::info!(mail = "confirmation", cents = order.cents, "mail sent");
}

async fn show(
    State(shop): State<Shop>,
    SignedIn(customer): SignedIn,
    Path(id): Path<u64>,
) -> Result<Json<Order>, ShopError> {
    Ok(Json(own_order(&shop, &customer, id).await?))
}

#[derive(Deserialize)]
struct Split {
    ways: u64,
}

/// What each of some friends pays.
async fn split(
    State(shop): State<Shop>,
    SignedIn(customer): SignedIn,
    Path(id): Path<u64>,
    Query(query): Query<Split>,
) -> Result<Json<Value>, ShopError> {
    let order = own_order(&shop, &customer, id).await?;
    Ok(Json(json!({ "cents": share(order.cents, query.ways) })))
}

/// The shop's one bug: nobody thought of no friends. The log shows the panic with its place and its request.
#[logged(module = "orders", fields(cents, ways))]
fn share(cents: u64, ways: u64) -> u64 {
    cents / ways
}

async fn own_order(shop: &Shop, customer: &Customer, id: u64) -> Result<Order, ShopError> {
    let order = shop.database.order(id).await.filter(|order| order.customer_id == customer.id);
    order.ok_or(ShopError::NotFound("such order of yours"))
}
