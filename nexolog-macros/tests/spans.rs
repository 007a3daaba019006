//! `span`: the call runs in a `tracing` span, too.

extern crate nexolog_core as nexolog;

mod support;

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use nexolog_macros::logged;
use support::collect;
use tracing::span::{Attributes, Id};
use tracing_subscriber::layer::{Context as LayerContext, Layer, SubscriberExt};

/// The life of spans, as a layer sees it.
#[derive(Clone, Default)]
struct Lives(Arc<Mutex<Vec<String>>>);

impl Lives {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }
}

impl<S: tracing::Subscriber> Layer<S> for Lives {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: LayerContext<'_, S>) {
        let metadata = attributes.metadata();
        let fields: Vec<_> = metadata.fields().iter().map(|field| field.name()).collect();
        self.note(format!("new {} {} {}", metadata.name(), metadata.level(), fields.join(",")));
    }
    fn on_enter(&self, _: &Id, _: LayerContext<'_, S>) {
        self.note("enter");
    }
    fn on_event(&self, event: &tracing::Event<'_>, context: LayerContext<'_, S>) {
        let inside = context.current_span().id().is_some();
        self.note(format!("event {} {inside}", event.metadata().level()));
    }
    fn on_exit(&self, _: &Id, _: LayerContext<'_, S>) {
        self.note("exit");
    }
    fn on_close(&self, _: Id, _: LayerContext<'_, S>) {
        self.note("close");
    }
}

fn lives(f: impl FnOnce(&Lives)) {
    let lives = Lives::default();
    let subscriber = tracing_subscriber::registry().with(lives.clone());
    tracing::subscriber::with_default(subscriber, || f(&lives));
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[logged(span, level = debug, name = "add", fields(a, sum = a + b))]
fn sooner(a: u32, b: u32) -> u32 {
    a + b
}

#[logged(span)]
async fn later(panics: bool) {
    let mut waited = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    assert!(!panics, "as asked for");
}

#[logged(span)]
fn opaque() -> impl Fn() {
    || ()
}

#[logged(span)]
fn stream() -> impl Stream<Item = u8> {
    struct One(bool);
    impl Stream for One {
        type Item = u8;
        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u8>> {
            Poll::Ready(std::mem::replace(&mut self.0, false).then_some(1))
        }
    }
    One(true)
}

#[test]
fn a_function_runs_in_a_span_of_its_name_and_fields() {
    lives(|lives| {
        sooner(1, 2);
        let expected = ["new add DEBUG a,sum", "enter", "event DEBUG true", "exit", "close"];
        assert_eq!(lives.take(), expected);
        opaque()();
        let expected = ["new opaque INFO ", "enter", "event INFO true", "exit", "close"];
        assert_eq!(lives.take(), expected);
    });
}

#[test]
fn a_future_enters_its_span_at_each_poll_and_when_it_is_dropped() {
    lives(|lives| {
        drop(later(false));
        assert!(lives.take().is_empty(), "a future that is never polled is no call");
        {
            let mut future = pin!(later(false));
            assert!(poll(future.as_mut()).is_pending());
            assert_eq!(lives.take(), ["new later INFO ", "enter", "exit"]);
            assert!(poll(future).is_ready());
        }
        assert_eq!(lives.take(), ["enter", "event INFO true", "exit", "close"]);
        {
            let mut future = pin!(later(false));
            assert!(poll(future.as_mut()).is_pending());
            lives.take();
        }
        assert_eq!(lives.take(), ["enter", "event INFO true", "exit", "close"]);
        catch_unwind(AssertUnwindSafe(|| {
            let mut future = pin!(later(true));
            assert!(poll(future.as_mut()).is_pending());
            lives.take();
            let _ = poll(future);
        }))
        .unwrap_err();
        assert_eq!(lives.take(), ["enter", "event ERROR true", "exit", "close"]);
    });
}

#[test]
fn a_stream_enters_its_span_at_each_poll() {
    lives(|lives| {
        {
            let mut stream = pin!(stream());
            let mut context = Context::from_waker(Waker::noop());
            assert_eq!(stream.as_mut().poll_next(&mut context), Poll::Ready(Some(1)));
            assert_eq!(stream.as_mut().poll_next(&mut context), Poll::Ready(None));
        }
        let expected =
            ["new stream INFO ", "enter", "exit", "enter", "event INFO true", "exit", "close"];
        assert_eq!(lives.take(), expected);
    });
}

#[test]
fn the_spans_fields_have_the_values_of_the_call() {
    #[derive(Clone, Default)]
    struct Values(Arc<Mutex<String>>);
    impl<S: tracing::Subscriber> Layer<S> for Values {
        fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: LayerContext<'_, S>) {
            *self.0.lock().unwrap() = attributes.values().to_string();
        }
    }
    let values = Values::default();
    let subscriber = tracing_subscriber::registry().with(values.clone());
    tracing::subscriber::with_default(subscriber, || sooner(1, 2));
    assert_eq!(*values.0.lock().unwrap(), "{a: 1, sum: 3}");
}

#[test]
fn the_event_is_as_without_a_span() {
    collect(|log| {
        sooner(1, 2);
        let event = log.only();
        assert_eq!((event.span, event.field("operation")), (Some("add"), "add"));
        assert_eq!((event.outcome(), event.field("sum")), ("success", "3"));
        assert!(event.number("duration_ms") >= 0.0);
    });
}

#[test]
fn a_span_is_sent_with_its_future() {
    fn sendable<T: Send>(value: T) -> T {
        value
    }
    drop(sendable(later(false)));
}
