//! Checks a trail from its file alone, and names the first entry that is not as it was written.

use std::io::{self, BufReader, Read};

use super::entry::Entry;
use super::hash::Hash;
use super::head::AuditHead;
use super::lines::Lines;
use super::report::{AuditFinding, AuditFlaw, AuditReport};
use super::runs::Runs;

/// What is known of a trail from elsewhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Of a trail that is being written: what is on the disk for certain, and how many bytes it takes.
    pub(crate) writer: Option<(AuditHead, u64)>,
    /// Heads that were kept elsewhere.
    pub(crate) pinned: Vec<AuditHead>,
}

/// Checks a trail.
pub(crate) fn verify(file: impl Read, known: Known) -> io::Result<AuditReport> {
    let limit = known.writer.map_or(u64::MAX, |(_, len)| len);
    let mut lines = Lines::new(BufReader::with_capacity(256 * 1024, file.take(limit)));
    let mut check = Check::new(known);
    let mut this = lines.next()?.map(|line| read(&line));
    while let Some(read_now) = this {
        let next = lines.next()?.map(|line| read(&line));
        check.line += 1;
        if let Err(finding) =
            check.step(read_now, next.as_ref().and_then(|next| next.as_ref().ok()))
        {
            return Ok(check.report(Some(finding), 0));
        }
        this = next;
    }
    let finding = check.end();
    Ok(check.report(finding, lines.torn))
}

/// An entry that is good by itself, or what is wrong with it.
fn read(line: &[u8]) -> Result<Entry, String> {
    let entry = Entry::parse(line)?;
    match entry.flaw() {
        Some(flaw) => Err(flaw),
        None => Ok(entry),
    }
}

struct Check {
    known: Known,
    /// The line that is looked at.
    line: u64,
    entries: u64,
    /// The last good entry, and the hash that it was chained to.
    last: AuditHead,
    before_last: Hash,
    runs: Runs,
    erased: u64,
    anchored: Option<u64>,
}

impl Check {
    fn new(mut known: Known) -> Check {
        known.pinned.sort_by_key(|pin| pin.seq);
        Check {
            known,
            line: 0,
            entries: 0,
            last: AuditHead { seq: 0, hash: Hash::NONE },
            before_last: Hash::NONE,
            runs: Runs::default(),
            erased: 0,
            anchored: None,
        }
    }

    /// Takes the entry of the next line. `next` is the one after it, if that is good by itself: it tells whether this one
    /// took the place of another or was put between two.
    fn step(
        &mut self,
        this: Result<Entry, String>,
        next: Option<&Entry>,
    ) -> Result<(), AuditFinding> {
        let expected = self.last.seq + 1;
        let next_fits = next.is_some_and(|next| self.fits(next));
        let entry = match this {
            Ok(entry) => entry,
            Err(detail) if next_fits => {
                return Err(self.found(
                    AuditFlaw::Inserted,
                    expected,
                    &format!("a line was put before it; {detail}"),
                ));
            }
            Err(detail) => return Err(self.found(AuditFlaw::Changed, expected, &detail)),
        };
        if !self.fits(&entry) {
            return Err(self.misfit(&entry, next, next_fits));
        }
        self.compare_with_pins(&entry)?;
        if let Some(name) = entry.erased().next() {
            let detail = format!("its value `{name}` was erased, and no entry says so");
            return Err(self.found(AuditFlaw::Erased, entry.seq, &detail));
        }
        if let Err((flaw, detail)) = self.runs.step(&entry) {
            return Err(self.found(flaw, entry.seq, &detail));
        }
        self.entries += 1;
        self.before_last = entry.prev;
        self.last = AuditHead { seq: entry.seq, hash: entry.hash };
        Ok(())
    }

    fn fits(&self, entry: &Entry) -> bool {
        entry.seq == self.last.seq + 1 && entry.prev == self.last.hash
    }

    /// What is wrong when an entry that is good by itself does not continue the chain.
    fn misfit(&self, entry: &Entry, next: Option<&Entry>, next_fits: bool) -> AuditFinding {
        let (last, expected) = (self.last.seq, self.last.seq + 1);
        if next_fits {
            return match next {
                Some(next) if entry.seq == next.seq + 1 && entry.prev == next.hash => {
                    let detail = format!("entry {} stands before it", entry.seq);
                    self.found(AuditFlaw::Reordered, expected, &detail)
                }
                _ => self.found(AuditFlaw::Inserted, entry.seq, "it does not belong there"),
            };
        }
        if entry.seq > expected {
            let detail = format!("entry {} follows on entry {last}", entry.seq);
            return self.found(AuditFlaw::Missing, expected, &detail);
        }
        if entry.seq == expected {
            // Its hash is good, so what it says it was chained to was there when it was written.
            let detail = format!("entry {expected} was chained to another one of this number");
            let mut finding = self.found(AuditFlaw::Resealed, last.max(1), &detail);
            finding.line = finding.line.saturating_sub(1).max(1);
            return finding;
        }
        if entry.seq == last && entry.prev == self.before_last && entry.hash != self.last.hash {
            let detail = "another one of this number follows it".to_owned();
            let mut finding = self.found(AuditFlaw::Inserted, last, &detail);
            finding.line -= 1;
            return finding;
        }
        let detail = format!("it follows on entry {last}");
        self.found(AuditFlaw::Inserted, entry.seq, &detail)
    }

    fn compare_with_pins(&mut self, entry: &Entry) -> Result<(), AuditFinding> {
        let here = self.known.pinned.iter().filter(|pin| pin.seq == entry.seq);
        for pin in here.copied().collect::<Vec<_>>() {
            if pin.hash != entry.hash {
                let since =
                    self.anchored.map_or(String::new(), |seq| format!(" after entry {seq}"));
                let detail = format!(
                    "it is not the one whose head was kept: it, or one before it{since}, was written anew"
                );
                return Err(self.found(AuditFlaw::Resealed, entry.seq, &detail));
            }
            self.anchored = Some(pin.seq);
        }
        Ok(())
    }

    /// What only shows at the end.
    fn end(&mut self) -> Option<AuditFinding> {
        self.line += 1;
        let (last, expected) = (self.last, self.last.seq + 1);
        if let Some((head, _)) = self.known.writer
            && head != last
        {
            return Some(if head.seq > last.seq {
                let detail = format!("the logger has written up to entry {}", head.seq);
                self.found(AuditFlaw::CutOff, expected, &detail)
            } else {
                let detail = "it is not the one that the logger wrote";
                self.found(AuditFlaw::Resealed, head.seq.max(1), detail)
            });
        }
        let pin = self.known.pinned.last().filter(|pin| pin.seq > last.seq)?;
        let detail = format!("the head of entry {} was kept", pin.seq);
        Some(self.found(AuditFlaw::CutOff, expected, &detail))
    }

    fn found(&self, flaw: AuditFlaw, seq: u64, detail: &str) -> AuditFinding {
        AuditFinding { flaw, seq, line: self.line, detail: detail.to_owned() }
    }

    fn report(self, finding: Option<AuditFinding>, torn_bytes: u64) -> AuditReport {
        let is_running = self.known.writer.is_some();
        AuditReport {
            entries: self.entries,
            head: self.last,
            runs: self.runs.count(),
            unclean_runs: self.runs.unclean(is_running),
            erased: self.erased,
            torn_bytes,
            anchored: self.anchored,
            finding,
        }
    }
}
