//! Legal holds, from code.

use super::handle::Nexolog;
use crate::record::Level;
use crate::store::{Hold, HoldError};

const BY: &str = "the service";

impl Nexolog {
    /// Places a legal hold: see [`Hold`]. When this returns, no segment with such a record is removed any more.
    /// A hold that is there already and says the same stays as it is.
    ///
    /// # Errors
    ///
    /// When the hold can't be used or kept, or another of its name is there.
    pub fn hold(&self, hold: Hold) -> Result<(), HoldError> {
        let (hold, is_new) = self.inner.backend.store.hold(hold)?;
        if is_new {
            self.tell("hold placed", &hold);
        }
        Ok(())
    }

    /// Releases a legal hold: what it alone kept goes when retention comes by next, within an hour.
    ///
    /// # Errors
    ///
    /// When there is none of this name, or the change can't be kept.
    pub fn release(&self, name: &str) -> Result<(), HoldError> {
        let hold = self.inner.backend.store.release(name)?;
        self.tell("hold released", &hold);
        Ok(())
    }

    /// The legal holds in force, in the order they were placed.
    ///
    /// # Errors
    ///
    /// When they can't be read. Nothing is removed then.
    pub fn holds(&self) -> Result<Vec<Hold>, HoldError> {
        self.inner.backend.store.holds()
    }

    fn tell(&self, message: &str, hold: &Hold) {
        let fields = [
            ("by", BY.to_owned()),
            ("hold", hold.name().to_owned()),
            ("reason", hold.reason().to_owned()),
            ("covers", hold.covers()),
        ];
        self.inner.backend.control.note(Level::Warning, message, &fields);
    }
}
