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
/// - `module = "orders"`: the module of the event and of the lines logged inside.
/// - `name = "checkout"`: the operation's name, instead of the function's.
/// - `level = debug`: the level of success.
/// - `err = warning`: the level of an `Err`.
/// - `fields(..)`: what to record of the arguments. Nothing is recorded that is not named here. A field
///   is `user_id`, `order.total`, `total = order.total` or `"http.route" = route`; `%value` records
///   what it displays as, `?value` what it looks like to a developer. Without either, numbers, booleans
///   and strings are recorded as they are, other values as what they display as, else as their `Debug`
///   form, else as the name of their type. Values are taken when the call begins.
/// - `len(items)`: records the length of `items`, as `items.len`.
/// - `ret`: records what was returned (of an `Ok` its value), as `return`.
/// - `slow = "200ms"`: success that takes this long is logged at WARNING.
/// - `when = expression`: only calls for which it is true are logged.
/// - `skip`: on a method of an annotated `impl` block, leaves it out.
/// - `sync`, `future`: for a function that is no `async fn`, whether what it returns is a future to be
///   followed. `impl Future`, `Pin<Box<dyn Future>>`, `BoxFuture` and `LocalBoxFuture` are, without being told.
/// - `crate = path`: where `nexolog` is found, when it was renamed or re-exported.
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
