//! Events that are logged while another is formatted, where the thread's storage is gone already. Alone in its
//! process, as `nested`.

use std::fmt;

use nexolog_core::{Console, Nexolog};

struct LogsItself(u32);

impl fmt::Debug for LogsItself {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > 0 {
            tracing::info!(inner = ?LogsItself(self.0 - 1), "nested");
        }
        f.write_str("done")
    }
}

struct LogsWhenItGoes;

impl Drop for LogsWhenItGoes {
    fn drop(&mut self) {
        tracing::info!(outer = ?LogsItself(1_000_000), "last words");
    }
}

thread_local! {
    static LAST: LogsWhenItGoes = const { LogsWhenItGoes };
}

#[test]
fn fault_11_logging_while_formatting_ends_in_thread_local_destructors_too() {
    let directory = tempfile::tempdir().unwrap();
    let logs = Nexolog::builder("shop").directory(directory.path()).console(Console::Off);
    let logs = logs.install().unwrap();
    let thread = std::thread::spawn(|| {
        // What is used first goes last: the logger's own storage is gone before it.
        LAST.with(|_| {});
        tracing::info!("first words");
    });
    thread.join().unwrap();
    logs.shutdown().unwrap();
    let log = std::fs::read_to_string(directory.path().join("shop.jsonl")).unwrap();
    let count = |text: &str| log.lines().filter(|line| line.contains(text)).count();
    assert_eq!((count("first words"), count("last words")), (1, 1));
    assert_eq!(count("\"message\":\"nested\""), 3, "{log}");
    assert_eq!(logs.counters().lost(), 1, "one nested too deep");
}
