//! A logged call allocates nothing of its own, and one that nobody hears of does nothing at all.
//!
//! Alone in its file: whether anybody listens is a question to the whole process.

extern crate nexolog_core as nexolog;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use nexolog_macros::logged;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

#[allow(unsafe_code, reason = "an allocator can't be written without")]
// SAFETY: it only counts, and passes everything on.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Takes every event and keeps none.
struct Everything;

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {
        EVENTS.with(|events| events.set(events.get() + 1));
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

thread_local! {
    static EVENTS: Cell<usize> = const { Cell::new(0) };
}

#[logged(module = "orders", fields(id, user, seen = ?id))]
fn sooner(id: u64, user: &str) -> Result<usize, String> {
    Ok(user.len() + usize::try_from(id).unwrap_or(0))
}

#[logged(module = "orders", fields(id, user))]
async fn later(id: u64, user: &str) -> Result<usize, String> {
    std::future::ready(()).await;
    Ok(user.len() + usize::try_from(id).unwrap_or(0))
}

fn both() {
    assert_eq!(sooner(1, "user-17").unwrap(), 8);
    let future = pin!(later(1, "user-17"));
    assert!(future.poll(&mut Context::from_waker(Waker::noop())).is_ready());
}

#[logged(fields(costly = costly()))]
fn unheard() {}

fn costly() -> u8 {
    panic!("looked at")
}

#[test]
fn a_call_allocates_nothing_logged_or_not() {
    let allocated = || {
        let (count, events) = (COUNT.get(), EVENTS.get());
        both();
        (COUNT.get() - count, EVENTS.get() - events)
    };
    assert_eq!(allocated(), (0, 0), "nobody listens");
    unheard();
    tracing::subscriber::with_default(Everything, || {
        both(); // The first call registers the callsites.
        assert_eq!(allocated(), (0, 2));
    });
}
