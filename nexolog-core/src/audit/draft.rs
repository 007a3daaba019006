use std::collections::BTreeMap;

/// The longest value that an entry keeps, in bytes; a longer one is cut, and `cut_bytes` tells how long they were.
pub(super) const LONGEST_VALUE: usize = 4 * 1024;

/// What kind of thing an entry tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Logging began: the first entry of every run.
    Started,
    /// Logging ended in order.
    Stopped,
    /// Nothing but a sign of life.
    Sealed,
    /// The trail's file was gone, replaced, cut or written to by somebody else.
    Disturbed,
    /// Entries that the disk did not take.
    Missed,
    /// Somebody read the logs.
    Read,
    /// Somebody changed something: a level, a hold, what is kept.
    Change,
    /// Somebody signed in or out.
    Session,
    /// Somebody was refused.
    Refused,
    /// A function under `#[logged(audit)]` was called.
    Operation,
    /// The service told of something by a typed helper.
    Event,
}

impl Kind {
    /// The word in an entry.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Kind::Started => "started",
            Kind::Stopped => "stopped",
            Kind::Sealed => "sealed",
            Kind::Disturbed => "disturbed",
            Kind::Missed => "missed",
            Kind::Read => "read",
            Kind::Change => "change",
            Kind::Session => "session",
            Kind::Refused => "refused",
            Kind::Operation => "operation",
            Kind::Event => "event",
        }
    }
}

/// An entry to be: what happened, without its place in the chain.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(super) kind: Kind,
    pub(super) action: String,
    pub(super) outcome: String,
    pub(super) numbers: BTreeMap<String, u64>,
    pub(super) values: BTreeMap<String, String>,
}

impl Draft {
    pub(crate) fn new(kind: Kind, action: impl Into<String>, outcome: impl Into<String>) -> Draft {
        Draft {
            kind,
            action: cut(action.into()).0,
            outcome: outcome.into(),
            numbers: BTreeMap::new(),
            values: BTreeMap::new(),
        }
    }

    pub(crate) fn number(mut self, name: &str, number: u64) -> Draft {
        self.numbers.insert(name.to_owned(), number);
        self
    }

    /// Something that could tell of a person, so that it must be possible to erase it. An empty text is left out.
    pub(crate) fn value(mut self, name: &str, value: impl Into<String>) -> Draft {
        let (value, cut) = cut(value.into());
        if let Some(length) = cut {
            let longest = self.numbers.entry("cut_bytes".to_owned()).or_default();
            *longest = length.max(*longest);
        }
        if !value.is_empty() {
            self.values.insert(name.to_owned(), value);
        }
        self
    }
}

/// The text, cut to what an entry keeps, and its length if that was more.
fn cut(mut text: String) -> (String, Option<u64>) {
    let length = text.len();
    if length <= LONGEST_VALUE {
        return (text, None);
    }
    let end = (0..=LONGEST_VALUE).rev().find(|at| text.is_char_boundary(*at));
    text.truncate(end.unwrap_or(0));
    (text, Some(length as u64))
}
