//! Nothing is left of the attribute.

use std::any::type_name_of_val;
use std::sync::atomic::{AtomicUsize, Ordering};

use off::{Stock, annotated, bare, fail, place, tell};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static SEEN: AtomicUsize = AtomicUsize::new(0);

/// Wants everything, and counts.
struct Everything;

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        SEEN.fetch_add(1, Ordering::Relaxed);
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {
        SEEN.fetch_add(1, Ordering::Relaxed);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn no_event_no_span_and_no_look_at_a_value() {
    tracing::subscriber::with_default(Everything, || {
        tracing::info!("that the subscriber hears");
        assert_eq!(SEEN.load(Ordering::Relaxed), 1);
        assert_eq!(place("u1", 1, "card", "mail", &[], 1), Ok(7));
        assert_eq!(fail("why"), Err("why".to_owned()));
        assert!(std::panic::catch_unwind(|| Stock.explode()).is_err());
        assert_eq!(Stock.name(), "stock");
        tell();
        assert_eq!(SEEN.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn a_future_is_the_same_as_without_the_attribute() {
    let (bare, annotated) = (bare(1, "a"), annotated(1, "a"));
    assert_eq!(size_of_val(&bare), size_of_val(&annotated));
    assert_eq!(align_of_val(&bare), align_of_val(&annotated));
    assert!(!type_name_of_val(&annotated).contains("nexolog"));
}

/// In a binary of the functions alone there would be statics, code and names of ours if anything were left.
#[test]
fn not_even_a_static_is_left() {
    let this = std::fs::read(std::env::current_exe().expect("this test")).expect("its file");
    let has = |text: &str| this.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("as asked for"), "the bodies are there");
    // Each message is in the static of an annotated function.
    for function in ["placed", "fail", "annotated", "explode"] {
        // Put together here, so that it is not found for standing in this test.
        assert!(!has(&format!("{function}-was-cancelled").replace('-', " ")), "{function}");
    }
}
