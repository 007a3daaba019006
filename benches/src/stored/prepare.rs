use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::logger::of_others;
use super::segments::Segments;
use super::{Facts, House, Logger, SEGMENT, SERVICE};
use crate::corpus::{Line, RealMessages, Story, start_before};

const SEED: u64 = 20_261_125;
const HALF: u64 = SEGMENT as u64 / 2;
const HOUR: i64 = 3_600_000_000;

/// Segments that are sealed in one go, so that plain and compressed lines never fill the disk together.
const BATCH: usize = 25;

/// What the lines' messages are.
#[derive(Clone, Debug)]
pub enum Flavour {
    /// From templates.
    Templates,
    /// Drawn from those that other programs wrote.
    Real(RealMessages),
}

/// What sealing cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sealing {
    /// Processor time of the process, less what it takes to open the directory again.
    pub cpu: Duration,
    /// Lines that were sealed.
    pub lines: u64,
    /// Their bytes as text.
    pub bytes: u64,
}

/// Fills `house` with `megabytes` of lines of which the last half segment is in the active file, all others sealed by
/// the logger itself.
pub fn prepare(house: &House, megabytes: u64, flavour: &Flavour) -> io::Result<(Facts, Sealing)> {
    let real = match flavour {
        Flavour::Templates => None,
        Flavour::Real(messages) => Some(messages.clone()),
    };
    // Half a segment is left for the active file.
    let wanted = (megabytes * 1_000_000 / SEGMENT as u64) * SEGMENT as u64 + HALF;
    let start = start_before(Timestamp::now().as_microsecond() / (24 * HOUR) * (24 * HOUR));
    let lines = wanted / mean_length(start, real.clone());
    let mut story = Story::new(SEED, start, lines, real);
    let mut segments = Segments::new(&house.logs(), &house.plain())?;
    let mut facts = Facts { span: (start, start), ..Facts::default() };
    let mut sealing = Sealing::default();
    let mut line = Line::default();
    while facts.bytes < wanted {
        story.tell(&mut line);
        segments.add(line.seq, &line.text)?;
        facts.note(&line, wanted);
        if segments.waiting == BATCH {
            sealing.cpu += seal(&house.logs())?;
            segments.waiting = 0;
        }
    }
    if segments.waiting > 0 {
        sealing.cpu += seal(&house.logs())?;
    }
    segments.finish()?;
    sealing.bytes = facts.bytes - HALF;
    sealing.lines = facts.lines * sealing.bytes / facts.bytes;
    facts.write(&house.facts())?;
    Ok((facts, sealing))
}

/// What it takes to compress files of modules, which are second copies of lines and have no index: as much text as one
/// module keeps.
pub fn seal_module_files(house: &House) -> io::Result<Sealing> {
    const FILES: usize = 5;
    let other = House::temporary()?;
    let mut lines = BufReader::new(File::open(house.plain())?);
    let mut sealing = Sealing::default();
    let mut text = Vec::new();
    for first_seq in 1..=FILES {
        text.clear();
        while text.len() < SEGMENT && lines.read_until(b'\n', &mut text)? > 0 {
            sealing.lines += 1;
        }
        sealing.bytes += text.len() as u64;
        fs::write(other.logs().join(format!("api.{first_seq:012}.log")), &text)?;
    }
    sealing.cpu = seal(&other.logs())?;
    Ok(sealing)
}

fn mean_length(start: i64, real: Option<RealMessages>) -> u64 {
    const SAMPLE: u64 = 2_000;
    let mut story = Story::new(SEED, start, SAMPLE, real);
    let mut line = Line::default();
    let mut bytes = 0;
    for _ in 0..SAMPLE {
        story.tell(&mut line);
        bytes += line.text.len() as u64;
    }
    bytes / SAMPLE
}

impl Facts {
    fn note(&mut self, line: &Line, wanted: u64) {
        self.lines += 1;
        self.bytes += line.text.len() as u64;
        self.span.1 = line.micros;
        if self.bytes < wanted / 2 {
            return;
        }
        if self.hour == 0 {
            self.hour = line.micros / HOUR * HOUR;
        }
        let Some((request_id, user_id)) = line.request_id.as_ref().zip(line.user_id.as_ref())
        else {
            return;
        };
        if self.request_id.is_empty() {
            self.request_id.clone_from(request_id);
        }
        if self.user_id.is_empty() && line.text.contains("timeout") {
            self.user_id.clone_from(user_id);
        }
    }
}

/// Lets a logger seal what lies there, and leaves sealed files only: the active file of that logger would stand between
/// two batches. Gives the processor time that sealing took.
pub(super) fn seal(logs: &Path) -> io::Result<Duration> {
    let first = open_until_at_rest(logs)?;
    let again = open_until_at_rest(logs)?;
    for entry in fs::read_dir(logs)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !name.starts_with(&format!("{SERVICE}.0")) {
            fs::remove_file(&path)?;
        }
    }
    Ok(first.saturating_sub(again))
}

fn open_until_at_rest(logs: &Path) -> io::Result<Duration> {
    let before = of_others();
    let logger = Logger::open(logs);
    logger.wait_until_sealed()?;
    let used = of_others().saturating_sub(before);
    logger.close();
    Ok(used)
}
