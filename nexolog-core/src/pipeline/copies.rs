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
    modules: Vec<Module>,
    modules_by_name: HashMap<String, usize>,
    /// Where in `modules` the last line's module is: the next line's is mostly the same.
    last_module: usize,
    errors: CopyFile,
    max_modules: usize,
    /// The first module that was one too many, until it is told; and whether there was one.
    first_refused: Option<String>,
    has_refused: bool,
    most_open: usize,
}

#[derive(Debug, Default)]
struct Module {
    name: String,
    file: CopyFile,
    by_level: [u64; 6],
}

/// One of the files.
#[derive(Clone, Copy, Debug)]
enum Which {
    /// That of the module at this place.
    Module(usize),
    Errors,
}

impl Copies {
    pub(super) fn new(max_modules: usize) -> Copies {
        let most_open = open_files_limit().map_or(MOST_OPEN, |limit| limit / PART_OF_LIMIT);
        let most_open = most_open.clamp(FEWEST_OPEN, MOST_OPEN);
        Copies {
            modules: Vec::new(),
            modules_by_name: HashMap::new(),
            last_module: 0,
            errors: CopyFile::default(),
            max_modules,
            first_refused: None,
            has_refused: false,
            most_open: usize::try_from(most_open).unwrap_or(usize::MAX),
        }
    }

    /// The module under which a line of `module` is written: itself, unless there are too many.
    pub(super) fn admit<'a>(&mut self, module: &'a str) -> &'a str {
        if module == OVERFLOW_MODULE || self.find(module).is_some() {
            return module;
        }
        if self.modules.len() >= self.max_modules {
            if !std::mem::replace(&mut self.has_refused, true) {
                self.first_refused = Some(module.to_owned());
            }
            return OVERFLOW_MODULE;
        }
        self.add(module);
        module
    }

    /// The first module that was one too many and how many there may be, once.
    pub(super) fn take_refused(&mut self) -> Option<(String, usize)> {
        Some((self.first_refused.take()?, self.max_modules))
    }

    /// Lines written of each module since the start, by level.
    #[cfg(feature = "api")]
    pub(super) fn modules(&self) -> impl Iterator<Item = (&str, [u64; 6])> {
        self.modules.iter().map(|module| (module.name.as_str(), module.by_level))
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
        let at = self.find(module).unwrap_or_else(|| self.add(module));
        if let Some(module) = self.modules.get_mut(at) {
            module.by_level[level as usize] += 1;
        }
        let errors = (level >= Level::Error).then_some(Which::Errors);
        for which in [Some(Which::Module(at)), errors].into_iter().flatten() {
            let is_crowded = self.is_missing(which) && self.open_files() >= self.most_open;
            let Some((name, file)) = self.file(which) else { continue };
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

    fn find(&mut self, module: &str) -> Option<usize> {
        if self.modules.get(self.last_module).is_none_or(|known| known.name != module) {
            self.last_module = *self.modules_by_name.get(module)?;
        }
        Some(self.last_module)
    }

    fn add(&mut self, module: &str) -> usize {
        let at = self.modules.len();
        self.modules.push(Module { name: module.to_owned(), ..Module::default() });
        self.modules_by_name.insert(module.to_owned(), at);
        at
    }

    fn is_missing(&self, which: Which) -> bool {
        let file = match which {
            Which::Module(at) => self.modules.get(at).map(|module| &module.file),
            Which::Errors => Some(&self.errors),
        };
        file.is_some_and(|file| file.family.is_none())
    }

    fn file(&mut self, which: Which) -> Option<(&str, &mut CopyFile)> {
        match which {
            Which::Module(at) => {
                self.modules.get_mut(at).map(|Module { name, file, .. }| (name.as_str(), file))
            }
            Which::Errors => Some(("error", &mut self.errors)),
        }
    }

    fn open_files(&mut self) -> usize {
        self.families().filter(|family| family.is_open()).count()
    }

    fn families(&mut self) -> impl Iterator<Item = &mut Family> {
        let modules = self.modules.iter_mut().map(|module| &mut module.file);
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
