//! Where helpers and the audit trail meet.

use std::fmt::Debug;

use tracing_core::dispatcher;
use tracing_core::field::{Field, Value, Visit};

pub(super) use crate::audit::Ticket;
use crate::audit::{Draft, Kind};
use crate::capture::{NexologLayer, shown};
use crate::context::Context;
pub(super) use crate::logged::tell;
use crate::logged::{Callsites, PATIENCE};
use crate::privacy::Masker;

/// What stands where others have an outcome, of events that have no end.
const TOLD: &str = "told";

/// Notes what a record says in the trail of the logger that hears it; the ticket stands for the entry on its way to the disk.
/// `None` when nobody hears it.
pub(super) fn entry(
    callsites: &Callsites,
    event: &'static str,
    values: &[Option<&dyn Value>],
) -> Option<Ticket> {
    let metadata = callsites.any_metadata()?;
    let values = values.get(..metadata.fields().len())?;
    dispatcher::get_default(|dispatch| {
        let layer = dispatch.downcast_ref::<NexologLayer>()?;
        let mut entry = Entry::new(layer.capture.plans.masker());
        metadata.fields().value_set_all(values).record(&mut entry);
        Some(layer.trail.append(entry.finish(event)))
    })
}

/// Waits until the entry is on the disk.
pub(super) fn settle(ticket: &Ticket) {
    tell(ticket.wait(PATIENCE));
}

/// An entry in the making: what a record says, masked as it is there.
struct Entry<'m> {
    masker: &'m Masker,
    outcome: String,
    values: Vec<(&'static str, String)>,
    numbers: Vec<(&'static str, u64)>,
}

impl<'m> Entry<'m> {
    fn new(masker: &'m Masker) -> Entry<'m> {
        Entry { masker, outcome: TOLD.to_owned(), values: Vec::new(), numbers: Vec::new() }
    }

    fn finish(self, event: &'static str) -> Draft {
        let mut draft = Draft::new(Kind::Event, event, self.outcome);
        // What the request knows comes first, so that what the record names itself takes its place.
        if let Some(Some(request)) = Context::with_current(|context| context.request().cloned()) {
            let (user, organization) = request.people();
            let of_request = [
                ("user_id", "principal", user.as_deref().unwrap_or_default()),
                ("organization_id", "organization", organization.as_deref().unwrap_or_default()),
                ("request_id", "request_id", request.request_id()),
            ];
            for (key, name, value) in of_request {
                draft = draft.value(name, shown(self.masker, key, value).unwrap_or_default());
            }
        }
        for (name, number) in self.numbers {
            draft = draft.number(name, number);
        }
        for (name, value) in self.values {
            draft = draft.value(name, value);
        }
        draft
    }
}

impl Visit for Entry<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        let name = match field.name() {
            "outcome" => return value.clone_into(&mut self.outcome),
            "message" | "event.name" | "nexolog.file" => return,
            "user_id" => "principal",
            "organization_id" => "organization",
            "client" => "address",
            name => name,
        };
        if let Some(text) = shown(self.masker, field.name(), value) {
            self.values.push((name, text.into_owned()));
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() != "nexolog.line" {
            self.numbers.push((field.name(), value));
        }
    }

    /// The message repeats what the fields say.
    fn record_debug(&mut self, _field: &Field, _value: &dyn Debug) {}
}
