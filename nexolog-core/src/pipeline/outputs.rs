use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::copies::Copies;
use super::lines::LineKind;
use super::losses::Cause;
use super::reach::Reach;
use super::trouble::Trouble;
use crate::config::{Durability, Settings};
use crate::record::Level;
#[cfg(feature = "api")]
use crate::sink::Feed;
use crate::sink::{LineBatch, SinkWorker};
use crate::store::{Directory, Family, is_out_of_files};

/// Everywhere a line goes.
#[derive(Debug)]
pub(crate) struct Outputs {
    pub(super) directory: Directory,
    main: Family,
    pub(super) copies: Copies,
    durability: Durability,
    /// Lines of this batch, gathered while anybody listens.
    batch: LineBatch,
    pub(super) sinks: Vec<SinkWorker>,
    missed_at: Option<Instant>,
    #[cfg(feature = "api")]
    feed: Feed,
    pub(super) trouble: Trouble,
    /// Levels of the main log's lines that are not in the file yet; `None` for Nexolog's own.
    pending: Vec<Option<Level>>,
    /// Whether second copies wait to be written.
    copies_wait: bool,
    /// Lines that the main log took, the heads of segments not counted.
    taken: u64,
    /// Why it did not take what it was given last.
    refused: Cause,
    /// It takes nothing until everything that waits is written, so that what is missing is missing in one place.
    is_refusing: bool,
}

/// The main log did not take a line.
#[derive(Debug)]
pub(super) struct NotTaken(pub(super) Cause);

impl Outputs {
    pub(crate) fn new(
        mut directory: Directory,
        settings: &Settings,
        sinks: Vec<SinkWorker>,
        #[cfg(feature = "api")] feed: Feed,
    ) -> io::Result<Outputs> {
        Ok(Outputs {
            main: directory.main()?,
            directory,
            copies: Copies::new(settings.max_modules),
            durability: settings.durability,
            batch: LineBatch::default(),
            sinks,
            missed_at: None,
            #[cfg(feature = "api")]
            feed,
            trouble: Trouble::default(),
            pending: Vec::new(),
            copies_wait: false,
            taken: 0,
            refused: Cause::WriteFailed,
            is_refusing: false,
        })
    }

    /// Whether the main log's segment has room for a line of this length.
    pub(super) fn fits(&self, length: usize) -> bool {
        self.main.fits(length)
    }

    /// Begins a new segment of the main log; `false` when that has to wait, and the old one is written on.
    pub(super) fn rotate(&mut self) -> bool {
        let rotated = self.main.rotate();
        if let Err(error) = &rotated {
            self.trouble.note("rotating the main log", error);
        }
        rotated.is_ok()
    }

    /// Lines that the main log took since the start, the heads of segments not counted.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// Writes a line everywhere it belongs.
    pub(super) fn append(
        &mut self,
        seq: u64,
        level: Level,
        module: &str,
        kind: LineKind,
        line: &[u8],
    ) -> Result<(), NotTaken> {
        if self.is_refusing {
            return Err(NotTaken(self.refused));
        }
        if let Err(error) = self.main.append(seq, line) {
            // A line that is too long for the file is refused alone.
            self.is_refusing = self.main.is_refusing();
            self.refused = Cause::of_disk(&error);
            self.trouble.note("keeping lines for the main log", &error);
            return Err(NotTaken(self.refused));
        }
        self.taken += u64::from(kind != LineKind::Head);
        self.pending.push((kind == LineKind::Event).then_some(level));
        self.copies_wait = true;
        self.copies.append(seq, level, module, line, &mut self.directory, &mut self.trouble);
        if self.is_listened_to()
            && let Ok(line) = std::str::from_utf8(line)
        {
            self.batch.push(seq, level, line);
        }
        Ok(())
    }

    /// Whether there is something to write.
    pub(super) fn has_unwritten(&self, reach: Reach) -> bool {
        !self.pending.is_empty() || (reach == Reach::Everything && self.copies_wait)
    }

    /// Has a main log that was removed come back, also when there is nothing to write to it.
    pub(super) fn look_after_main(&mut self, at_once: bool) {
        if at_once {
            self.main.look_again();
        }
        if let Err(error) = self.main.look_after() {
            self.trouble.note("looking after the main log", &error);
        }
    }

    /// Writes out what was gathered, one write a file, and hands it to whoever listens. Where records must
    /// survive a power cut, it waits for the disk to have the main log.
    pub(super) fn write_out(&mut self, reach: Reach) -> io::Result<()> {
        let mut written = self.write_main();
        if written.as_ref().is_err_and(is_out_of_files) {
            // The main log goes before its copies.
            self.copies.close_idle();
            written = self.write_main();
        }
        match &written {
            Ok(()) => {
                self.pending.clear();
                self.is_refusing = false;
                self.trouble.main_is_well();
            }
            Err(error) => {
                self.refused = Cause::of_disk(error);
                self.trouble.main_fails(error);
            }
        }
        if reach == Reach::Everything {
            self.copies_wait = false;
            self.copies.write_out(&mut self.trouble);
        }
        self.publish();
        written
    }

    fn write_main(&mut self) -> io::Result<()> {
        match self.durability {
            Durability::Batched | Durability::Written => self.main.write_out(),
            Durability::Synced => self.main.sync(),
        }
    }

    /// Lines that sinks missed since this was last asked, unless that was less than `every` ago.
    pub(super) fn take_missed(&mut self, every: Duration) -> Vec<(&'static str, u64)> {
        if self.sinks.is_empty() || self.missed_at.is_some_and(|at| at.elapsed() < every) {
            return Vec::new();
        }
        self.missed_at = Some(Instant::now());
        let missed = self.sinks.iter_mut().map(|sink| (sink.name(), sink.take_untold()));
        missed.filter(|(_, count)| *count > 0).collect()
    }

    /// Gives up what the main log still holds in memory: why, and its lines by level, Nexolog's own not counted.
    pub(super) fn give_up(&mut self) -> (Cause, [u64; 6]) {
        let discarded = self.main.discard();
        let lines = usize::try_from(discarded.lines).unwrap_or(usize::MAX).min(self.pending.len());
        let mut by_level = [0; 6];
        for level in self.pending.drain(..).rev().take(lines).flatten() {
            by_level[level as usize] += 1;
        }
        (self.refused, by_level)
    }

    fn publish(&mut self) {
        if self.batch.ends.is_empty() {
            return;
        }
        let batch = Arc::new(std::mem::take(&mut self.batch));
        for sink in &self.sinks {
            sink.offer(&batch);
        }
        #[cfg(feature = "api")]
        self.feed.publish(batch);
    }

    fn is_listened_to(&self) -> bool {
        #[cfg(feature = "api")]
        let watched = self.feed.is_watched();
        #[cfg(not(feature = "api"))]
        let watched = false;
        watched || !self.sinks.is_empty()
    }
}
