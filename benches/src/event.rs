//! The event that everybody logs.

/// What the event says; the same text finds its lines in the files.
pub const MESSAGE: &str = "order placed";

/// The target of the event, where a library has such a thing.
pub const TARGET: &str = "shop::orders";

/// The request that the event belongs to.
pub const REQUEST_ID: &str = "0197b5a2-7c1e-7d60-9a51-3c5e0f2b8a11";
/// On whose behalf it runs.
pub const USER_ID: &str = "u-48213";
/// Whose user that is.
pub const ORGANIZATION_ID: &str = "org-17";

/// The six fields, of mixed types.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// Differs from event to event.
    pub order_id: u64,
    /// Differs, too.
    pub total: f64,
    /// May be negative.
    pub items: i64,
    /// A short text.
    pub currency: &'static str,
    /// A truth value.
    pub express: bool,
    /// A longer text.
    pub warehouse: &'static str,
}

impl Order {
    /// The `number`-th order.
    #[must_use]
    pub fn new(number: u64) -> Order {
        Order {
            order_id: 7_000_000 + number,
            total: number as f64 * 0.37 + 19.9,
            items: i64::try_from(number % 9).unwrap_or(0) + 1,
            currency: ["EUR", "USD", "SEK"][usize::try_from(number % 3).unwrap_or(0)],
            express: number.is_multiple_of(4),
            warehouse: "rotterdam",
        }
    }
}
