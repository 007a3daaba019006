//! What users put `#[logged]` on, in a crate that allows no warning and knows no `tracing`.

#![deny(warnings, missing_docs, unsafe_code, unused, clippy::all, clippy::pedantic)]
#![allow(clippy::missing_errors_doc, reason = "the errors are not what this is about")]

use std::fmt::Display;
use std::num::ParseIntError;

use nexolog::{add_field, critical, identify, logged};

/// A basket of products.
#[derive(Debug, Default)]
pub struct Basket {
    total: u64,
    items: Vec<String>,
}

/// Reads a price.
#[logged(module = "orders", level = debug, fields(text), ret)]
pub fn price(text: &str) -> Result<u64, ParseIntError> {
    text.trim().parse()
}

/// Counts what is given, whatever it is.
#[must_use]
#[logged]
pub fn count<T: Display>(items: &[T]) -> usize {
    items.len()
}

#[logged(module = "orders", slow = "200ms")]
impl Basket {
    /// Adds a product.
    #[logged(err = warning, fields(name, self.total))]
    pub fn add(&mut self, name: &str, cents: &str) -> Result<&mut Basket, ParseIntError> {
        self.total += price(cents)?;
        self.items.push(name.to_owned());
        Ok(self)
    }

    /// Pays for all of it.
    #[logged(name = "checkout", fields(user_id, total = self.total))]
    pub async fn pay(&self, user_id: &str) -> Result<(), String> {
        identify(user_id, None);
        add_field("items", count(&self.items));
        if self.total == 0 {
            critical!(module = "orders", "a basket of nothing was paid");
            return Err("there is nothing to pay".to_owned());
        }
        std::future::ready(()).await;
        Ok(())
    }

    /// What it comes to.
    #[must_use]
    #[logged(skip)]
    pub fn total(&self) -> u64 {
        self.total
    }
}
