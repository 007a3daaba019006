//! What is not logged is not formatted.
//!
//! Alone in its file: what a callsite may be asked for depends on every subscriber of the process.

extern crate nexolog_core as nexolog;

mod support;

use std::fmt;

use nexolog_macros::logged;
use support::{collect, collect_from};
use tracing::Level;

#[test]
fn an_error_that_is_not_logged_is_not_formatted() {
    struct Costly;
    impl fmt::Debug for Costly {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            FORMATTED.set(FORMATTED.get() + 1);
            Ok(())
        }
    }
    thread_local! {
        static FORMATTED: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
    }
    #[logged(level = debug, err = debug, ret)]
    fn fail(fail: bool) -> Result<Costly, Costly> {
        if fail { Err(Costly) } else { Ok(Costly) }
    }
    collect_from(Level::INFO, |log| {
        assert!(fail(true).is_err() && fail(false).is_ok());
        assert!(log.take().is_empty());
    });
    assert_eq!(FORMATTED.get(), 0);
    collect(|_| assert!(fail(true).is_err() && fail(false).is_ok()));
    assert_ne!(FORMATTED.get(), 0);
}
