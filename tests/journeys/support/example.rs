//! The examples as processes of their own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::{parsed, until};

/// An example that serves. Dropping it kills it.
pub(crate) struct Example {
    name: &'static str,
    process: Child,
    pub(crate) base: String,
    directory: TempDir,
}

impl Example {
    /// Starts a serving example on a free port, which it takes from the variable `address`.
    pub(crate) fn start(name: &'static str, address: &str) -> Example {
        let directory = tempfile::tempdir().unwrap();
        let mut process = example_command(&example_executable(name), directory.path())
            .env(address, "127.0.0.1:0")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let told = lines(&mut process);
        let base = loop {
            let line = told.recv_timeout(Duration::from_secs(30)).expect("it never listened");
            if let Some(base) = line.strip_prefix("listening on ") {
                break base.to_owned();
            }
        };
        Example { name, process, base, directory }
    }

    /// Ends it in good order, and gives the events of its requests.
    pub(crate) async fn requests(mut self) -> Vec<Value> {
        let process = self.process.id().to_string();
        let killed = Command::new("kill").args(["-s", "TERM", &process]).status().unwrap();
        assert!(killed.success());
        let status = until("it ends", async || self.process.try_wait().unwrap()).await;
        assert!(status.success());
        events(&self.directory, self.name, "request")
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        // After a test that failed half way; one that ended in good order is gone already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Runs an example to its end; gives its directory.
pub(crate) fn run_example(name: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let output = example_command(&example_executable(name), directory.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    directory
}

/// The records of this event in a directory.
pub(crate) fn events(directory: &TempDir, service: &str, name: &str) -> Vec<Value> {
    let mut records = parsed(&directory.path().join(format!("{service}.jsonl")));
    records.retain(|record| record["fields"]["event.name"] == name);
    records
}

/// An example as a command, with nothing of this process's environment that would configure it.
pub(super) fn example_command(executable: &Path, directory: &Path) -> Command {
    let mut command = Command::new(executable);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("LOG_") {
            command.env_remove(name);
        }
    }
    command
        .env("LOG_DIR", directory)
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// An example's executable: beside the shop that `SHOP_EXE` names, else a fresh one.
pub(super) fn example_executable(name: &str) -> PathBuf {
    let beside = std::env::var_os("SHOP_EXE").map(|shop| PathBuf::from(shop).with_file_name(name));
    beside.filter(|path| path.exists()).unwrap_or_else(|| build(name))
}

/// Reads on for as long as the process lives: one that nobody reads from would stand still.
pub(super) fn lines(process: &mut Child) -> Receiver<String> {
    let (sender, receiver) = channel();
    let errors = BufReader::new(process.stderr.take().unwrap());
    std::thread::spawn(move || {
        for line in errors.lines().map_while(Result::ok) {
            // Nobody listens any more once the address is known.
            drop(sender.send(line));
        }
    });
    receiver
}

fn build(name: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--all-features", "--example", name, "--message-format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(built.status.success(), "{name} can't be built");
    let messages = String::from_utf8(built.stdout).unwrap();
    let mut executables = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        (message["target"]["name"] == name)
            .then(|| message["executable"].as_str().map(PathBuf::from))?
    });
    executables.next_back().expect("cargo names the executable")
}
