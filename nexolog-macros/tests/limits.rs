//! `sample`, `rate` and `key`: what is left out is counted on the next event.

extern crate nexolog_core as nexolog;

mod support;

use nexolog_macros::logged;
use support::{Collector, Seen, collect};

/// How many events the last ones say were left out before them.
fn suppressed(events: &[Seen]) -> u64 {
    events.iter().map(|event| event.field("suppressed").parse().unwrap_or(0)).sum()
}

#[test]
fn a_sample_leaves_out_successes_only_and_tells_how_many() {
    #[logged(sample = 0.1)]
    fn look(fail: bool) -> Result<(), String> {
        if fail { Err("failed".to_owned()) } else { Ok(()) }
    }
    collect(|log| {
        for _ in 0..1_000 {
            look(false).unwrap();
        }
        look(true).unwrap_err();
        let events = log.take();
        let [successes @ .., failure] = events.as_slice() else { panic!("no event") };
        assert!((50..200).contains(&successes.len()), "{}", successes.len());
        assert_eq!(failure.outcome(), "error");
        let left_out = 1_000 - u64::try_from(successes.len()).unwrap();
        assert_eq!(suppressed(&events), left_out);
    });
}

#[test]
fn no_failure_panic_cancellation_or_slow_call_is_sampled_out() {
    #[logged(sample = 0.000001, slow = "0ms")]
    fn slow() {}
    #[logged(sample = 0.000001)]
    async fn dropped(panics: bool) {
        assert!(!panics, "as asked for");
        std::future::pending::<()>().await;
    }
    let poll = |panics| {
        use std::task::{Context, Waker};
        let future = std::pin::pin!(dropped(panics));
        let _ = std::future::Future::poll(future, &mut Context::from_waker(Waker::noop()));
    };
    collect(|log| {
        for _ in 0..20 {
            slow();
            poll(false);
            std::panic::catch_unwind(|| poll(true)).unwrap_err();
        }
        let events = log.take();
        assert_eq!(events.len(), 60);
        assert!(events.iter().all(|event| !event.has("suppressed")));
    });
}

#[test]
fn a_rate_is_kept_by_each_key_and_holds_for_failures_too() {
    // An hour that does not end while the test runs.
    #[logged(rate = "3/h", key = user, fields(user))]
    fn sign_in(user: &str) -> Result<(), String> {
        Err(format!("{user} is not known"))
    }
    let of = |log: &Collector, user: &str| {
        let events = log.take();
        assert!(events.iter().all(|event| event.field("user") == user));
        events.len()
    };
    collect(|log| {
        for _ in 0..10 {
            sign_in("ann").unwrap_err();
        }
        assert_eq!(of(log, "ann"), 3);
        for _ in 0..2 {
            sign_in("bob").unwrap_err();
        }
        assert_eq!(of(log, "bob"), 2);
    });
}

#[test]
fn what_a_rate_left_out_is_told_by_the_next_event() {
    #[logged(rate = "1/1ms")]
    fn tick() {}
    collect(|log| {
        let mut calls = 0;
        // Until one event after others were left out; a millisecond is long for calls that do nothing.
        let events = loop {
            tick();
            calls += 1;
            let events = log.take();
            if suppressed(&events) > 0 {
                break events;
            }
        };
        assert!(suppressed(&events) < calls);
        assert_eq!(events[0].types["suppressed"], "u64");
    });
}

#[test]
fn a_call_that_nobody_wants_to_hear_of_uses_nothing_up() {
    #[logged(level = debug, rate = "1/h")]
    fn quiet() {}
    support::collect_from(tracing::Level::INFO, |_| quiet());
    collect(|log| {
        quiet();
        assert!(!log.only().has("suppressed"));
    });
}
