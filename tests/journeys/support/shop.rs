//! The example shop as a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use tempfile::TempDir;

use super::example::{example_command, example_executable, lines};
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
        let mut command = shop_command(directory.path());
        command.envs(variables.iter().copied());
        Shop::run(command, directory)
    }

    /// Opens a shop whose system calls that take a path are written to `trace`.
    pub(crate) fn open_traced(directory: TempDir, trace: &Path) -> Shop {
        // The tracer is a child of the shop's, so that the shop is the process that is killed.
        let tracer = ["-D", "-f", "-qq", "-e", "trace=%file", "-o"];
        let mut command = example_command(Path::new("strace"), directory.path());
        command.args(tracer).arg(trace).arg(executable());
        Shop::run(for_journeys(command), directory)
    }

    fn run(mut command: Command, directory: TempDir) -> Shop {
        let mut process = command.stdout(Stdio::null()).spawn().unwrap();
        let told = lines(&mut process);
        let address = loop {
            let line = told.recv_timeout(Duration::from_secs(30)).expect("the shop never opened");
            if let Some((_, address)) = line.split_once("The shop   http://") {
                break address.to_owned();
            }
        };
        Shop { process, address, directory: Some(directory) }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
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
    for_journeys(example_command(executable(), directory))
}

fn for_journeys(mut command: Command) -> Command {
    command
        .env("LOG_API_TOKEN", VIEWER)
        .env("LOG_API_ADMIN_TOKEN", ADMIN)
        .env("SHOP_ADDR", "127.0.0.1:0")
        .env("SHOP_TRAFFIC", "0");
    command
}

/// The shop's executable: the one that `SHOP_EXE` names, else a fresh one.
fn executable() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| example_executable("shop"))
}
