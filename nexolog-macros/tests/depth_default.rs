//! How deep annotated functions nest without a higher `recursion_limit`.
//!
//! The compiler follows nested futures down to 128 types, first when it asks for the layout of the outermost. Each
//! async function takes four of these: its own, and the three that a value kept across an `.await` is wrapped in
//! (`MaybeUninit`, `ManuallyDrop`, `MaybeDangling`). An annotated one is two of them, around the body and around that, and
//! the future between: nine. Rust 1.95 takes 33 plain ones, 13 annotated ones, and 12 under `#[tracing::instrument]`;
//! where the inner ones are defined first, so that their layout is known, `Send` is what stops it, after 42, 19 and 16.

extern crate nexolog_core as nexolog;

mod support;

use std::future::Future;

use nexolog_macros::logged;

/// A chain of annotated functions, each awaiting the next.
macro_rules! nested {
    ($name:ident) => {
        #[logged]
        async fn $name(depth: u32) -> u32 {
            depth
        }
    };
    ($name:ident $next:ident $($rest:ident)*) => {
        #[logged]
        async fn $name(depth: u32) -> u32 {
            $next(depth + 1).await
        }
        nested!($next $($rest)*);
    };
}

nested! { f01 f02 f03 f04 f05 f06 f07 f08 f09 f10 f11 f12 }

#[test]
fn twelve_nested_calls_need_no_higher_recursion_limit() {
    fn sendable<F: Future + Send>(future: F) -> F {
        future
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(sendable(f01(1))), 12);
    support::collect(|log| {
        assert_eq!(runtime.block_on(f01(1)), 12);
        assert_eq!(log.take().len(), 12);
    });
}
