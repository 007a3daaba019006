//! Names of modules that nobody knows may be typing errors, and are told.

use nexolog_core::{Console, Nexolog};
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;

use crate::ledger::{self, is_own};

/// Runs a logger with these modules enabled and gives what it says of unknown ones.
fn told(directory: &std::path::Path, modules: &[&str]) -> Vec<Value> {
    let builder = Nexolog::builder("shop").directory(directory).console(Console::Off);
    let logs = builder.modules_enabled(modules.iter().copied()).build().unwrap();
    let subscriber = tracing_subscriber::registry().with(logs.layer());
    tracing::subscriber::with_default(subscriber, || tracing::info!(module = "orders", "placed"));
    logs.shutdown().unwrap();
    // Where the run before still lets go of the directory, this one writes beneath it.
    let records = ledger::main_log(logs.directory());
    let run = records.iter().rposition(|record| record["message"] == "started").unwrap();
    let told = records[run..].iter().filter(|r| is_own(r) && r["message"] == "unknown modules");
    told.cloned().collect()
}

#[test]
fn an_enabled_module_that_nobody_knows_is_told_once_at_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let all = ["auth", "autth", "orders", "audit", "nexolog", "database"];
    let [warning] = &told(directory.path(), &all)[..] else { panic!("told once") };
    assert_eq!(
        (&warning["level"], &warning["fields"]["modules"]),
        (&"WARNING".into(), &"autth,orders".into())
    );

    let [warning] = &told(directory.path(), &all)[..] else { panic!("told once a run") };
    assert_eq!(warning["fields"]["modules"], "autth", "the run before has written orders");
    assert_eq!(told(directory.path(), &["auth", "orders"]), [] as [Value; 0]);
    assert!(told(directory.path(), &["*"]).is_empty());
}
