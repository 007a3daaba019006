//! Systems whose messages somebody has put into groups by hand, and how well a miner finds these groups.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::corpus::cells;

/// The messages of one system, each with the name of its true group.
#[derive(Clone, Debug)]
pub struct System {
    /// As its file is called.
    pub name: String,
    /// Messages as they came.
    pub messages: Vec<String>,
    /// The true group of each.
    pub groups: Vec<String>,
}

impl System {
    /// Reads every CSV file with the columns `Content` and `EventId`, as the collection "loghub" has them.
    pub fn read_all(directory: &Path) -> io::Result<Vec<System>> {
        let mut paths: Vec<_> =
            fs::read_dir(directory)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "csv"));
        paths.sort();
        let systems: io::Result<Vec<_>> = paths.iter().map(|path| System::read(path)).collect();
        Ok(systems?.into_iter().flatten().collect())
    }

    fn read(path: &Path) -> io::Result<Option<System>> {
        let text = fs::read_to_string(path)?;
        let mut lines = text.lines();
        let columns = cells(lines.next().unwrap_or_default());
        let at = |name: &str| columns.iter().position(|column| column == name);
        let Some((content, group)) = at("Content").zip(at("EventId")) else { return Ok(None) };
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = name.split(['_', '.']).next().unwrap_or_default().to_owned();
        let mut system = System { name, messages: Vec::new(), groups: Vec::new() };
        for line in lines {
            let mut cells = cells(line);
            if cells.len() > content.max(group) {
                system.groups.push(std::mem::take(&mut cells[group]));
                system.messages.push(std::mem::take(&mut cells[content]));
            }
        }
        Ok(Some(system))
    }

    /// Grouping accuracy: the share of messages whose group, as found, is exactly the true one (Zhu et al., "Tools and
    /// Benchmarks for Automated Log Parsing", ICSE-SEIP 2019).
    #[must_use]
    pub fn accuracy<G: Eq + std::hash::Hash>(&self, found: &[G]) -> f64 {
        let mut of_found: HashMap<&G, Vec<&str>> = HashMap::new();
        let mut of_true: HashMap<&str, usize> = HashMap::new();
        for (found, group) in found.iter().zip(&self.groups) {
            of_found.entry(found).or_default().push(group);
            *of_true.entry(group).or_default() += 1;
        }
        let is_right = |groups: &&Vec<&str>| {
            groups.iter().all(|group| *group == groups[0]) && of_true[groups[0]] == groups.len()
        };
        let right: usize = of_found.values().filter(is_right).map(Vec::len).sum();
        right as f64 / self.groups.len().max(1) as f64
    }
}
