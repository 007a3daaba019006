use std::io;
use std::time::Instant;

use super::backwards::Backwards;
use super::draft::{Draft, Kind};
use super::entry::{Entry, Link};
use super::hash::{Hash, random};
use super::head::AuditHead;
use crate::pipeline::now_micros;
use crate::store::names::AUDIT_FILE;
use crate::store::{Ground, Kept, Opened};

/// The file of a trail, and where its chain has got to.
#[derive(Debug)]
pub(super) struct TrailFile {
    ground: Ground,
    /// `None` after the file was disturbed and while it can't be opened again.
    kept: Option<Kept>,
    /// The newest entry that is on the disk for certain.
    head: AuditHead,
    run: String,
    began: Instant,
    /// What happened to the file that no entry tells yet.
    untold: Option<Draft>,
}

impl TrailFile {
    /// Opens the trail of a directory, or begins one.
    pub(super) fn open(ground: Ground) -> io::Result<TrailFile> {
        let Opened { kept, torn_bytes } = ground.open(AUDIT_FILE)?;
        let head = newest(&ground, kept.len())?;
        let untold = (torn_bytes > 0).then(|| disturbed("torn", torn_bytes));
        Ok(TrailFile {
            ground,
            kept: Some(kept),
            head,
            run: random().map_err(io::Error::other)?,
            began: Instant::now(),
            untold,
        })
    }

    pub(super) fn head(&self) -> AuditHead {
        self.head
    }

    /// Bytes that are on the disk for certain.
    pub(super) fn len(&self) -> u64 {
        self.kept.as_ref().map_or(0, Kept::len)
    }

    /// Milliseconds of the monotonic clock since this run began.
    pub(super) fn at_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Chains and appends all of `drafts`, and returns when they are on the disk. After an error none of them is in the
    /// chain. Gives what happened to the file behind our back, which is then in the chain, too.
    pub(super) fn append<'a>(
        &mut self,
        drafts: impl IntoIterator<Item = &'a Draft>,
    ) -> io::Result<Option<String>> {
        self.look_after()?;
        let mut lines = Vec::new();
        let mut head = self.head;
        let mut drafts = drafts.into_iter().peekable();
        // A run begins with its start, whatever came before.
        let mut untold = self.untold.as_ref();
        if drafts.peek().is_some_and(|draft| draft.kind != Kind::Started)
            && let Some(draft) = untold.take()
        {
            head = self.chain(draft, head, &mut lines)?;
        }
        for draft in drafts {
            head = self.chain(draft, head, &mut lines)?;
            if let Some(draft) = untold.take() {
                head = self.chain(draft, head, &mut lines)?;
            }
        }
        let Some(kept) = &mut self.kept else {
            return Err(io::Error::other("the trail is not open"));
        };
        kept.append(&lines)?;
        self.head = head;
        Ok(self.untold.take().map(|draft| draft.action))
    }

    fn chain(&self, draft: &Draft, head: AuditHead, out: &mut Vec<u8>) -> io::Result<AuditHead> {
        let seq = head.seq + 1;
        let (at_ms, micros) = (self.at_ms(), now_micros());
        let link = Link { seq, prev: head.hash, run: &self.run, at_ms, micros };
        let hash = Entry::write(draft, &link, out).map_err(io::Error::other)?;
        Ok(AuditHead { seq, hash })
    }

    /// Opens the file again when it was removed, replaced, cut or written to by somebody else. The chain goes on from
    /// where it was, so that what is missing can't be missed.
    fn look_after(&mut self) -> io::Result<()> {
        if let Some(kept) = &self.kept {
            let Some(cause) = kept.disturbance()? else { return Ok(()) };
            self.untold = Some(disturbed(cause.as_str(), 0));
            self.kept = None;
        }
        let Opened { kept, torn_bytes } = self.ground.open(AUDIT_FILE)?;
        if torn_bytes > 0 {
            let told = self.untold.take().unwrap_or_else(|| disturbed("torn", 0));
            self.untold = Some(told.number("torn_bytes", torn_bytes));
        }
        self.kept = Some(kept);
        Ok(())
    }
}

fn disturbed(what: &str, torn_bytes: u64) -> Draft {
    let draft = Draft::new(Kind::Disturbed, what, "found");
    if torn_bytes > 0 { draft.number("torn_bytes", torn_bytes) } else { draft }
}

/// The newest entry that can be read, which the chain goes on from.
fn newest(ground: &Ground, len: u64) -> io::Result<AuditHead> {
    let file = ground.read(AUDIT_FILE)?;
    let mut lines = Backwards::new(file, len);
    while let Some(line) = lines.next()? {
        if let Ok(entry) = Entry::parse(&line) {
            return Ok(AuditHead { seq: entry.seq, hash: entry.hash });
        }
    }
    Ok(AuditHead { seq: 0, hash: Hash::NONE })
}
