use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::trouble::Trouble;
use crate::config::{Durability, Settings};
use crate::record::Level;
#[cfg(feature = "api")]
use crate::sink::Feed;
use crate::sink::{LineBatch, SinkWorker};
use crate::store::{Directory, Family};

/// The module of lines whose own would be one too many.
const OVERFLOW_MODULE: &str = "other";

/// Pause before a module's file that could not be opened is tried again.
const OPEN_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Everywhere a line goes.
#[derive(Debug)]
pub(crate) struct Outputs {
    pub(super) directory: Directory,
    main: Family,
    errors: CopyFile,
    modules: Vec<ModuleOutput>,
    modules_by_name: HashMap<String, usize>,
    /// Where in `modules` the last line's module is: the next line's is mostly the same.
    last_module: usize,
    max_modules: usize,
    durability: Durability,
    /// Lines of this batch, gathered while anybody listens.
    batch: LineBatch,
    pub(super) sinks: Vec<SinkWorker>,
    missed_at: Option<Instant>,
    #[cfg(feature = "api")]
    feed: Feed,
    pub(super) trouble: Trouble,
    /// Levels of the main log's lines that are not in the file yet.
    pending: Vec<Level>,
}

#[derive(Debug, Default)]
struct ModuleOutput {
    name: String,
    file: CopyFile,
    written: u64,
}

/// The main log did not take a line.
#[derive(Debug)]
pub(super) struct NotTaken;

impl Outputs {
    pub(crate) fn new(
        mut directory: Directory,
        settings: &Settings,
        sinks: Vec<SinkWorker>,
        #[cfg(feature = "api")] feed: Feed,
    ) -> io::Result<Outputs> {
        Ok(Outputs {
            main: directory.main()?,
            errors: CopyFile::default(),
            directory,
            modules: Vec::new(),
            modules_by_name: HashMap::new(),
            last_module: 0,
            max_modules: settings.max_modules,
            durability: settings.durability,
            batch: LineBatch::default(),
            sinks,
            missed_at: None,
            #[cfg(feature = "api")]
            feed,
            trouble: Trouble::default(),
            pending: Vec::new(),
        })
    }

    /// The module under which a line of `module` is written: itself, unless there are too many.
    pub(super) fn admit<'a>(&mut self, module: &'a str) -> &'a str {
        if module == OVERFLOW_MODULE || self.find_module(module).is_some() {
            return module;
        }
        if self.modules.len() >= self.max_modules {
            return OVERFLOW_MODULE;
        }
        self.add_module(module);
        module
    }

    /// Lines written of each module since the start.
    #[cfg(feature = "api")]
    pub(super) fn modules(&self) -> impl Iterator<Item = (&str, u64)> {
        self.modules.iter().map(|output| (output.name.as_str(), output.written))
    }

    fn find_module(&mut self, module: &str) -> Option<usize> {
        if self.modules.get(self.last_module).is_none_or(|output| output.name != module) {
            self.last_module = *self.modules_by_name.get(module)?;
        }
        Some(self.last_module)
    }

    fn add_module(&mut self, module: &str) -> usize {
        let at = self.modules.len();
        self.modules.push(ModuleOutput { name: module.to_owned(), ..ModuleOutput::default() });
        self.modules_by_name.insert(module.to_owned(), at);
        at
    }

    /// Whether the main log's segment has room for a line of this length.
    pub(super) fn fits(&self, length: usize) -> bool {
        self.main.fits(length)
    }

    /// Begins a new segment of the main log.
    pub(super) fn rotate(&mut self) {
        if let Err(error) = self.main.rotate() {
            self.trouble.note("rotating the main log", &error);
        }
    }

    /// Writes a line everywhere it belongs.
    pub(super) fn append(
        &mut self,
        seq: u64,
        level: Level,
        module: &str,
        line: &[u8],
    ) -> Result<(), NotTaken> {
        if let Err(error) = self.main.append(seq, line) {
            self.trouble.note("writing the main log", &error);
            return Err(NotTaken);
        }
        self.pending.push(level);
        self.append_copies(seq, level, module, line);
        if self.is_listened_to()
            && let Ok(line) = std::str::from_utf8(line)
        {
            self.batch.push(seq, level, line);
        }
        Ok(())
    }

    /// The module's file and the error file are second copies: trouble with them is told, and loses nothing.
    fn append_copies(&mut self, seq: u64, level: Level, module: &str, line: &[u8]) {
        let at = self.find_module(module).unwrap_or_else(|| self.add_module(module));
        let Some(output) = self.modules.get_mut(at) else { return };
        output.written += 1;
        let errors = (level >= Level::Error).then_some(("error", &mut self.errors));
        for (name, file) in errors.into_iter().chain([(module, &mut output.file)]) {
            let Some(family) = file.opened(name, &mut self.directory, &mut self.trouble) else {
                continue;
            };
            if let Err(error) = family.append(seq, line) {
                self.trouble.note("writing a module's file", &error);
            }
        }
    }

    /// Whether the main log waits for a write that failed before.
    pub(super) fn has_unwritten(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Writes out what was gathered, one write a file, and hands it to whoever listens. Where records must
    /// survive a power cut, it waits for the disk to have the main log.
    pub(super) fn write_out(&mut self) -> io::Result<()> {
        let written = match self.durability {
            Durability::Batched | Durability::Written => self.main.write_out(),
            Durability::Synced => self.main.sync(),
        };
        match &written {
            Ok(()) => {
                self.pending.clear();
                self.trouble.main_is_well();
            }
            Err(error) => self.trouble.main_fails(error),
        }
        let copies = self.modules.iter_mut().map(|output| &mut output.file);
        for family in copies.chain([&mut self.errors]).filter_map(|file| file.family.as_mut()) {
            if let Err(error) = family.write_out() {
                self.trouble.note("writing a module's file", &error);
            }
        }
        self.publish();
        written
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

    /// Gives up what the main log still holds in memory: its lines by level.
    pub(super) fn give_up(&mut self) -> [u64; 6] {
        let discarded = self.main.discard();
        let lines = usize::try_from(discarded.lines).unwrap_or(usize::MAX).min(self.pending.len());
        let mut by_level = [0; 6];
        for level in self.pending.drain(..).rev().take(lines) {
            by_level[level as usize] += 1;
        }
        by_level
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

/// A file of second copies, opened when its first line comes.
#[derive(Debug, Default)]
struct CopyFile {
    family: Option<Family>,
    /// When it could not be opened: it is tried again after a pause, not for every line.
    failed_at: Option<Instant>,
}

impl CopyFile {
    fn opened(
        &mut self,
        module: &str,
        directory: &mut Directory,
        trouble: &mut Trouble,
    ) -> Option<&mut Family> {
        let paused = self.failed_at.is_some_and(|at| at.elapsed() < OPEN_AGAIN_AFTER);
        if self.family.is_none() && !paused {
            match directory.module(module) {
                Ok(family) => self.family = Some(family),
                Err(error) => {
                    trouble.note("opening a module's file", &error);
                    self.failed_at = Some(Instant::now());
                }
            }
        }
        self.family.as_mut()
    }
}
