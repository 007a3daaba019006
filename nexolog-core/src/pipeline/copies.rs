use std::collections::HashMap;
use std::io;
use std::time::{Duration, Instant};

use super::trouble::Trouble;
use crate::record::Level;
use crate::store::{Directory, Family, open_files_limit};

/// The module of lines whose own would be one too many.
const OVERFLOW_MODULE: &str = "other";

/// Pause before a file that could not be opened is tried again.
const OPEN_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Bytes that may wait for one file after the disk refused them; all files together must not fill the memory.
const MOST_WAITING: usize = 64 << 10;

/// Files that may be open: the host needs its descriptors more than we do.
const FEWEST_OPEN: u64 = 4;
const MOST_OPEN: u64 = 128;
const PART_OF_LIMIT: u64 = 8;

/// The files of modules and the error file. Their lines are second copies of the main log's: trouble with them is
/// told, and loses nothing.
#[derive(Debug)]
pub(super) struct Copies {
    modules: HashMap<String, Module>,
    errors: CopyFile,
    max_modules: usize,
    most_open: usize,
}

#[derive(Debug, Default)]
struct Module {
    file: CopyFile,
    written: u64,
}

impl Copies {
    pub(super) fn new(max_modules: usize) -> Copies {
        let most_open = open_files_limit().map_or(MOST_OPEN, |limit| limit / PART_OF_LIMIT);
        let most_open = most_open.clamp(FEWEST_OPEN, MOST_OPEN);
        Copies {
            modules: HashMap::new(),
            errors: CopyFile::default(),
            max_modules,
            most_open: usize::try_from(most_open).unwrap_or(usize::MAX),
        }
    }

    /// The module under which a line of `module` is written: itself, unless there are too many.
    pub(super) fn admit<'a>(&mut self, module: &'a str) -> &'a str {
        if self.modules.contains_key(module) || module == OVERFLOW_MODULE {
            return module;
        }
        if self.modules.len() >= self.max_modules {
            return OVERFLOW_MODULE;
        }
        self.modules.insert(module.to_owned(), Module::default());
        module
    }

    /// Lines written of each module since the start.
    #[cfg(feature = "api")]
    pub(super) fn modules(&self) -> impl Iterator<Item = (&str, u64)> {
        self.modules.iter().map(|(module, output)| (module.as_str(), output.written))
    }

    /// Takes a line for its module's file, and for the error file where it belongs there.
    pub(super) fn append(
        &mut self,
        seq: u64,
        level: Level,
        module: &str,
        line: &[u8],
        directory: &mut Directory,
        trouble: &mut Trouble,
    ) {
        if !self.modules.contains_key(module) {
            self.modules.insert(module.to_owned(), Module::default());
        }
        if let Some(module) = self.modules.get_mut(module) {
            module.written += 1;
        }
        for name in [Some(module), (level >= Level::Error).then_some("error")].into_iter().flatten()
        {
            let is_crowded = self.is_missing(name) && self.open_files() >= self.most_open;
            let Some(file) = self.file(name) else { continue };
            let Some(family) = file.opened(name, directory, trouble) else { continue };
            if is_crowded {
                family.park();
            }
            if let Err(error) = family.append(seq, line) {
                trouble.note("writing a module's file", &error);
            }
        }
    }

    /// Writes out what was gathered, one write a file. Where there are more files than may be open, those that
    /// found no room are closed again at once.
    pub(super) fn write_out(&mut self, trouble: &mut Trouble) {
        let (mut idle, mut busy) = (0, 0);
        for family in self.families() {
            busy += usize::from(family.buffered() > 0);
            idle += usize::from(family.buffered() == 0 && family.is_open());
        }
        if idle + busy > self.most_open {
            // Those with lines stay open: a file is closed only when nothing waits for it.
            self.close_idle();
            idle = 0;
        }
        let mut room = self.most_open.saturating_sub(idle);
        for family in self.families().filter(|family| family.buffered() > 0) {
            write_one(family, trouble);
            if room == 0 {
                family.park();
            }
            room = room.saturating_sub(1);
        }
    }

    /// Closes what nothing waits for. Files are opened again when there is something to write.
    pub(super) fn close_idle(&mut self) {
        self.families().for_each(Family::park);
    }

    fn is_missing(&self, name: &str) -> bool {
        let file = if name == "error" { Some(&self.errors) } else { self.module_file(name) };
        file.is_some_and(|file| file.family.is_none())
    }

    fn module_file(&self, module: &str) -> Option<&CopyFile> {
        self.modules.get(module).map(|module| &module.file)
    }

    fn open_files(&mut self) -> usize {
        self.families().filter(|family| family.is_open()).count()
    }

    fn file(&mut self, name: &str) -> Option<&mut CopyFile> {
        if name == "error" {
            return Some(&mut self.errors);
        }
        self.modules.get_mut(name).map(|module| &mut module.file)
    }

    fn families(&mut self) -> impl Iterator<Item = &mut Family> {
        let modules = self.modules.values_mut().map(|module| &mut module.file);
        modules.chain([&mut self.errors]).filter_map(|file| file.family.as_mut())
    }
}

fn write_one(family: &mut Family, trouble: &mut Trouble) {
    let Err(error) = family.write_out() else { return };
    trouble.note("writing a module's file", &error);
    if family.buffered() > MOST_WAITING {
        let lines = family.discard().lines;
        let given_up = io::Error::other(format!(
            "{lines} lines of `{}` were given up; the main log has them",
            family.name().active()
        ));
        trouble.note("keeping lines for a module's file", &given_up);
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
