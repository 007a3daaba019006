use std::panic::Location;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::logged::{Captured, Carried, Look, Snapshot, Text, Verdict};
use crate::record::Level;
use crate::service::{Count, Ended, Failure, OptionalText};

/// How many fields of its own an operation has.
const FIELDS: usize = 6;

/// An operation that is running: what the block inside can say of it.
///
/// ```
/// use nexolog_core::service;
///
/// let imported = service().operation("etl", "import").run(|op| {
///     let rows = ["a", "b"];
///     op.records(rows.len());
///     if rows.is_empty() {
///         op.fail("the file is empty");
///     }
/// });
/// ```
#[derive(Debug)]
pub struct Op {
    place: &'static Location<'static>,
    notes: Mutex<Notes>,
    /// The fields of the record, made when it is written.
    fields: OnceLock<[Captured; FIELDS]>,
}

#[derive(Debug)]
struct Notes {
    user: Captured,
    organization: Captured,
    records: Captured,
    failure: Option<Snapshot>,
}

impl Op {
    pub(super) fn new(
        place: &'static Location<'static>,
        user: Option<&str>,
        organization: Option<&str>,
    ) -> Op {
        let notes = Notes {
            user: captured(user),
            organization: captured(organization),
            records: Captured::Absent,
            failure: None,
        };
        Op { place, notes: Mutex::new(notes), fields: OnceLock::new() }
    }

    /// Says on whose behalf it runs: `user_id` of its record.
    pub fn user<'t>(&self, user_id: impl OptionalText<'t>) {
        self.notes().user = captured(user_id.optional_text());
    }

    /// Says for which organization it runs: `organization_id` of its record.
    pub fn organization<'t>(&self, organization_id: impl OptionalText<'t>) {
        self.notes().organization = captured(organization_id.optional_text());
    }

    /// Says how many records it worked on: the field `records`.
    pub fn records(&self, records: impl Count) {
        self.notes().records = Captured::Unsigned(records.count());
    }

    /// Says that it failed, whatever the block returns. The first failure stays.
    pub fn fail<E, Kind>(&self, error: &E)
    where
        E: Failure<Kind> + ?Sized,
    {
        let failure = error.snapshot();
        self.notes().failure.get_or_insert(failure);
    }

    /// How it ended, by what the block said and returned.
    pub(super) fn judge<R: Ended<Kind>, Kind>(&self, returned: &R, look: Look) -> Option<Verdict> {
        self.judge_by(look, || returned.failure())
    }

    /// The same, of something that can't say so itself.
    pub(super) fn judge_by(
        &self,
        look: Look,
        failure: impl FnOnce() -> Option<Snapshot>,
    ) -> Option<Verdict> {
        let noted = self.notes().failure.take();
        match noted.or_else(failure) {
            Some(failure) => look.failed(Level::Error, || Some(failure)),
            None => look.succeeded(),
        }
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn captured(text: Option<&str>) -> Captured {
    text.map_or(Captured::Absent, |text| Captured::Text(Text::copy(text)))
}

impl Carried for Op {
    fn captured(&self) -> &[Captured] {
        self.fields.get_or_init(|| {
            let mut notes = self.notes();
            let take = |value: &mut Captured| std::mem::replace(value, Captured::Absent);
            [
                Captured::Static("operation"),
                take(&mut notes.user),
                take(&mut notes.organization),
                take(&mut notes.records),
                Captured::Static(self.place.file()),
                Captured::Unsigned(u64::from(self.place.line())),
            ]
        })
    }
}

impl Carried for &Op {
    fn captured(&self) -> &[Captured] {
        (**self).captured()
    }
}
