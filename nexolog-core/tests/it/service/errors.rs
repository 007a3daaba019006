//! Errors of every kind, whole.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use nexolog_core::service::Service;
use nexolog_core::{Context, Operation};
use serde_json::{Value, json};

use crate::child;
use crate::support::{Logged, logged};

#[derive(Debug)]
struct Outer(Inner);

#[derive(Debug)]
struct Inner(std::num::ParseIntError);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("order not saved")
    }
}

impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("quantity can't be read")
    }
}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

impl Error for Inner {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

fn outer() -> Outer {
    Outer(Inner("x".parse::<u8>().unwrap_err()))
}

const SOURCES: [&str; 2] = ["quantity can't be read", "invalid digit found in string"];

fn written(log: impl FnOnce(Service<'_>)) -> Logged {
    logged(|builder| builder, |logs| log(logs.service()))
}

#[test]
fn every_kind_of_error_has_its_message_and_every_source() {
    let dynamic: &dyn Error = &outer();
    let boxed: Box<dyn Error> = outer().into();
    let sent: Box<dyn Error + Send + Sync> = outer().into();
    let all = written(|service| {
        service.error(&outer()).log();
        service.error(dynamic).log();
        service.error(&boxed).log();
        service.error(&*boxed).log();
        service.error(&sent).log();
        service.error(&Box::new(outer())).log();
        service.error(&Arc::new(outer())).log();
        service.error(&anyhow::Error::new(outer())).log();
        service.error(&eyre::Report::new(outer())).log();
    });
    let records = all.records();
    assert_eq!(records.len(), 9);
    for record in &records {
        assert_eq!(record["message"], "order not saved");
        assert_eq!(record["error"]["message"], "order not saved");
        assert_eq!(record["error"]["chain"], json!(SOURCES));
        assert_eq!((&record["level"], &record["outcome"]), (&json!("ERROR"), &json!("error")));
        assert_eq!(record["fields"], json!({"event.name": "error"}));
        assert_eq!(record["file"], file!());
    }
    let types: Vec<_> = records.iter().map(|it| it["error"]["type"].as_str().unwrap()).collect();
    assert!(types[0].ends_with("errors::Outer"), "{types:?}");
    assert_eq!(types[7..], ["anyhow::Error", "eyre::Report"]);
    assert_eq!(all.file("error.log"), records);
}

#[test]
fn context_that_was_added_comes_first() {
    let added = anyhow::Error::new(outer()).context("checkout");
    let wrapped = eyre::Report::new(outer()).wrap_err("checkout");
    let all = written(|service| {
        service.error(&added).log();
        drop(service.operation("api", "checkout").run(|_| Err::<(), _>(wrapped)));
    });
    for record in all.records() {
        assert_eq!(record["error"]["message"], "checkout");
        assert_eq!(record["error"]["chain"], json!(["order not saved", SOURCES[0], SOURCES[1]]));
    }
}

#[test]
fn texts_are_errors_without_a_type() {
    let all = written(|service| {
        service.error("the disk is full").code("no_room").log();
        service.error(&format!("{} left", 0)).log();
    });
    let [plain, made] = &all.records()[..] else { panic!() };
    assert_eq!(plain["error"], json!({"message": "the disk is full", "chain": []}));
    assert_eq!(plain["fields"]["code"], "no_room");
    assert_eq!(made["message"], "0 left");
}

#[test]
fn an_error_belongs_to_what_it_happened_in_else_to_the_service() {
    static ORDERS: Operation = Operation::new("place").with_module("orders");
    let all = written(|service| {
        service.error("a").log();
        Context::current().with_operation(&ORDERS).scope(|| service.error("b").log());
        tracing::info_span!("span", module = "spanned").in_scope(|| service.error("c").log());
        service.error("d").module("named").log();
        nexolog_core::service().error("e").log();
    });
    let modules: Vec<_> = all.records().iter().map(|it| it["module"].clone()).collect();
    assert_eq!(modules, ["shop", "orders", "spanned", "named", "app"]);
}

#[test]
fn a_backtrace_that_somebody_gives_is_kept_whole() {
    let captured = std::backtrace::Backtrace::force_capture();
    let long = "   0: shop::orders::place\n".repeat(1_500);
    let all = written(|service| {
        service.error(&outer()).backtrace(&captured).log();
        service.error(&outer()).backtrace(&std::backtrace::Backtrace::disabled()).log();
        service.error(&outer()).backtrace(&long).log();
    });
    let [given, none, whole] = &all.file("error.log")[..] else { panic!() };
    assert!(given["error"]["backtrace"].as_str().unwrap().contains("a_backtrace_that_somebody"));
    assert_eq!(none["error"].get("backtrace"), None);
    assert!(long.len() > 16 << 10);
    assert_eq!(whole["error"]["backtrace"], long.trim());
    assert_eq!(whole["fields"].get("truncated"), None);
}

#[test]
fn a_panicking_error_harms_nobody() {
    #[derive(Debug)]
    struct Panics;
    impl fmt::Display for Panics {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("in Display")
        }
    }
    impl Error for Panics {}
    let all = written(|service| {
        service.error(&Panics).log();
        drop(service.operation("api", "x").run(|_| Err::<(), _>(Panics)));
    });
    for record in all.records() {
        assert_eq!(record["error"]["message"], "<panicked while formatting>");
    }
}

#[test]
#[ignore = "a child of the test below"]
fn logs_errors_that_captured_a_backtrace() {
    if !child::is("service::errors::logs_errors_that_captured_a_backtrace") {
        return;
    }
    let logs = child::builder().install().unwrap();
    logs.service().error(&anyhow::anyhow!("by anyhow")).log();
    nexolog_core::service().error(&eyre::eyre!("by eyre")).log();
    let operation = logs.service().operation("api", "checkout");
    drop(operation.run(|_| Err::<(), _>(anyhow::anyhow!("in an operation"))));
    logs.service().external_call("payments").failed(&anyhow::anyhow!("in a call"));
    logs.shutdown().unwrap();
}

#[test]
fn what_anyhow_and_eyre_captured_is_in_the_error_file() {
    for wanted in [true, false] {
        let directory = tempfile::tempdir().unwrap();
        let name = "service::errors::logs_errors_that_captured_a_backtrace";
        let mut command = child::command(name, directory.path());
        command
            .env("RUST_BACKTRACE", if wanted { "1" } else { "0" })
            .env_remove("RUST_LIB_BACKTRACE");
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let mut records = crate::support::records(&directory.path().join("error.log"));
        records.retain(|record| record["module"] != "nexolog");
        assert_eq!(records.len(), 4, "{records:#?}");
        for record in &records {
            let backtrace = &record["error"]["backtrace"];
            let has = |text: &Value| text.as_str().is_some_and(|text| text.contains("logs_errors"));
            assert_eq!(has(backtrace), wanted, "{record:#}");
        }
    }
}
