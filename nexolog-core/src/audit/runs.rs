use super::draft::Kind;
use super::entry::Entry;
use super::report::AuditFlaw;

/// What runs of the logger say of themselves: each begins with its start, its clock never goes back, and it gives a sign
/// of life in time.
#[derive(Debug, Default)]
pub(super) struct Runs {
    current: Option<Run>,
    count: u64,
    unclean: u64,
}

#[derive(Debug)]
struct Run {
    id: String,
    at_ms: u64,
    seal_every_ms: u64,
    /// When it last gave a sign of life.
    sealed_ms: u64,
    /// It said itself why there was none: the disk did not take it.
    is_excused: bool,
    has_ended: bool,
}

impl Runs {
    pub(super) fn step(&mut self, entry: &Entry) -> Result<(), (AuditFlaw, String)> {
        if entry.kind == Kind::Started.as_str() {
            self.unclean += u64::from(self.current.as_ref().is_some_and(|run| !run.has_ended));
            self.count += 1;
            self.current = Some(Run {
                id: entry.run.clone(),
                at_ms: entry.at_ms,
                seal_every_ms: entry.numbers.get("seal_every_ms").copied().unwrap_or(u64::MAX),
                sealed_ms: entry.at_ms,
                is_excused: false,
                has_ended: false,
            });
            return Ok(());
        }
        let run = self.current.as_mut().filter(|run| run.id == entry.run && !run.has_ended);
        let Some(run) = run else {
            return Err((AuditFlaw::Missing, "its run has no start before it".to_owned()));
        };
        if entry.at_ms < run.at_ms {
            return Err((AuditFlaw::Changed, "the clock of its run goes back".to_owned()));
        }
        run.at_ms = entry.at_ms;
        run.is_excused |= entry.kind == Kind::Missed.as_str();
        run.check_seal()?;
        run.has_ended = entry.kind == Kind::Stopped.as_str();
        if entry.kind == Kind::Sealed.as_str() {
            run.sealed_ms = entry.at_ms;
            run.is_excused = false;
        }
        Ok(())
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Runs that have no end; the last one has none yet when it `is_running`.
    pub(super) fn unclean(&self, is_running: bool) -> u64 {
        let is_open = self.current.as_ref().is_some_and(|run| !run.has_ended);
        self.unclean + u64::from(is_open && !is_running)
    }
}

impl Run {
    /// A machine may be busy, so a sign of life may come as late again as it is due.
    fn check_seal(&self) -> Result<(), (AuditFlaw, String)> {
        let after = self.at_ms - self.sealed_ms;
        if self.is_excused || after <= self.seal_every_ms.saturating_mul(2) {
            return Ok(());
        }
        let detail = format!(
            "there was no seal for {} s, and one is due every {} s",
            after / 1000,
            self.seal_every_ms / 1000
        );
        Err((AuditFlaw::Unsealed, detail))
    }
}
