//! Children of the tests: a test of this very binary that is run in a process of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use nexolog_core::{Builder, Console, Nexolog};

const MARK: &str = "NEXOLOG_TEST_CHILD";

/// The command that runs the ignored test `name` (its whole path) with `directory` as its log directory.
pub(crate) fn command(name: &str, directory: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--include-ignored", "--nocapture"]);
    command.env("LOG_DIR", directory).env(MARK, name);
    command
}

/// Whether this process is that child, and not an ordinary run of all tests.
pub(crate) fn is(name: &str) -> bool {
    std::env::var(MARK).is_ok_and(|child| child == name)
}

/// A child that is talked to.
pub(crate) struct Running {
    pub(crate) process: Child,
    says: BufReader<ChildStdout>,
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Running {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let says = BufReader::new(process.stdout.take().unwrap());
        Running { process, says }
    }

    /// What follows `word` in the next line that has it.
    pub(crate) fn hear(&mut self, word: &str) -> String {
        let mut line = String::new();
        while self.says.read_line(&mut line).unwrap() > 0 {
            // Test names of the harness may stand before it in the line.
            if let Some((_, rest)) = line.split_once(word) {
                return rest.trim().to_owned();
            }
            line.clear();
        }
        panic!("the child ended without saying `{word}`");
    }
}

/// In the child: the logger that its parent's variables ask for.
pub(crate) fn builder() -> Builder {
    Nexolog::from_env("shop").unwrap().console(Console::Off)
}

/// Asks until it is so.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < deadline, "in vain: {what}");
        std::thread::yield_now();
    }
}
