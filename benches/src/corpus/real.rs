use std::fs;
use std::io;
use std::path::Path;

/// Messages that other programs wrote, in place of those from templates.
#[derive(Clone, Debug)]
pub struct RealMessages {
    pub(super) all: Vec<String>,
}

impl RealMessages {
    /// Reads the column `Content` of every CSV file in `directory`, as the collection "loghub" has them.
    pub fn read(directory: &Path) -> io::Result<RealMessages> {
        let mut paths: Vec<_> =
            fs::read_dir(directory)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "csv"));
        // In an order that does not depend on the file system: the same seed, the same lines.
        paths.sort();
        let mut all = Vec::new();
        for path in &paths {
            let text = fs::read_to_string(path)?;
            let mut lines = text.lines();
            let columns = cells(lines.next().unwrap_or_default());
            let Some(content) = columns.iter().position(|name| name == "Content") else { continue };
            all.extend(lines.filter_map(|line| cells(line).into_iter().nth(content)));
        }
        if all.is_empty() {
            let problem = format!("no CSV file with a column `Content` in {}", directory.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, problem));
        }
        Ok(RealMessages { all })
    }
}

/// The cells of one line of CSV; quotes within quotes are doubled.
pub(crate) fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cells.last_mut().expect("never empty").push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => cells.last_mut().expect("never empty").push(character),
        }
    }
    cells
}
