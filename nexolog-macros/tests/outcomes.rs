//! Every way a call can end gives exactly one event that says so.

extern crate nexolog_core as nexolog;

mod support;

use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use nexolog_macros::logged;
use support::{collect, collect_from};
use tracing::Level;

#[derive(Debug)]
struct Declined(std::num::ParseIntError);

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("card declined")
    }
}

impl Error for Declined {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

type Charged = Result<u32, Declined>;

#[logged(module = "payment")]
fn charge(amount: &str) -> Charged {
    tracing::info!("charging");
    amount.parse().map_err(Declined)
}

#[logged]
fn explode(text: &str) -> usize {
    assert!(text.len() > 3, "too short: {text}");
    text.len()
}

#[logged(module = "orders")]
async fn ship(steps: u32) -> Charged {
    for _ in 0..steps {
        yield_once().await;
    }
    tracing::info!("shipping");
    if steps == 7 { Err(Declined("x".parse::<u32>().unwrap_err())) } else { Ok(steps) }
}

#[logged]
fn made(steps: u32) -> impl Future<Output = Charged> {
    async move { ship(steps).await }
}

#[logged]
async fn explode_later() {
    yield_once().await;
    panic!("in the second poll");
}

async fn yield_once() {
    let mut yielded = false;
    poll_fn(
        |_| if std::mem::replace(&mut yielded, true) { Poll::Ready(()) } else { Poll::Pending },
    )
    .await;
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = poll(future.as_mut()) {
            return output;
        }
    }
}

#[test]
fn a_call_that_returns_is_a_success() {
    collect(|log| {
        assert_eq!(charge("7").unwrap(), 7);
        let [inside, event] = <[_; 2]>::try_from(log.take()).unwrap();
        assert_eq!(inside.within, Some("charge"));
        assert_eq!(event.outcome(), "success");
        assert_eq!(event.level, Level::INFO);
        assert_eq!(event.field("operation"), "charge");
        assert_eq!(event.field("module"), "payment");
        assert_eq!(event.field("message"), "charge succeeded");
        assert!(event.number("duration_ms") >= 0.0);
        assert_eq!(event.types["duration_ms"], "f64");
        assert!(!event.has("busy_ms") && !event.has("error") && !event.has("return"));
        assert_eq!(event.target, "outcomes");
        assert!(event.file.as_deref().is_some_and(|file| file.ends_with("outcomes.rs")));
    });
}

#[test]
fn an_err_is_an_error_with_its_type_and_its_sources() {
    collect(|log| {
        charge("seven").unwrap_err();
        let event = log.take().remove(1);
        assert_eq!(event.outcome(), "error");
        assert_eq!(event.level, Level::ERROR);
        assert_eq!(event.types["error"], "error");
        assert_eq!(event.field("error"), "card declined <- invalid digit found in string");
        assert_eq!(event.field("error.type"), "outcomes::Declined");
        assert_eq!(event.field("message"), "charge failed: card declined");
    });
}

#[test]
fn a_panic_is_logged_and_goes_on_unwinding() {
    collect(|log| {
        let payload = catch_unwind(|| explode("abc")).unwrap_err();
        assert_eq!(payload.downcast_ref::<String>().unwrap(), "too short: abc");
        let event = log.only();
        assert_eq!(event.outcome(), "panic");
        assert_eq!(event.level, Level::ERROR);
        assert_eq!(event.field("error"), "too short: abc");
        assert_eq!(event.field("error.type"), "panic");
        assert_eq!(nexolog::Context::current().operation(), None);
    });
}

#[test]
fn a_future_that_ends_is_one_event_however_often_it_is_polled() {
    collect(|log| {
        block_on(ship(3)).unwrap();
        let [inside, event] = <[_; 2]>::try_from(log.take()).unwrap();
        assert_eq!(inside.within, Some("ship"));
        assert_eq!(event.outcome(), "success");
        assert_eq!(event.within, Some("ship"));
        assert!(event.number("busy_ms") <= event.number("duration_ms"));
        assert!(event.number("busy_ms") > 0.0);
        assert_eq!(nexolog::Context::current().operation(), None);

        block_on(ship(7)).unwrap_err();
        assert_eq!(log.take().remove(1).outcome(), "error");
    });
}

#[test]
fn a_future_dropped_between_polls_is_cancelled() {
    collect(|log| {
        {
            let mut future = pin!(ship(3));
            assert!(poll(future.as_mut()).is_pending());
            assert_eq!(nexolog::Context::current().operation(), None);
        }
        let event = log.only();
        assert_eq!(event.outcome(), "cancelled");
        assert_eq!(event.level, Level::INFO);
        assert_eq!(event.field("message"), "ship was cancelled");
        assert!(event.number("duration_ms") >= event.number("busy_ms"));
    });
}

#[test]
fn a_future_that_is_never_polled_is_no_call() {
    collect(|log| {
        drop(ship(3));
        drop(made(3));
        assert!(log.take().is_empty());
    });
}

#[test]
fn a_panic_in_a_poll_is_a_panic_and_no_cancellation() {
    collect(|log| {
        catch_unwind(AssertUnwindSafe(|| block_on(explode_later()))).unwrap_err();
        let event = log.only();
        assert_eq!(event.outcome(), "panic");
        assert_eq!(event.field("error"), "in the second poll");
    });
}

#[test]
fn a_future_dropped_while_something_else_unwinds_is_cancelled() {
    collect(|log| {
        catch_unwind(|| {
            let mut future = pin!(ship(3));
            assert!(poll(future.as_mut()).is_pending());
            panic!("elsewhere");
        })
        .unwrap_err();
        assert_eq!(log.only().outcome(), "cancelled");
    });
}

#[test]
fn what_a_cancelled_future_logs_in_its_drop_is_in_its_operation() {
    struct Noisy;
    impl Drop for Noisy {
        fn drop(&mut self) {
            tracing::info!("dropped");
        }
    }
    #[logged]
    async fn held() {
        let _noisy = Noisy;
        yield_once().await;
    }
    collect(|log| {
        {
            let mut future = pin!(held());
            assert!(poll(future.as_mut()).is_pending());
        }
        let [inside, event] = <[_; 2]>::try_from(log.take()).unwrap();
        assert_eq!(inside.within, Some("held"));
        assert_eq!(event.outcome(), "cancelled");
    });
}

#[test]
fn a_body_that_panics_while_it_is_dropped_still_gives_its_event() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }
    #[logged]
    async fn armed() {
        let _bomb = Bomb;
        yield_once().await;
    }
    collect(|log| {
        catch_unwind(|| {
            let mut future = pin!(armed());
            assert!(poll(future.as_mut()).is_pending());
        })
        .unwrap_err();
        assert_eq!(log.only().outcome(), "cancelled");
    });
}

#[test]
fn failures_are_logged_where_success_is_filtered_out() {
    collect_from(Level::WARN, |log| {
        charge("7").unwrap();
        assert!(log.take().is_empty());
        charge("seven").unwrap_err();
        let event = log.only();
        assert_eq!(event.outcome(), "error");
        assert!(event.has("duration_ms"));
    });
}

#[test]
fn the_event_is_at_the_line_of_the_function() {
    #[logged(module = "orders")]
    /// A doc comment in between.
    fn here() -> u32 {
        line!() - 1
    }
    collect(|log| assert_eq!(Some(here()), log.only().line));
}

/// The four kinds of error that are no `std::error::Error`.
#[test]
fn every_kind_of_error_is_read_as_well_as_it_can_be() {
    struct Silent;
    #[derive(Debug)]
    #[allow(dead_code, reason = "read by its Debug form")]
    struct OnlyDebug(u8);

    #[logged]
    fn boxed() -> Result<(), Box<dyn Error>> {
        Err(Box::new(Declined("x".parse::<u32>().unwrap_err())))
    }
    #[logged]
    fn shared() -> Result<(), Box<dyn Error + Send + Sync>> {
        Err("plain words".into())
    }
    #[logged]
    fn words() -> Result<(), String> {
        Err("words".to_owned())
    }
    #[logged]
    fn developer() -> Result<(), OnlyDebug> {
        Err(OnlyDebug(4))
    }
    #[logged]
    fn silent() -> Result<(), Silent> {
        Err(Silent)
    }
    #[logged]
    fn borrowed<'a>(text: &'a str) -> Result<(), Borrowed<'a>> {
        Err(Borrowed(text))
    }
    #[derive(Debug)]
    struct Borrowed<'a>(&'a str);
    impl fmt::Display for Borrowed<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "borrowed {}", self.0)
        }
    }
    impl Error for Borrowed<'_> {}

    collect(|log| {
        let error = |log: &support::Collector| log.only().field("error").to_owned();
        boxed().unwrap_err();
        assert_eq!(error(log), "card declined <- invalid digit found in string");
        shared().unwrap_err();
        assert_eq!(error(log), "plain words");
        words().unwrap_err();
        assert_eq!(error(log), "words");
        developer().unwrap_err();
        assert_eq!(error(log), "OnlyDebug(4)");
        borrowed("time").unwrap_err();
        assert_eq!(error(log), "borrowed time");
        assert!(silent().is_err());
        let event = log.only();
        assert_eq!((event.outcome(), event.field("message")), ("error", "silent failed"));
        assert!(event.field("error.type").ends_with("Silent"));
    });
}

#[test]
fn an_error_of_anyhow_has_its_sources() {
    use anyhow::Context as _;

    #[logged]
    fn read(text: &str) -> anyhow::Result<u32> {
        text.parse().context("no number").context("no price")
    }
    collect(|log| {
        read("x").unwrap_err();
        let event = log.only();
        assert_eq!(event.field("error"), "no price <- no number <- invalid digit found in string");
        assert_eq!(event.field("error.type"), "anyhow::Error");
    });
}

#[test]
fn an_error_that_panics_while_formatting_harms_nobody() {
    #[derive(Debug)]
    struct Rude;
    impl fmt::Display for Rude {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("rude");
        }
    }
    impl Error for Rude {}
    #[logged]
    fn fails() -> Result<(), Rude> {
        Err(Rude)
    }
    collect(|log| {
        fails().unwrap_err();
        assert_eq!(log.only().field("error"), "<panicked while formatting>");
    });
}
