use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use nexolog::{logged, service};

use crate::customer::SignedIn;
use crate::database::Order;
use crate::error::ShopError;
use crate::shop::Shop;

pub(crate) fn routes() -> Router<Shop> {
    Router::new().route("/reports/sales", get(sales))
}

/// What was sold, by product, in cents.
async fn sales(
    State(shop): State<Shop>,
    SignedIn(customer): SignedIn,
) -> Result<Json<BTreeMap<String, u64>>, ShopError> {
    let orders = shop.database.orders().await;
    // Whoever sees everybody's orders is on record.
    let access = service().data_access("read", "orders").user(&customer.id).records(orders.len());
    access.purpose("sales report").allowed().await;
    // Counting keeps a thread busy, so it gets one of its own, and takes the request along.
    let going_on = shop.afterwork.token();
    let report = nexolog::spawn_blocking(move || {
        let _going_on = going_on;
        sum_up(&orders)
    });
    Ok(Json(report.await?))
}

/// Logged at WARNING, since it takes longer than a report should.
#[logged(module = "analytics", slow = "500ms", len(orders))]
fn sum_up(orders: &[Order]) -> BTreeMap<String, u64> {
    // Ten years of orders, as slow as they are.
    std::thread::sleep(Duration::from_millis(800));
    let mut sold = BTreeMap::new();
    for order in orders {
        *sold.entry(order.sku.clone()).or_default() += order.cents;
    }
    sold
}
