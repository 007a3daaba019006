//! The `#[logged]` attribute of [Nexolog](https://docs.rs/nexolog). Use the `nexolog` crate.

mod args;
mod expand;
mod item;

use proc_macro::TokenStream;

/// Logs each call of a function as one event: how it ended and how long it took.
///
/// ```
/// # extern crate nexolog_core as nexolog;
/// # use nexolog_macros::logged;
/// # struct Order { total: f64 }
/// # #[derive(Debug)] struct OrderError;
/// #[logged(module = "orders", fields(user_id, total = order.total))]
/// async fn place_order(user_id: &str, order: &Order) -> Result<u64, OrderError> {
///     // …
/// #   Ok(1)
/// }
/// ```
///
/// # The event
///
/// A call ends in one of four ways, each of which gives exactly one event:
///
/// | `outcome` | when | level |
/// |---|---|---|
/// | `success` | it returned, and not an `Err` | `level`, INFO unless said otherwise |
/// | `error` | it returned an `Err`; `error` holds its text and its sources, `error.type` its type | `err`, ERROR unless said otherwise |
/// | `panic` | it panicked; the panic goes on unwinding | ERROR |
/// | `cancelled` | its future was dropped after the first poll and before it was done | INFO |
///
/// A result is found by its type, so an alias works as well. A future that is never polled is no call.
/// Besides `outcome` the event has `operation` (the function's name), `module`, `duration_ms`, for
/// futures `busy_ms` (the part of it spent in polls), and the fields asked for. While the function runs,
/// lines logged inside carry the same `operation` and `module`.
///
/// # Arguments
///
/// All are optional and come in any order.
///
/// ## What the event is called, and how serious it is
///
/// - `module = "orders"`: the module of the event and of the lines logged inside; any constant `&str`.
/// - `name = "checkout"`: the operation's name, instead of the function's.
/// - `level = debug`: the level of success. Default: `info`.
/// - `err = warning`: the level of an `Err`. Default: `error`. It may depend on the error: the first level whose
///   condition is true of it is taken, and a level without condition, at the end, is for all others.
/// - `slow = "200ms"`: success that takes this long is logged at WARNING, with nothing added.
///
/// ```
/// # extern crate nexolog_core as nexolog;
/// # use nexolog_macros::logged;
/// # const ORDERS: &str = "orders";
/// # enum OrderError { NotFound, Busy }
/// # impl OrderError { fn is_not_found(&self) -> bool { matches!(self, OrderError::NotFound) } }
/// #[logged(module = ORDERS, name = "checkout", level = debug, slow = "1.5s")]
/// fn pay(cents: u64) -> Result<u64, String> {
///     if cents == 0 { Err("nothing to pay".to_owned()) } else { Ok(cents) }
/// }
///
/// #[logged(err(info if OrderError::is_not_found, debug if |error| matches!(error, OrderError::Busy), critical))]
/// fn find(id: u64) -> Result<u64, OrderError> {
///     if id == 0 { Err(OrderError::NotFound) } else { Ok(id) }
/// }
/// # pay(1); find(0); let _ = OrderError::Busy;
/// ```
///
/// ## What is recorded
///
/// - `fields(..)`: what to record of the arguments. Nothing is recorded that is not named here. A field
///   is `user_id`, `order.total`, `total = order.total` or `"http.route" = route`; `%value` records
///   what it displays as, `?value` what it looks like to a developer. Without either, numbers, booleans
///   and strings are recorded as they are, other values as what they display as, else as their `Debug`
///   form, else as the name of their type. Values are taken when the call begins. A text is cut at 64 KiB, and says so.
///   A field of `self` is called by its own name: `self.total` is `total`.
/// - `len(items)`: records the length of `items`, as `items.len`; `len(count = items)` as `count`.
/// - `mask(card)`: records `***` in place of a value, which is not looked at.
/// - `hash(email)`: records the value's keyed hash, by which equal values are known as such: the one that
///   `MaskAction::Hash` gives, with the key of the logger that was built last, or `***` when it has none.
/// - `ret`: records what was returned (of an `Ok` its value), as `return`; `ret = map` what `map` makes of a
///   reference to it; `ret = %` and `ret = ?map` in that form.
///
/// ```
/// # extern crate nexolog_core as nexolog;
/// # use nexolog_macros::logged;
/// # struct Order { total: f64, lines: Vec<u8>, customer: String }
/// #[logged(
///     fields(order.total, customer = order.customer, seen = ?order.lines),
///     len(order.lines),
///     mask(card),
///     hash(email),
///     ret = |receipt| receipt.len(),
/// )]
/// fn place(order: &Order, card: &str, email: &str) -> String {
///     format!("paid by {email}")
/// }
/// # place(&Order { total: 1.0, lines: vec![], customer: String::new() }, "", "");
/// ```
///
/// ## What is left out
///
/// - `when = expression`: only calls for which it is true are logged.
/// - `sample = 0.01`: of successes only this share is logged. Failures, panics, cancelled and slow calls are always logged.
/// - `rate = "10/s"`: at most so many events in so much time (`"100/5m"`), whatever their outcome; with `key = user_id` for each
///   value of it (anything that is `Hash`; of at most 1,024 at once).
///
/// What `sample` and `rate` leave out is counted, and the next event of the function has the number as `suppressed`. Where
/// none comes until the next heartbeat or the end, the log tells the number in a `suppressed` record (`cause` is `thinned`).
///
/// ```
/// # extern crate nexolog_core as nexolog;
/// # use nexolog_macros::logged;
/// #[logged(when = amount > 100, sample = 0.01)]
/// fn charge(amount: u32) {
///     // …
/// }
///
/// #[logged(rate = "10/s", key = user, fields(user))]
/// fn sign_in(user: &str) -> Result<(), String> {
///     Err(format!("{user} is not known"))
/// }
/// # charge(7); sign_in("ann");
/// ```
///
/// ## What is followed
///
/// A function that is no `async fn` but returns `impl Future`, `Pin<Box<dyn Future>>`, `BoxFuture` or `LocalBoxFuture` is
/// followed to that future's end, and one that returns `impl Stream`, `Pin<Box<dyn Stream>>`, `BoxStream` or `LocalBoxStream` to
/// the end of the stream. The event of a stream has the number of its `items`; it is an `error` when an item was an `Err`.
///
/// - `future`, `stream`: what it returns is one, boxed, under a name of its own.
/// - `sync`: it is one, but only the function that makes it is timed.
/// - `span`: the call also runs in a `tracing` span with the same name, level and fields, for other layers.
/// - `audit`: each call is an entry of the audit trail, too: the operation, how it ended, how long it took, and in which
///   request and for whom it ran. The entry is on the disk before a function returns or a future is ready, whatever the levels
///   are. Needs the feature `api` of `nexolog`.
/// - `skip`: on a method of an annotated `impl` block, leaves it out.
/// - `crate = path`: where `nexolog` is found, when it was renamed or re-exported.
///
/// ```
/// # extern crate nexolog_core as nexolog;
/// # use nexolog_macros::logged;
/// # use std::{future::Future, pin::Pin};
/// # mod vendored { pub(crate) use nexolog_core as logs; }
/// type Answer<'a> = Pin<Box<dyn Future<Output = u8> + Send + 'a>>;
///
/// #[logged(future, span, crate = vendored::logs)]
/// fn ask(question: &str) -> Answer<'_> {
///     Box::pin(async move { question.len() as u8 })
/// }
///
/// #[logged(sync)]
/// fn prepare() -> impl Future<Output = u8> {
///     std::future::ready(1)
/// }
/// # drop((ask(""), prepare()));
/// ```
///
/// A `#[track_caller]` function keeps its caller; what it returns is then not looked at, so one that returns a `Result` is
/// refused.
///
/// # What it costs
///
/// Where nobody listens, a look at a static. Otherwise two readings of the clock, or two a poll, and the event; no
/// allocation, and a future that is larger by at most 64 bytes and its fields (and by arguments that a plain one would not
/// keep across an `.await`). With the feature `off` the function is left as it is (`on` beats it, as the features of all
/// crates in a program add up).
///
/// Parameters live in the body's closure: they are dropped in the order in which the body first names them, and those that
/// it does not name after the event.
///
/// A chain of async functions that await each other directly takes the compiler deep. Without a higher
/// `#![recursion_limit]` it follows 13 annotated ones (33 plain ones, 12 with `#[tracing::instrument]`; Rust 1.95, the caller
/// defined first): raise the limit, or box one of them.
///
/// # On an `impl` block
///
/// Each method with a body, other than a `const fn`, is logged as `Type::method`, with the block's
/// arguments; an attribute of its own on a method overrides them.
///
/// ```
/// # extern crate nexolog_core as nexolog;
/// # use nexolog_macros::logged;
/// struct Stock;
///
/// #[logged(module = "stock")]
/// impl Stock {
///     fn reserve(&self, count: u32) -> Result<(), String> {
/// #       let _ = count;
///         // …
/// #       Ok(())
///     }
///
///     #[logged(level = debug, fields(sku))]
///     async fn count(&self, sku: &str) -> u64 {
/// #       let _ = sku;
///         // …
/// #       0
///     }
///
///     #[logged(skip)]
///     fn name(&self) -> &'static str {
///         "stock"
///     }
/// }
/// ```
#[proc_macro_attribute]
pub fn logged(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(args.into(), &item.into()).into()
}
