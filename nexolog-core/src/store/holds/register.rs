use std::sync::atomic::AtomicBool;

use jiff::Timestamp;

use super::file;
use super::{Hold, HoldError, Holds};
use crate::store::fs::Disk;
use crate::store::names::HOLDS_FILE;
use crate::store::tidying::Tidying;

/// More than anybody keeps an eye on; each is looked for in every segment that is due.
const MOST_HOLDS: usize = 1_000;

impl Holds {
    /// The holds in force, in the order they were placed.
    pub(crate) fn list(&self) -> Result<Vec<Hold>, HoldError> {
        file::read(&Disk, &self.log_directory.join(HOLDS_FILE))
    }

    /// Places a hold; one that is there already and says the same stays as it is. When this returns, no segment is
    /// removed any more that has a record of it. Gives the hold as it is in force, and whether it is new.
    pub(crate) fn place(&self, mut hold: Hold) -> Result<(Hold, bool), HoldError> {
        hold.created = Some(Timestamp::now().as_microsecond());
        // Times that the file can't hold must not become none on the way.
        hold.filter()?;
        let _tidying = self.tidying()?;
        let mut holds = self.list()?;
        if let Some(known) = holds.iter().find(|known| known.name == hold.name) {
            if known.says_the_same(&hold) {
                return Ok((known.clone(), false));
            }
            return Err(HoldError::Exists { name: hold.name });
        }
        if holds.len() >= MOST_HOLDS {
            let message = format!("there are {MOST_HOLDS} holds already; release some");
            return Err(HoldError::invalid("name", message));
        }
        holds.push(hold.clone());
        file::write(&Disk, &self.log_directory, &holds).map_err(HoldError::File)?;
        Ok((hold, true))
    }

    /// Releases the hold `name`: what only it kept is removed when retention comes by next. Gives the hold as it
    /// was.
    pub(crate) fn release(&self, name: &str) -> Result<Hold, HoldError> {
        let _tidying = self.tidying()?;
        let mut holds = self.list()?;
        let Some(at) = holds.iter().position(|hold| hold.name == name) else {
            return Err(HoldError::Unknown { name: name.to_owned() });
        };
        let released = holds.remove(at);
        file::write(&Disk, &self.log_directory, &holds).map_err(HoldError::File)?;
        Ok(released)
    }

    fn tidying(&self) -> Result<Tidying, HoldError> {
        Tidying::begin(&self.log_directory, &AtomicBool::new(false)).map_err(HoldError::File)
    }
}
