use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::Instant;

use rustix::fs::{Advice, fadvise};

use super::nexolog::Api;
use super::peer::Peer;
use super::question::Question;
use crate::figures::quantile;
use crate::stored::{Facts, House, Logger};

/// What the first question after a start takes, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// Until the logger is there.
    pub open: f64,
    /// Then, until it answered Q1.
    pub first: f64,
}

/// Opens the directory and asks for a request, `rounds` times; `cold` has the system forget the files before each.
pub fn opening(house: &House, facts: &Facts, rounds: usize, cold: bool) -> Result<Opening, String> {
    let (mut open, mut first) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        if cold {
            forget(&house.logs()).map_err(|error| format!("forgetting the files: {error}"))?;
        }
        let start = Instant::now();
        let logger = Logger::open(&house.logs());
        open.push(start.elapsed().as_secs_f64() * 1e3);
        let asked = Api::new(&logger, facts).ask(Question::RequestId)?;
        first.extend(asked.map(|asked| asked.took.as_secs_f64() * 1e3));
        logger.close();
    }
    Ok(Opening { open: quantile(&mut open, 0.5), first: quantile(&mut first, 0.5) })
}

/// Takes the files out of the page cache; unlike dropping all of it, this disturbs nobody else and takes no rights.
fn forget(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_file() {
            let file = File::open(&path)?;
            file.sync_all()?;
            fadvise(&file, 0, None, Advice::DontNeed)?;
        }
    }
    Ok(())
}
