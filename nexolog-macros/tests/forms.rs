//! Functions that macros or other attributes had a hand in, and bodies that begin unusually.
//!
//! The lints are part of the test, as in `accepts.rs`.

#![deny(warnings, clippy::pedantic, rust_2018_idioms, unused_qualifications)]

extern crate nexolog_core as nexolog;

mod support;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use nexolog_macros::logged;
use support::{Collector, collect};

fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("not ready"),
    }
}

fn outcome(log: &Collector) -> String {
    log.only().outcome().to_owned()
}

macro_rules! make {
    ($name:ident, $argument:ident, $body:expr) => {
        #[logged(fields($argument))]
        fn $name(mut $argument: u32) -> u32 {
            $argument += 1;
            $body
        }
    };
}

#[test]
fn functions_made_by_a_macro() {
    make!(made, number, number * 2);
    // `number` in the body is the caller's word, and so is the argument.
    collect(|log| {
        assert_eq!(made(1), 4);
        assert_eq!(log.only().field("number"), "1");
    });
}

#[test]
fn functions_and_blocks_made_of_whole_pieces() {
    struct Made;
    macro_rules! functions {
        ($($vis:vis fn $name:ident($pat:pat, $argument:ident: $ty:ty) -> $back:ty $body:block)*) => {
            $(#[logged(fields($argument))] $vis fn $name($pat: u8, $argument: $ty) -> $back $body)*
        };
    }
    macro_rules! methods {
        ($owner:ty { $($name:ident $body:block)* }) => {
            #[logged]
            impl $owner { $(async fn $name(&self) -> u8 $body)* }
        };
    }
    macro_rules! whole {
        ($item:item) => {
            #[logged]
            $item
        };
    }
    functions! {
        pub(crate) fn paired(_, with: (u8, u8)) -> (u8, u8) { (1, 2) }
    }
    methods!(Made { first { 1 } second { 2 } });
    whole!(
        fn passed_on() -> u8 {
            3
        }
    );
    collect(|log| {
        assert_eq!((paired(0, (1, 2)), passed_on()), ((1, 2), 3));
        assert_eq!((now(Made.first()), now(Made.second())), (1, 2));
        let seen = log.take();
        let names: Vec<_> = seen.iter().map(|event| event.field("operation")).collect();
        assert_eq!(names, ["paired", "passed_on", "Made::first", "Made::second"]);
    });
}

#[test]
fn functions_that_track_their_caller() {
    use std::panic::{Location, catch_unwind};

    struct Tracking(u32);
    #[logged]
    impl Tracking {
        #[track_caller]
        fn line(&self, mut offset: u32) -> u32 {
            offset += self.0;
            if offset == 9 {
                return 0;
            }
            assert!(offset == 0, "never");
            Location::caller().line()
        }
    }
    #[logged(fields(depth))]
    #[track_caller]
    fn opaque(depth: u8) -> impl Iterator<Item = u32> {
        let line = Location::caller().line();
        (0..depth).map(move |_| line)
    }
    collect(|log| {
        assert_eq!((Tracking(0).line(0), line!()), (line!(), line!()));
        assert_eq!(outcome(log), "success");
        assert_eq!(Tracking(9).line(0), 0);
        assert_eq!(outcome(log), "success");
        assert!(opaque(2).eq([line!(); 2]));
        assert_eq!(outcome(log), "success");
        assert!(catch_unwind(|| Tracking(1).line(0)).is_err());
        assert_eq!(outcome(log), "panic");
    });
}

#[test]
fn a_body_with_attributes_of_its_own() {
    #[logged]
    fn attributed() -> u8 {
        #![allow(clippy::let_and_return, reason = "to have an attribute")]
        let number = 1;
        number
    }
    collect(|log| {
        attributed();
        assert_eq!(outcome(log), "success");
    });
}

#[tokio::test]
#[logged]
async fn an_attribute_that_wants_an_async_fn_gets_one() {
    std::future::ready(()).await;
}

#[test]
fn a_body_that_begins_with_items() {
    #[logged]
    fn sooner(mut number: u8) -> u8 {
        use std::convert::identity;

        number += 1;
        identity(number)
    }
    #[logged]
    async fn later(mut number: u8) -> u8 {
        const MORE: u8 = 1;

        number += MORE;
        std::future::ready(number).await
    }
    #[logged]
    fn opaque() -> impl Fn() -> u8 {
        fn one() -> u8 {
            1
        }
        one
    }
    collect(|log| {
        assert_eq!((sooner(1), now(later(1)), opaque()()), (2, 2, 1));
        assert_eq!(log.take().len(), 3);
    });
}
