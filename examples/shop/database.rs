use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nexolog::{logged, service};
use serde::Serialize;
use thiserror::Error;

/// The shop's tables. They live in memory, with the delays of a database that does not.
pub(crate) struct Database {
    tables: Mutex<Tables>,
}

struct Tables {
    customers: Vec<Customer>,
    products: BTreeMap<String, Product>,
    orders: Vec<Order>,
}

#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) organization: Option<String>,
    pub(crate) email: String,
    /// As it is, since this run is the only one that will see it; a real shop stores an argon2 hash.
    pub(crate) password: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Product {
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) cents: u64,
    pub(crate) stock: u32,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) customer_id: String,
    pub(crate) sku: String,
    pub(crate) quantity: u32,
    pub(crate) cents: u64,
}

#[derive(Debug, Error)]
#[error("only {left} are left")]
pub(crate) struct OutOfStock {
    left: u32,
}

/// The module of each query is `database`, so its times are on the page's statistics.
#[logged(module = "database", slow = "100ms")]
impl Database {
    /// Adds a customer, unless the address is taken.
    #[logged(name = "insert_customer", fields(table = "customers"))]
    pub(crate) async fn insert_customer(
        &self,
        email: &str,
        password: &str,
        organization: Option<&str>,
    ) -> Option<Customer> {
        Self::wait(3).await;
        let mut tables = self.lock();
        if tables.customers.iter().any(|customer| customer.email == email) {
            return None;
        }
        let customer = Customer {
            id: format!("u{}", tables.customers.len() + 1),
            organization: organization.map(str::to_owned),
            email: email.to_owned(),
            password: password.to_owned(),
        };
        tables.customers.push(customer.clone());
        Some(customer)
    }

    #[logged(name = "select_customer", fields(table = "customers"))]
    pub(crate) async fn customer(&self, email: &str) -> Option<Customer> {
        Self::wait(2).await;
        self.lock().customers.iter().find(|customer| customer.email == email).cloned()
    }

    /// The products whose name holds `words`; without an index a search takes its time.
    ///
    /// Its event says how many rows were found, so a helper writes it.
    #[logged(skip)]
    pub(crate) async fn products(&self, words: &str) -> Vec<Product> {
        let started = Instant::now();
        Self::wait(if words.is_empty() { 4 } else { 120 }).await;
        let found = self.find(&words.to_lowercase());
        let query = service().database_query("search_products").table("products");
        let query = query.rows(found.len()).slow(Duration::from_millis(100));
        query.duration(started.elapsed()).succeeded();
        found
    }

    #[logged(skip)]
    fn find(&self, words: &str) -> Vec<Product> {
        let tables = self.lock();
        let found = tables.products.values().filter(|it| it.name.to_lowercase().contains(words));
        found.cloned().collect()
    }

    #[logged(name = "select_product", fields(table = "products", sku))]
    pub(crate) async fn product(&self, sku: &str) -> Option<Product> {
        Self::wait(2).await;
        self.lock().products.get(sku).cloned()
    }

    /// Takes products off the shelf.
    #[logged(name = "update_stock", err = info, fields(table = "products", sku, quantity))]
    pub(crate) async fn take(&self, sku: &str, quantity: u32) -> Result<(), OutOfStock> {
        Self::wait(5).await;
        let mut tables = self.lock();
        let left = tables.products.get(sku).map_or(0, |product| product.stock);
        let rest = left.checked_sub(quantity).ok_or(OutOfStock { left })?;
        if let Some(product) = tables.products.get_mut(sku) {
            product.stock = rest;
        }
        Ok(())
    }

    /// Puts products on the shelf, and tells how many are there now.
    #[logged(name = "update_stock", fields(table = "products", sku, quantity))]
    pub(crate) async fn put(&self, sku: &str, quantity: u32) -> Option<u32> {
        Self::wait(5).await;
        let mut tables = self.lock();
        let product = tables.products.get_mut(sku)?;
        product.stock = product.stock.saturating_add(quantity);
        Some(product.stock)
    }

    #[logged(name = "insert_order", fields(table = "orders", order_id = order.id))]
    pub(crate) async fn insert_order(&self, order: Order) {
        Self::wait(6).await;
        self.lock().orders.push(order);
    }

    #[logged(name = "select_order", fields(table = "orders", order_id = id))]
    pub(crate) async fn order(&self, id: u64) -> Option<Order> {
        Self::wait(2).await;
        self.lock().orders.iter().find(|order| order.id == id).cloned()
    }

    #[logged(name = "select_orders", fields(table = "orders"))]
    pub(crate) async fn orders(&self) -> Vec<Order> {
        Self::wait(30).await;
        self.lock().orders.clone()
    }

    /// The way to the database and back.
    #[logged(skip)]
    async fn wait(millis: u64) {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }

    #[logged(skip)]
    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Database {
    /// The tables on the day the shop opens.
    fn default() -> Database {
        let product = |sku: &str, name: &str, cents, stock| Product {
            sku: sku.to_owned(),
            name: name.to_owned(),
            cents,
            stock,
        };
        let products = [
            product("tea-green", "Green tea, 250 g", 1190, 200),
            product("tea-black", "Black tea, 250 g", 990, 200),
            product("pot-iron", "Cast-iron teapot", 6900, 12),
            product("cup-blue", "Blue cup", 1450, 40),
            product("kettle", "Copper kettle, the last ones", 12900, 3),
        ];
        let products = products.into_iter().map(|product| (product.sku.clone(), product)).collect();
        Database {
            tables: Mutex::new(Tables { customers: Vec::new(), products, orders: Vec::new() }),
        }
    }
}
