use std::path::Path;

use nexolog::{Console, Nexolog, logged};

use super::{Annotated, YieldOnce, work};

/// `#[logged]` while nothing is logged at all.
pub struct LoggedOff {
    _logs: Nexolog,
}

/// `#[logged]` whose success is below the level that is written; a panic still would be.
pub struct LoggedLevelOff {
    _logs: Nexolog,
}

/// `#[logged]` with an event a call, in the main log and a module's file.
pub struct LoggedOn {
    _logs: Nexolog,
}

impl Annotated for LoggedOff {
    const BURST: u64 = 1_000_000;

    fn start(directory: &Path) -> LoggedOff {
        LoggedOff { _logs: install(directory, "off") }
    }

    fn sync(number: u64) -> u64 {
        sync_on(number)
    }

    fn ready(number: u64) -> impl Future<Output = u64> {
        ready_on(number)
    }

    fn yielding(number: u64) -> impl Future<Output = u64> {
        yielding_on(number)
    }
}

impl Annotated for LoggedLevelOff {
    const BURST: u64 = 100_000;

    fn start(directory: &Path) -> LoggedLevelOff {
        LoggedLevelOff { _logs: install(directory, "info") }
    }

    fn sync(number: u64) -> u64 {
        sync_off(number)
    }

    fn ready(number: u64) -> impl Future<Output = u64> {
        ready_off(number)
    }

    fn yielding(number: u64) -> impl Future<Output = u64> {
        yielding_off(number)
    }
}

impl Annotated for LoggedOn {
    fn start(directory: &Path) -> LoggedOn {
        LoggedOn { _logs: install(directory, "info") }
    }

    fn sync(number: u64) -> u64 {
        sync_on(number)
    }

    fn ready(number: u64) -> impl Future<Output = u64> {
        ready_on(number)
    }

    fn yielding(number: u64) -> impl Future<Output = u64> {
        yielding_on(number)
    }
}

fn install(directory: &Path, level: &str) -> Nexolog {
    Nexolog::builder("bench")
        .directory(directory)
        .console(Console::Off)
        .level(level)
        .install()
        .expect("a fresh directory and process")
}

#[inline(never)]
#[logged(level = debug)]
fn sync_off(number: u64) -> u64 {
    work(number)
}

#[logged(level = debug)]
async fn ready_off(number: u64) -> u64 {
    work(number)
}

#[logged(level = debug)]
async fn yielding_off(number: u64) -> u64 {
    YieldOnce::default().await;
    work(number)
}

#[inline(never)]
#[logged]
fn sync_on(number: u64) -> u64 {
    work(number)
}

#[logged]
async fn ready_on(number: u64) -> u64 {
    work(number)
}

#[logged]
async fn yielding_on(number: u64) -> u64 {
    YieldOnce::default().await;
    work(number)
}
