use super::{Captured, Snapshot};

/// What a look at the returned value told.
#[derive(Debug)]
pub struct Verdict {
    pub(super) failure: Option<Snapshot>,
    pub(super) returned: Captured,
}

impl Verdict {
    /// Failed, or succeeded when `failure` is `None`.
    #[must_use]
    pub const fn new(failure: Option<Snapshot>) -> Verdict {
        Verdict { failure, returned: Captured::Absent }
    }

    /// Records what was returned, too.
    #[must_use]
    pub fn with_returned(mut self, returned: Captured) -> Verdict {
        self.returned = returned;
        self
    }
}
