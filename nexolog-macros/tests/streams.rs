//! Functions that return a stream: one event when it is over, however that comes about.

#![deny(warnings, clippy::pedantic, rust_2018_idioms)]

extern crate nexolog_core as nexolog;

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use nexolog_macros::logged;
use support::collect;
use tracing::Level;

/// Gives each entry in turn; a `None` is a moment of waiting.
struct Steps<T> {
    left: std::vec::IntoIter<Option<T>>,
    panics: bool,
}

impl<T> Unpin for Steps<T> {}

impl<T> Stream for Steps<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        match self.left.next() {
            Some(None) => Poll::Pending,
            Some(item) => {
                tracing::debug!("giving");
                Poll::Ready(item)
            }
            None if self.panics => panic!("at the end"),
            None => Poll::Ready(None),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.left.len()))
    }
}

fn steps<T>(steps: impl IntoIterator<Item = Option<T>>) -> Steps<T> {
    Steps { left: steps.into_iter().collect::<Vec<_>>().into_iter(), panics: false }
}

fn next<S: Stream>(stream: Pin<&mut S>) -> Poll<Option<S::Item>> {
    stream.poll_next(&mut Context::from_waker(Waker::noop()))
}

/// Everything the stream gives, whatever it waits.
fn all<S: Stream>(stream: S) -> Vec<S::Item> {
    let mut stream = pin!(stream);
    let mut items = Vec::new();
    loop {
        match next(stream.as_mut()) {
            Poll::Ready(Some(item)) => items.push(item),
            Poll::Ready(None) => return items,
            Poll::Pending => {}
        }
    }
}

type BoxStream<'a, T> = Pin<Box<dyn Stream<Item = T> + Send + 'a>>;
type Rows = BoxStream<'static, Result<u8, String>>;

#[logged(module = "rows", fields(count))]
fn opaque(count: u8) -> impl Stream<Item = u8> + Unpin {
    steps((0..count).flat_map(|number| [None, Some(number)]))
}

#[logged]
fn boxed<'a>(words: &'a [&'a str]) -> Pin<Box<dyn Stream<Item = &'a str> + Send + 'a>> {
    if words.is_empty() {
        return Box::pin(steps([]));
    }
    Box::pin(steps(words.iter().copied().map(Some)))
}

#[logged]
fn named(words: &[String]) -> BoxStream<'_, usize> {
    Box::pin(steps(words.iter().map(|word| Some(word.len()))))
}

#[logged(stream, err(warning if |error: &String| error == "later"))]
fn aliased(items: Vec<Result<u8, String>>) -> Rows {
    Box::pin(steps(items.into_iter().map(Some)))
}

#[logged]
fn armed() -> impl Stream<Item = u8> {
    Steps { panics: true, ..steps([Some(1), Some(2)]) }
}

#[logged(sync)]
fn only_made() -> impl Stream<Item = u8> {
    steps([Some(1)])
}

#[test]
fn a_stream_that_ends_is_a_success_with_its_number_of_items() {
    collect(|log| {
        let stream = opaque(3);
        assert_eq!(stream.size_hint(), (0, Some(6)));
        assert!(log.take().is_empty(), "it was not polled yet");
        assert_eq!(all(stream), [0, 1, 2]);
        let mut events = log.take();
        let event = events.pop().unwrap();
        assert!(events.iter().all(|inside| inside.within == Some("opaque")));
        assert_eq!(event.outcome(), "success");
        assert_eq!((event.types["items"], event.field("items")), ("u64", "3"));
        assert_eq!((event.field("module"), event.field("count")), ("rows", "3"));
        assert!(event.number("busy_ms") <= event.number("duration_ms"));
        assert_eq!(nexolog::Context::current().operation(), None);

        let last = || log.take().pop().map(|event| event.field("items").to_owned());
        assert_eq!(all(boxed(&["a", "b"])), ["a", "b"]);
        assert_eq!(last().as_deref(), Some("2"));
        assert!(all(boxed(&[])).is_empty());
        assert_eq!(last().as_deref(), Some("0"));
        assert_eq!(all(named(&["one".to_owned()])), [3]);
        assert_eq!(last().as_deref(), Some("1"));
    });
}

#[test]
fn a_stream_dropped_before_its_end_is_cancelled() {
    collect(|log| {
        drop(opaque(3));
        assert!(log.take().is_empty(), "it was never polled");
        {
            let mut stream = opaque(3);
            assert_eq!(next(Pin::new(&mut stream)), Poll::Pending);
            assert_eq!(next(Pin::new(&mut stream)), Poll::Ready(Some(0)));
        }
        let event = log.take().pop().unwrap();
        assert_eq!((event.outcome(), event.level), ("cancelled", Level::INFO));
        assert_eq!(event.field("items"), "1");
        assert!(event.number("duration_ms") >= event.number("busy_ms"));
    });
}

#[test]
fn a_panic_in_a_stream_is_a_panic() {
    collect(|log| {
        catch_unwind(AssertUnwindSafe(|| all(armed()))).unwrap_err();
        let event = log.take().pop().unwrap();
        assert_eq!((event.outcome(), event.field("error")), ("panic", "at the end"));
        assert_eq!(event.field("items"), "2");
        assert!(event.number("duration_ms") >= 0.0);
    });
}

#[test]
fn the_first_item_that_is_an_err_makes_the_stream_an_error() {
    let failing = || vec![Ok(1), Err("first".to_owned()), Err("later".to_owned()), Ok(2)];
    collect(|log| {
        assert_eq!(all(aliased(failing())).len(), 4);
        let event = log.take().pop().unwrap();
        assert_eq!((event.outcome(), event.level), ("error", Level::ERROR));
        assert_eq!((event.field("error"), event.field("items")), ("first", "4"));
        assert_eq!(event.field("message"), "aliased failed: first");

        // As a consumer does that stops at the first error.
        {
            let mut stream = aliased(failing().split_off(2));
            assert!(matches!(next(Pin::new(&mut stream)), Poll::Ready(Some(Err(_)))));
        }
        let event = log.take().pop().unwrap();
        assert_eq!((event.outcome(), event.level), ("error", Level::WARN));
        assert_eq!((event.field("error"), event.field("items")), ("later", "1"));

        assert_eq!(all(aliased(vec![Ok(1)])).len(), 1);
        assert_eq!(log.take().pop().unwrap().outcome(), "success");
    });
}

#[test]
fn a_stream_may_be_left_alone() {
    collect(|log| {
        let stream = only_made();
        let event = log.only();
        assert_eq!(event.outcome(), "success");
        assert!(!event.has("items") && !event.has("busy_ms"));
        assert_eq!(all(stream), [1]);
        assert!(log.take().iter().all(|event| !event.has("outcome")));
    });
}

struct Table;

#[logged(module = "rows", level = debug)]
impl Table {
    fn rows(&self) -> impl Stream<Item = u8> + use<> {
        let Table = self;
        steps([Some(1)])
    }
}

#[test]
fn a_method_in_a_block_may_give_a_stream() {
    collect(|log| {
        all(Table.rows());
        let event = log.take().pop().unwrap();
        assert_eq!((event.field("operation"), event.level), ("Table::rows", Level::DEBUG));
        assert_eq!(event.field("items"), "1");
    });
}
