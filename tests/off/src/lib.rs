//! Annotated functions beside the same functions without an attribute.

#![deny(warnings, missing_docs, unsafe_code, unused, clippy::all, clippy::pedantic)]
#![allow(clippy::missing_errors_doc, reason = "the errors are not what this is about")]

use nexolog::{critical, logged};

/// A module that only the attribute names.
const MODULE: &str = "orders";

/// Asked by the attribute only.
fn is_empty(error: &str) -> bool {
    error.is_empty()
}

/// Never called.
fn costly(value: u64) -> u64 {
    panic!("{value} was looked at")
}

/// Everything that an attribute can say.
#[logged(
    module = MODULE, name = "placed", level = info, err(warning if |error: &String| is_empty(error)), ret = |id| costly(*id), slow = "1us",
    fields(user, total = costly(total)), mask(card), hash(mail), len(lines), sample = 0.5, rate = "1/s", key = shop,
    when = costly(total) > 0, span
)]
#[allow(clippy::too_many_arguments, reason = "an argument each")]
pub fn place(
    user: &str,
    total: u64,
    card: &str,
    mail: &str,
    lines: &[u8],
    shop: u32,
) -> Result<u64, String> {
    use std::convert::identity;

    Ok(identity(7))
}

/// Fails, after a call of `critical!`.
#[logged(module = MODULE)]
pub fn fail(why: &str) -> Result<(), String> {
    critical!(module = MODULE, costly = costly(1), "failing: {why}");
    Err(why.to_owned())
}

/// What typed helpers would tell.
pub fn tell() {
    let service = nexolog::service();
    service.user_login().user("u1").succeeded();
    service.external_call("payments").failed("no answer");
    service.operation("api", "registration").time(|op| op.records(answer()));
    service.operation("api", "registration").start().succeed();
}

fn answer() -> usize {
    1
}

/// Waits once.
pub async fn bare(mut id: u64, name: &str) -> usize {
    std::future::ready(()).await;
    id += 1;
    name.len() + usize::try_from(id).unwrap_or(0)
}

/// The same.
#[logged(fields(id, name))]
pub async fn annotated(mut id: u64, name: &str) -> usize {
    std::future::ready(()).await;
    id += 1;
    name.len() + usize::try_from(id).unwrap_or(0)
}

/// A type of one block.
pub struct Stock;

#[logged(module = MODULE)]
impl Stock {
    /// Explodes.
    ///
    /// # Panics
    /// Always.
    pub fn explode(&self) {
        panic!("as asked for")
    }

    /// A method left out.
    #[logged(skip)]
    #[must_use]
    pub fn name(&self) -> &'static str {
        "stock"
    }
}
