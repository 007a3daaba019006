//! Events that are logged while another is formatted. Alone in its process: once any thread has used a
//! scoped subscriber, `tracing` drops nested events by itself.

use std::fmt;

use nexolog_core::Nexolog;
use serde_json::Value;

struct LogsItself(u32);

impl fmt::Debug for LogsItself {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > 0 {
            tracing::info!(inner = ?LogsItself(self.0 - 1), depth = self.0, "nested");
        }
        f.write_str("done")
    }
}

#[test]
fn fault_11_logging_while_formatting_ends_and_is_counted() {
    let directory = tempfile::tempdir().unwrap();
    let logs = Nexolog::builder("shop")
        .directory(directory.path())
        .console(nexolog_core::Console::Off)
        .install()
        .unwrap();
    tracing::info!(outer = ?LogsItself(10), "first");
    tracing::info!("second");
    logs.shutdown().unwrap();
    tracing::info!("too late");
    let log = std::fs::read_to_string(directory.path().join("shop.jsonl")).unwrap();
    let records: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let own = records.iter().filter(|record| record["module"] == "nested").count();
    assert_eq!(own, 2 + 3, "two events and three levels of nesting");
    let lost = &records.iter().find(|record| record["message"] == "lost").unwrap()["fields"];
    assert_eq!((&lost["cause"], &lost["count"]), (&Value::from("recursion"), &Value::from(1)));
    assert_eq!(logs.counters().lost(), 2, "one nested too deep, one too late");
    let messages: Vec<&Value> = records.iter().map(|record| &record["message"]).collect();
    let at = |message: &str| messages.iter().position(|known| *known == message).unwrap();
    assert!(at("nested") < at("first"), "what is logged while formatting comes first");
    assert!(at("first") < at("second"));
}
