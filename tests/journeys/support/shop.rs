//! The example shop as a process of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::{ADMIN, Client, VIEWER, until};

/// A shop that runs. Dropping it kills it.
pub(crate) struct Shop {
    process: Child,
    address: String,
    /// `None` once it was taken over.
    directory: Option<TempDir>,
}

/// Opens a shop with the journeys' tokens and without traffic, in a directory of its own.
pub(crate) fn shop(variables: &[(&str, &str)]) -> Shop {
    Shop::open(tempfile::tempdir().unwrap(), variables)
}

impl Shop {
    /// Opens a shop in `directory`.
    pub(crate) fn open(directory: TempDir, variables: &[(&str, &str)]) -> Shop {
        let mut process = shop_command(directory.path())
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let told = lines(&mut process);
        let address = loop {
            let line = told.recv_timeout(Duration::from_secs(30)).expect("the shop never opened");
            if let Some((_, address)) = line.split_once("The shop   http://") {
                break address.to_owned();
            }
        };
        Shop { process, address, directory: Some(directory) }
    }

    /// An admin of the shop's logs, who can also shop.
    pub(crate) fn client(&self) -> Client {
        Client::admin(format!("http://{}", self.address))
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.as_ref().unwrap().path()
    }

    /// Sends a signal: `INT`, `TERM`, `KILL`.
    pub(crate) fn signal(&self, name: &str) {
        let kill = Command::new("kill").args(["-s", name, &self.process.id().to_string()]).status();
        assert!(kill.unwrap().success());
    }

    pub(crate) async fn exit(&mut self) -> ExitStatus {
        until("the shop ends", async || self.process.try_wait().unwrap()).await
    }

    /// Ends the shop in good order, and gives its files.
    pub(crate) async fn close(mut self) -> TempDir {
        self.signal("TERM");
        assert!(self.exit().await.success());
        self.directory.take().unwrap()
    }

    /// Kills the shop without warning, and gives its files.
    pub(crate) async fn kill(mut self) -> TempDir {
        self.signal("KILL");
        assert!(!self.exit().await.success());
        self.directory.take().unwrap()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // After a test that failed half way; a shop that ended in good order is gone already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The shop as a command, with nothing of this process's environment that would configure it.
pub(crate) fn shop_command(directory: &Path) -> Command {
    let mut command = Command::new(executable());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("LOG_") {
            command.env_remove(name);
        }
    }
    command
        .env("LOG_DIR", directory)
        .env("LOG_API_TOKEN", VIEWER)
        .env("LOG_API_ADMIN_TOKEN", ADMIN)
        .env("SHOP_ADDR", "127.0.0.1:0")
        .env("SHOP_TRAFFIC", "0")
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// Reads on for as long as the process lives: one that nobody reads from would stand still.
fn lines(process: &mut Child) -> Receiver<String> {
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

/// The shop's executable: the one that `SHOP_EXE` names, else a fresh one.
fn executable() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| match std::env::var_os("SHOP_EXE") {
        Some(path) => path.into(),
        None => build(),
    })
}

fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--example", "shop", "--message-format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(built.status.success(), "the shop can't be built");
    let messages = String::from_utf8(built.stdout).unwrap();
    let mut executables = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        (message["target"]["name"] == "shop")
            .then(|| message["executable"].as_str().map(PathBuf::from))?
    });
    executables.next_back().expect("cargo names the shop's executable")
}
