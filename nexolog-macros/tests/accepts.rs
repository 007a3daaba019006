//! Everything Rust lets an attribute sit on compiles, runs, and gives its one event.
//!
//! The lints are part of the test: what the macro makes must be clean in the strictest crate.

#![warn(clippy::print_stdout)]
#![deny(
    warnings,
    clippy::pedantic,
    rust_2018_idioms,
    unused_qualifications,
    unsafe_op_in_unsafe_fn
)]

extern crate nexolog_core as nexolog;

mod support;

use std::fmt::Display;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use nexolog_macros::logged;
use support::{Collector, Seen, collect};

fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("not ready"),
    }
}

/// The outcome of the one event, which must be complete.
fn outcome(log: &Collector) -> String {
    let event = log.only();
    assert!(event.number("duration_ms") >= 0.0);
    assert!(!event.field("operation").is_empty());
    event.outcome().to_owned()
}

fn only_success(log: &Collector) -> Seen {
    let event = log.only();
    assert_eq!(event.outcome(), "success");
    event
}

#[test]
fn generics_lifetimes_and_where_clauses() {
    #[logged]
    fn longest<'a, T, const N: usize>(items: &'a [T; N], by: impl Fn(&T) -> usize) -> &'a T
    where
        T: Clone,
    {
        let mut best = &items[0];
        for item in items {
            if by(item) > by(best) {
                best = item;
            }
        }
        best
    }
    collect(|log| {
        assert_eq!(*longest(&["a", "ccc", "bb"], |item| item.len()), "ccc");
        assert_eq!(outcome(log), "success");
    });
}

#[test]
#[allow(unsafe_code, reason = "that it may be unsafe is the point")]
fn unsafe_and_extern_functions() {
    #[logged]
    unsafe fn first(bytes: *const u8) -> u8 {
        // SAFETY: the caller says that the pointer is valid.
        unsafe { *bytes }
    }
    #[logged]
    extern "C" fn add(a: i32, b: i32) -> i32 {
        a + b
    }
    collect(|log| {
        // SAFETY: the array has a first byte.
        assert_eq!(unsafe { first([7].as_ptr()) }, 7);
        assert_eq!(outcome(log), "success");
        assert_eq!(add(1, 2), 3);
        assert_eq!(outcome(log), "success");
    });
}

struct Shop {
    stock: u32,
}

impl Shop {
    #[logged]
    fn by_ref(&self) -> u32 {
        self.stock
    }

    #[logged]
    fn by_mut(&mut self) -> &mut u32 {
        self.stock += 1;
        &mut self.stock
    }

    #[logged]
    fn by_value(mut self) -> u32 {
        self.stock += 1;
        self.stock
    }

    #[logged]
    fn pinned(self: Pin<&mut Self>) -> u32 {
        let this = self.get_mut();
        this.stock += 1;
        this.stock
    }

    #[logged]
    fn shared(self: Arc<Self>) -> Arc<Self> {
        self
    }

    #[logged]
    async fn later(&mut self, more: &u32) -> &mut u32 {
        self.stock += *more;
        &mut self.stock
    }

    #[logged]
    fn maybe(&mut self) -> Result<&mut u32, String> {
        if self.stock == 0 {
            return Err("sold out".to_owned());
        }
        Ok(&mut self.stock)
    }
}

#[test]
fn every_kind_of_receiver() {
    collect(|log| {
        let mut shop = Shop { stock: 1 };
        assert_eq!(shop.by_ref(), 1);
        *shop.by_mut() += 1;
        assert_eq!(*now(shop.later(&4)), 7);
        *shop.maybe().unwrap() = 0;
        assert_eq!(Pin::new(&mut shop).pinned(), 1);
        assert_eq!(shop.by_value(), 2);
        assert_eq!(Arc::new(Shop { stock: 9 }).shared().stock, 9);
        let names: Vec<_> =
            log.take().iter().map(|event| event.field("operation").to_owned()).collect();
        assert_eq!(names, ["by_ref", "by_mut", "later", "maybe", "pinned", "by_value", "shared"]);
    });
}

#[test]
fn mutable_references_in_and_out() {
    #[logged]
    fn same<T>(value: &mut T) -> &mut T {
        value
    }
    #[logged]
    fn part(pair: &mut (u8, u8)) -> Result<&mut u8, ()> {
        Ok(&mut pair.0)
    }
    #[logged]
    async fn later(value: &mut Vec<u8>) -> &mut u8 {
        value.push(1);
        &mut value[0]
    }
    collect(|log| {
        *same(&mut 1) += 1;
        assert_eq!(outcome(log), "success");
        *part(&mut (1, 2)).unwrap() += 1;
        assert_eq!(outcome(log), "success");
        *now(later(&mut Vec::new())) += 1;
        assert_eq!(outcome(log), "success");
    });
}

#[test]
fn arguments_assigned_to_something_local() {
    #[logged]
    async fn trimmed(mut text: &str) -> usize {
        let owned = text.replace('x', "");
        text = &owned;
        text.len()
    }
    #[logged]
    fn shortened(mut text: &str, (mut from, to): (&str, u8)) -> usize {
        let owned = text.replace(from, "");
        text = &owned;
        let other = to.to_string();
        from = &other;
        text.len() + from.len()
    }
    collect(|log| {
        assert_eq!(now(trimmed("axb")), 2);
        assert_eq!(outcome(log), "success");
        assert_eq!(shortened("axb", ("x", 7)), 3);
        assert_eq!(outcome(log), "success");
    });
}

#[test]
fn functions_that_never_return() {
    #[logged]
    fn fatal(code: u8) -> ! {
        panic!("fatal {code}")
    }
    #[logged]
    async fn forever() -> ! {
        loop {
            std::future::pending::<()>().await;
        }
    }
    collect(|log| {
        assert!(std::panic::catch_unwind(|| fatal(3)).is_err());
        assert_eq!(outcome(log), "panic");
        {
            let mut future = pin!(forever());
            assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        assert_eq!(outcome(log), "cancelled");
    });
}

#[test]
fn patterns_raw_names_early_returns_and_question_marks() {
    struct Point {
        x: i32,
        y: i32,
    }
    #[logged(fields(r#type, x, sum = x + y))]
    fn parse(Point { x, y }: Point, [a, _]: [u8; 2], r#type: &str, _: u8) -> Result<i32, String> {
        if r#type.is_empty() {
            return Err("no type".to_owned());
        }
        let number: i32 = r#type.parse().map_err(|_| format!("{a}"))?;
        Ok(x + y + number)
    }
    collect(|log| {
        assert_eq!(parse(Point { x: 1, y: 2 }, [0, 0], "3", 0).unwrap(), 6);
        let event = log.only();
        assert_eq!((event.field("type"), event.field("x"), event.field("sum")), ("3", "1", "3"));
        parse(Point { x: 1, y: 2 }, [0, 0], "", 0).unwrap_err();
        assert_eq!(outcome(log), "error");
        parse(Point { x: 1, y: 2 }, [9, 0], "x", 0).unwrap_err();
        assert_eq!(outcome(log), "error");
    });
}

#[test]
fn coercions_reach_into_the_body() {
    #[logged]
    async fn boxed(fail: bool) -> Result<Box<dyn Display + Send>, Box<dyn std::error::Error>> {
        if fail {
            "x".parse::<u8>()?;
            return Err("no".into());
        }
        Ok(Box::new(7))
    }
    #[logged]
    fn slice() -> &'static [u8] {
        &[1, 2]
    }
    #[logged]
    async fn unit() {
        std::future::ready(()).await;
    }
    collect(|log| {
        assert_eq!(now(boxed(false)).unwrap().to_string(), "7");
        assert_eq!(outcome(log), "success");
        assert!(now(boxed(true)).is_err());
        assert_eq!(outcome(log), "error");
        assert_eq!(slice(), [1, 2]);
        assert_eq!(outcome(log), "success");
        now(unit());
        assert_eq!(outcome(log), "success");
    });
}

#[test]
fn opaque_return_types() {
    #[logged]
    fn numbers(to: u32) -> impl Iterator<Item = u32> {
        (0..to).map(|number| number * 2)
    }
    #[logged]
    fn trimmer() -> impl for<'a> Fn(&'a str) -> &'a str {
        |text| text.trim()
    }
    #[logged]
    async fn shown() -> Result<impl Display, std::fmt::Error> {
        Ok("shown")
    }
    collect(|log| {
        assert_eq!(numbers(3).sum::<u32>(), 6);
        assert_eq!(outcome(log), "success");
        assert_eq!(trimmer()(" a "), "a");
        assert_eq!(outcome(log), "success");
        assert_eq!(now(shown()).unwrap().to_string(), "shown");
        assert_eq!(outcome(log), "success");
    });
}

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type BoxFuture<'a, T> = Boxed<'a, T>;

#[test]
fn functions_that_return_a_future_are_followed_to_its_end() {
    #[logged]
    fn opaque(fail: bool) -> impl Future<Output = Result<u8, String>> {
        async move { if fail { Err("no".to_owned()) } else { Ok(1) } }
    }
    #[logged]
    fn helper(fail: bool) -> Pin<Box<dyn Future<Output = Result<u8, String>> + Send>> {
        if fail {
            return Box::pin(async { Err("early".to_owned()) });
        }
        Box::pin(opaque(false))
    }
    #[logged]
    fn named(text: &str) -> BoxFuture<'_, usize> {
        Box::pin(async move { text.len() })
    }
    #[logged(future)]
    fn aliased(text: &str) -> Boxed<'_, Result<usize, String>> {
        Box::pin(async move { Err(text.to_owned()) })
    }
    #[logged(sync)]
    fn only_made() -> impl Future<Output = Result<u8, String>> {
        std::future::ready(Err("not looked at".to_owned()))
    }
    collect(|log| {
        let future = opaque(true);
        assert!(log.take().is_empty());
        now(future).unwrap_err();
        assert_eq!(outcome(log), "error");
        now(helper(true)).unwrap_err();
        assert_eq!(outcome(log), "error");
        assert_eq!(now(named("four")), 4);
        assert!(only_success(log).has("busy_ms"));
        now(aliased("text")).unwrap_err();
        assert_eq!(outcome(log), "error");
        drop(only_made());
        assert!(!only_success(log).has("busy_ms"));
    });
}

trait Repository {
    async fn load(&self, id: u32) -> Result<u32, String>;

    #[logged]
    fn describe(&self) -> String {
        "a repository".to_owned()
    }
}

struct Memory;

impl Repository for Memory {
    #[logged]
    async fn load(&self, id: u32) -> Result<u32, String> {
        if id == 0 { Err("no such id".to_owned()) } else { Ok(id) }
    }
}

#[async_trait::async_trait]
trait Store {
    async fn save(&mut self, text: &str) -> Result<usize, String>;
}

#[async_trait::async_trait]
impl Store for Memory {
    #[logged(fields(text))]
    async fn save(&mut self, text: &str) -> Result<usize, String> {
        if text.is_empty() {
            return Err("nothing to save".to_owned());
        }
        Ok(text.len())
    }
}

#[test]
fn traits_their_defaults_and_async_trait() {
    collect(|log| {
        assert_eq!(now(Memory.load(3)).unwrap(), 3);
        assert_eq!(outcome(log), "success");
        now(Memory.load(0)).unwrap_err();
        assert_eq!(outcome(log), "error");
        Memory.describe();
        assert_eq!(outcome(log), "success");
        now(Memory.save("")).unwrap_err();
        assert_eq!(outcome(log), "error");
        now(Memory.save("text")).unwrap();
        assert_eq!(log.only().field("text"), "text");
    });
}

mod shadows {
    use super::{collect, logged, outcome};

    #[allow(dead_code, reason = "only there to be in the way")]
    enum Answer {
        Ok,
        Err,
        Some,
        None,
    }
    use Answer::{Err, None, Ok, Some};

    #[allow(dead_code, reason = "only there to be in the way")]
    struct Result;

    #[allow(non_upper_case_globals, dead_code, reason = "only there to be in the way")]
    const result: u8 = 0;
    #[allow(non_upper_case_globals, dead_code, reason = "only there to be in the way")]
    const x: u8 = 1;
    #[allow(non_upper_case_globals, dead_code, reason = "only there to be in the way")]
    const call: u8 = 2;

    #[logged(ret, fields(flag))]
    fn shadowed(flag: bool) -> std::result::Result<u8, ()> {
        match if flag { Ok } else { Err } {
            Ok | Some | None => std::result::Result::Ok(result + x + call),
            Err => std::result::Result::Err(()),
        }
    }

    #[test]
    fn names_of_the_user_are_not_in_the_way() {
        collect(|log| {
            assert_eq!(shadowed(true), std::result::Result::Ok(3));
            assert_eq!(outcome(log), "success");
            shadowed(false).unwrap_err();
            assert_eq!(outcome(log), "error");
        });
    }
}

struct Stock<T>(T);

#[logged(module = "stock", level = debug)]
impl<T: Clone> Stock<T> {
    const LIMIT: usize = 3;

    const fn new(item: T) -> Self {
        Stock(item)
    }

    fn item(&self) -> T {
        self.0.clone()
    }

    #[logged(level = info, name = "reserve", fields(count))]
    async fn take(&self, count: usize) -> Result<T, String> {
        if count > Self::LIMIT { Err("too many".to_owned()) } else { Ok(self.item()) }
    }

    #[logged(skip)]
    fn quiet(&self) -> &T {
        &self.0
    }
}

#[logged(module = "stock")]
impl<T> Display for &Stock<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("stock")
    }
}

#[test]
fn whole_impl_blocks() {
    collect(|log| {
        let stock = Stock::new(7);
        assert!(log.take().is_empty());
        assert_eq!(now(stock.take(1)).unwrap(), 7);
        let [inner, outer] = <[_; 2]>::try_from(log.take()).unwrap();
        assert_eq!((inner.field("operation"), inner.field("module")), ("Stock::item", "stock"));
        assert_eq!(inner.level, tracing::Level::DEBUG);
        assert_eq!((outer.field("operation"), outer.field("module")), ("reserve", "stock"));
        assert_eq!((outer.level, outer.field("count")), (tracing::Level::INFO, "1"));
        assert_eq!(*stock.quiet(), 7);
        assert!(log.take().is_empty());
        assert_eq!((&&stock).to_string(), "stock");
        assert_eq!(log.only().field("operation"), "Stock::fmt");
    });
}

/// Each of these expectations fails when the attribute hides what it expects (under clippy only).
#[test]
fn lints_of_the_user_are_not_hidden() {
    #[logged]
    #[expect(clippy::needless_return, reason = "to be seen")]
    fn sooner(number: u8) -> u8 {
        return number;
    }
    #[logged]
    #[expect(clippy::needless_return, reason = "to be seen")]
    async fn later(number: u8) -> u8 {
        return number;
    }
    #[logged]
    #[expect(clippy::print_stdout, clippy::len_zero, reason = "to be seen")]
    fn loud(text: &str) -> bool {
        println!("{text}");
        text.len() == 0
    }
    collect(|log| {
        sooner(1);
        assert_eq!(outcome(log), "success");
        now(later(1));
        assert_eq!(outcome(log), "success");
        loud("");
        assert_eq!(outcome(log), "success");
    });
}
