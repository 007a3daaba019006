//! Reads a trail from its newest entry.

use std::fs::File;
use std::io;

use super::backwards::Backwards;
use super::entry::Entry;

/// Which entries are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    /// Those with a lower number only.
    pub(crate) before: Option<u64>,
    pub(crate) kind: Option<String>,
    pub(crate) principal: Option<String>,
    pub(crate) limit: usize,
}

/// Entries, newest first.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// Their lines, verbatim.
    pub(crate) lines: Vec<String>,
    /// What [`Query::before`] is for the next page; `None` when there is none.
    pub(crate) next: Option<u64>,
    /// Lines were passed over that are no entries.
    pub(crate) unread: bool,
}

/// A page of the first `len` bytes of a trail.
pub(super) fn read(file: File, len: u64, query: &Query) -> io::Result<Page> {
    let mut lines = Backwards::new(file, len);
    let mut page = Page::default();
    let mut last = None;
    while let Some(line) = lines.next()? {
        let Ok(entry) = Entry::parse(&line) else {
            page.unread = true;
            continue;
        };
        if query.before.is_some_and(|before| entry.seq >= before) || !query.wants(&entry) {
            continue;
        }
        if page.lines.len() == query.limit {
            page.next = last;
            break;
        }
        last = Some(entry.seq);
        page.lines.push(entry.line());
    }
    Ok(page)
}

impl Query {
    fn wants(&self, entry: &Entry) -> bool {
        let is = |wanted: &Option<String>, has: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| has == Some(wanted))
        };
        is(&self.kind, Some(&entry.kind)) && is(&self.principal, entry.value("principal"))
    }
}
