use axum::extract::{Path, Query, State};
use axum::routing::get;
use axum::{Json, Router};
use nexolog::logged;
use serde::Deserialize;

use crate::database::Product;
use crate::error::ShopError;
use crate::shop::Shop;

pub(crate) fn routes() -> Router<Shop> {
    Router::new().route("/products", get(products)).route("/products/{sku}", get(product))
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    search: String,
}

async fn products(State(shop): State<Shop>, Query(query): Query<Search>) -> Json<Vec<Product>> {
    let found = shop.database.products(&query.search).await;
    if found.is_empty() {
        tracing::info!(search = query.search, "a search found nothing");
    }
    Json(found)
}

async fn product(
    State(shop): State<Shop>,
    Path(sku): Path<String>,
) -> Result<Json<Product>, ShopError> {
    let found = shop.database.product(&sku).await;
    Ok(Json(found.ok_or(ShopError::NotFound("such product"))?))
}

/// What `quantity` of a product cost, in cents; from ten on they are a tenth cheaper.
///
/// A function is logged as an `async` one is; at DEBUG it shows with `LOG_LEVEL=info,catalogue=debug`.
#[logged(module = "catalogue", level = debug, fields(sku = product.sku, quantity), ret)]
pub(crate) fn price(product: &Product, quantity: u32) -> u64 {
    let full = product.cents.saturating_mul(u64::from(quantity));
    if quantity >= 10 { full - full / 10 } else { full }
}
