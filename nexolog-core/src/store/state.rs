//! What a directory remembers between two runs, in one small file.

use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Read as _};
use std::path::Path;
use std::time::SystemTime;

use super::fs::{Fs, replace};
use super::names::STATE_FILE;
use super::stem;

/// Far more than a state file ever holds.
const LONGEST: u64 = 4096;

/// The state of a directory.
///
/// Written by hand as one line of JSON with a checksum: without the API, core has no JSON parser, and a
/// state that was damaged must count as lost rather than be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Tells this directory from every other, for ever.
    pub(super) id: String,
    /// Every number below this may have been given out.
    pub(super) reserved: u64,
    /// The next number, when the last run ended cleanly; `None` while one is running.
    pub(super) clean_next: Option<u64>,
}

impl State {
    /// The state in `directory`; `None` when there is none that can be believed.
    pub(super) fn read(fs: &dyn Fs, directory: &Path) -> Option<State> {
        let file = fs.open_read(&directory.join(STATE_FILE)).ok()?;
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text).ok()?;
        State::parse(&text)
    }

    /// Puts this state in the place of the one before, or leaves that one as it was.
    pub(super) fn write(&self, fs: &dyn Fs, directory: &Path) -> io::Result<()> {
        replace(fs, directory, STATE_FILE, self.render().as_bytes())
    }

    fn render(&self) -> String {
        let next = self.clean_next.map_or("null".to_owned(), |next| next.to_string());
        let body =
            format!(r#"{{"id":"{}","reserved":{},"clean_next":{next}"#, self.id, self.reserved);
        format!("{body},\"check\":\"{:032x}\"}}\n", stem::hash(body.as_bytes()))
    }

    fn parse(text: &str) -> Option<State> {
        let rest = text.strip_prefix(r#"{"id":""#)?;
        let (id, rest) = rest.split_once(r#"","reserved":"#)?;
        let (reserved, rest) = rest.split_once(r#","clean_next":"#)?;
        let (next, _) = rest.split_once(',')?;
        let clean_next = if next == "null" { None } else { Some(next.parse().ok()?) };
        let state = State { id: id.to_owned(), reserved: reserved.parse().ok()?, clean_next };
        // Rendered again, it must be the same: this checks the sum and everything else.
        (state.render() == text).then_some(state)
    }
}

/// An id for a new directory: 128 bits that no other has.
pub(super) fn new_id() -> String {
    // Each `RandomState` has keys of its own that come from the system's randomness.
    let seed = (SystemTime::now(), std::process::id());
    let half = || RandomState::new().hash_one(seed);
    format!("{:016x}{:016x}", half(), half())
}
