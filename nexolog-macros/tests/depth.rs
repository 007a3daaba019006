//! What the attribute costs in depth.
//!
//! Fifty plain async functions that await each other do not compile without a higher limit either: see
//! `depth_default.rs`.

#![recursion_limit = "512"]

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

nested! {
    f01 f02 f03 f04 f05 f06 f07 f08 f09 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20 f21 f22 f23 f24 f25
    f26 f27 f28 f29 f30 f31 f32 f33 f34 f35 f36 f37 f38 f39 f40 f41 f42 f43 f44 f45 f46 f47 f48 f49 f50
}

#[test]
fn fifty_nested_calls_fit_the_stack() {
    fn sendable<F: Future + Send>(future: F) -> F {
        future
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(sendable(f01(1))), 50);
    support::collect(|log| {
        assert_eq!(runtime.block_on(f01(1)), 50);
        assert_eq!(log.take().len(), 50);
    });
}
