//! Blocks that are timed.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use nexolog_core::service::Service;
use nexolog_core::{Level, Nexolog};
use serde_json::{Value, json};

use crate::support::logged;

fn written(log: impl FnOnce(Service<'_>)) -> Vec<Value> {
    logged(|builder| builder.level("debug"), |logs: &Nexolog| log(logs.service())).records()
}

/// The record of the operation among those of the lines inside.
fn only(records: &[Value]) -> &Value {
    let mut found = records.iter().filter(|it| it["fields"]["event.name"] == "operation");
    let only = found.next().unwrap();
    assert!(found.next().is_none(), "{records:#?}");
    assert!(only["duration_ms"].as_f64().unwrap() >= 0.0);
    assert_eq!(only["file"], file!());
    only
}

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "closed".parse::<u8>().unwrap_err())
}

#[test]
fn a_block_is_timed_and_its_lines_carry_the_operation() {
    let records = written(|service| {
        let operation = service.operation("api", "user_registration").user("u1");
        let id = operation.run(|op| {
            tracing::info!("inside");
            op.records(3);
            Ok::<_, io::Error>(7)
        });
        assert_eq!(id.unwrap(), 7);
        tracing::info!(module = "shop", "outside");
    });
    let [inside, _, outside] = &records[..] else { panic!("{records:#?}") };
    assert_eq!(
        (&inside["operation"], &inside["module"]),
        (&json!("user_registration"), &json!("api"))
    );
    assert_eq!(outside["operation"], Value::Null);
    let record = only(&records);
    assert_eq!(record["message"], "user_registration succeeded");
    assert_eq!((&record["level"], &record["outcome"]), (&json!("INFO"), &json!("success")));
    assert_eq!((&record["module"], &record["user_id"]), (&json!("api"), &json!("u1")));
    assert_eq!(record["fields"], json!({"event.name": "operation", "records": 3}));
}

#[test]
fn an_err_is_a_failure_with_its_sources() {
    let records = written(|service| {
        let failed = service.operation("api", "read").run(|_| Err::<(), _>(refused()));
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::PermissionDenied);
    });
    let record = only(&records);
    assert_eq!((&record["level"], &record["outcome"]), (&json!("ERROR"), &json!("error")));
    assert_eq!(record["message"], "read failed: invalid digit found in string");
    assert_eq!(record["error"]["type"], "std::io::error::Error");
}

#[test]
fn a_panic_goes_on_and_is_told() {
    let records = written(|service| {
        let block = || service.operation("api", "explode").time(|_| panic!("as asked for"));
        let payload = catch_unwind(AssertUnwindSafe(block)).unwrap_err();
        assert_eq!(payload.downcast_ref::<&str>(), Some(&"as asked for"));
        tracing::info!("after");
    });
    let record = only(&records);
    assert_eq!((&record["level"], &record["outcome"]), (&json!("ERROR"), &json!("panic")));
    assert_eq!(record["error"]["message"], "as asked for");
    assert_eq!(records.last().unwrap()["operation"], Value::Null);
}

#[test]
fn a_block_can_say_itself_that_it_failed() {
    let records = written(|service| {
        service.operation("api", "check").time(|op| {
            op.fail(&refused());
            op.fail("a second failure changes nothing");
            op.user("u9");
            7
        });
    });
    let record = only(&records);
    assert_eq!((&record["outcome"], &record["user_id"]), (&json!("error"), &json!("u9")));
    assert_eq!(record["error"]["message"], "invalid digit found in string");
}

#[test]
fn a_guard_that_nobody_ended_is_unfinished() {
    let records = written(|service| {
        let _guard = service.operation("api", "forgotten").start();
        tracing::info!("inside");
    });
    assert_eq!(records[0]["operation"], "forgotten");
    let record = only(&records);
    assert_eq!((&record["level"], &record["outcome"]), (&json!("WARNING"), &json!("unfinished")));
    assert_eq!(record["message"], "forgotten was left unfinished");
}

#[test]
fn a_guard_is_ended_by_hand_once() {
    let succeeded = written(|service| {
        let guard = service.operation("api", "load").start();
        guard.records(2);
        guard.succeed();
        tracing::info!("after");
    });
    assert_eq!(only(&succeeded)["outcome"], "success");
    assert_eq!(only(&succeeded)["fields"]["records"], 2);
    assert_eq!(succeeded.last().unwrap()["operation"], Value::Null);
    let failed = written(|service| service.operation("api", "load").start().fail(&refused()));
    let record = only(&failed);
    assert_eq!((&record["outcome"], &record["level"]), (&json!("error"), &json!("ERROR")));
    assert_eq!(record["error"]["message"], "invalid digit found in string");
}

#[test]
fn a_guard_in_a_panic_is_a_panic_but_one_in_a_destructor_is_not() {
    struct InDrop<'a>(Service<'a>);
    impl Drop for InDrop<'_> {
        fn drop(&mut self) {
            self.0.operation("api", "tidy").start().succeed();
            let _forgotten = self.0.operation("api", "tidy").start();
        }
    }
    let records = written(|service| {
        drop(catch_unwind(AssertUnwindSafe(|| {
            let _tidied = InDrop(service);
            let _guard = service.operation("api", "explode").start();
            panic!("as asked for")
        })));
    });
    let outcomes: Vec<_> = records.iter().map(|it| it["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["panic", "success", "unfinished"]);
}

#[test]
fn an_asynchronous_block_is_timed_over_all_its_polls() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let records = written(|service| {
        let failed = runtime.block_on(service.operation("etl", "nightly").run_async(async |op| {
            op.records(1);
            tokio::task::yield_now().await;
            tracing::info!("inside");
            Err::<(), _>(refused())
        }));
        assert!(failed.is_err());
    });
    assert_eq!(records[0]["operation"], "nightly");
    let record = only(&records);
    assert_eq!((&record["outcome"], &record["module"]), (&json!("error"), &json!("etl")));
    assert_eq!(record["fields"]["records"], 1);
    assert!(record["fields"]["busy_ms"].as_f64() <= record["duration_ms"].as_f64());
}

#[test]
fn a_future_that_is_dropped_is_cancelled_unless_it_never_began() {
    let records = written(|service| {
        drop(service.operation("etl", "never").time_async(async |_| ()));
        let mut waiting = Box::pin(
            service
                .operation("etl", "nightly")
                .future(std::future::pending::<Result<(), String>>()),
        );
        let polled = waiting.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
        drop(waiting);
        let mut block = Box::pin(service.operation("etl", "block").time_async(async |op| {
            op.records(4);
            std::future::pending::<()>().await;
        }));
        assert!(block.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(block);
    });
    let outcomes: Vec<_> = records.iter().map(|it| (&it["operation"], &it["outcome"])).collect();
    let cancelled = json!("cancelled");
    assert_eq!(outcomes, [(&json!("nightly"), &cancelled), (&json!("block"), &cancelled)]);
    assert_eq!(records[1]["fields"]["records"], 4);
}

#[test]
fn a_future_that_panics_or_ends_is_told_and_can_be_sent() {
    fn assert_send<T: Send>(sent: T) -> T {
        sent
    }
    let records = written(|service| {
        let panics = service.operation("etl", "explode").time_async(async |_| panic!("as asked"));
        let mut panics = pin!(assert_send(panics));
        let poll = || panics.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(catch_unwind(AssertUnwindSafe(poll)).is_err());
        let ends = service.operation("etl", "end").future(std::future::ready(Ok::<_, String>(7)));
        let mut ends = pin!(assert_send(ends));
        let polled = ends.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(polled, Poll::Ready(Ok(7)));
    });
    let outcomes: Vec<_> = records.iter().map(|it| it["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["panic", "success"]);
}

#[test]
fn the_level_of_success_is_chosen_and_slow_raises_it() {
    let records = written(|service| {
        service.operation("etl", "quiet").level(Level::Debug).run(|_| ());
        service.operation("etl", "quiet").level(Level::Debug).slow(Duration::ZERO).run(|_| ());
        service.operation("etl", "quiet").run(|_| ());
        service.operation("etl", "quiet").level(Level::Critical).run(|_| ());
    });
    let levels: Vec<_> = records.iter().map(|it| it["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["DEBUG", "WARNING", "INFO", "CRITICAL"]);
}

#[test]
fn operations_nest() {
    let records = written(|service| {
        service.operation("api", "outer").time(|_| {
            service.operation("etl", "inner").time(|_| tracing::info!("innermost"));
            tracing::info!("between");
        });
    });
    let operations: Vec<_> = records.iter().map(|it| it["operation"].as_str().unwrap()).collect();
    assert_eq!(operations, ["inner", "inner", "outer", "outer"]);
}
