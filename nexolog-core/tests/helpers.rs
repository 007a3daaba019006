//! A typed helper allocates nothing on its caller's thread, whether or not anybody hears it.
//!
//! Alone in its file: whether anybody listens is a question to the whole process.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use nexolog_core::service;
use nexolog_core::service::Severity;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

thread_local! {
    static ALLOCATED: Cell<usize> = const { Cell::new(0) };
    static EVENTS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

#[allow(unsafe_code, reason = "an allocator can't be written without")]
// SAFETY: it only counts, and passes everything on.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATED.try_with(|count| count.set(count.get() + 1));
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
        EVENTS.set(EVENTS.get() + 1);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

const TOOK: Duration = Duration::from_millis(3);

fn call() {
    service().user_login().user("u1").organization("acme").method("password").succeeded();
    service().user_login().failed("wrong password");
    service().external_call("payments").path("/charges").status(200).duration(TOOK).log();
    service().database_query("select").table("orders").rows(1).duration(TOOK).succeeded();
    service().security_event("token_reused").severity(Severity::Critical).log();
    service().operation("api", "user_registration").user("u1").time(|op| op.records(1));
    service().operation("api", "user_registration").start().succeed();
}

#[test]
fn a_helper_allocates_nothing_logged_or_not() {
    let allocated = || {
        let (count, events) = (ALLOCATED.get(), EVENTS.get());
        call();
        (ALLOCATED.get() - count, EVENTS.get() - events)
    };
    call(); // The first one makes the description of the operation.
    assert_eq!(allocated(), (0, 0), "nobody listens");
    tracing::subscriber::with_default(Everything, || {
        call(); // The first call registers the callsites.
        assert_eq!(allocated(), (0, 7));
    });
}
