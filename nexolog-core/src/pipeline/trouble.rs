use std::fmt::Display;
use std::time::{Duration, Instant};

use super::clock;

/// Own reports of one cause come at most this often.
const EVERY: Duration = Duration::from_secs(1);

/// What goes wrong with the files, told at most once a second and cause: in the log, and on standard
/// error while the log itself can't be written.
#[derive(Debug, Default)]
pub(crate) struct Trouble {
    causes: Vec<CauseOfTrouble>,
    /// The newest, and when (microseconds since the Unix epoch).
    last: Option<(String, i64)>,
    main_fails: bool,
}

#[derive(Debug)]
struct CauseOfTrouble {
    /// What fails.
    doing: &'static str,
    error: String,
    /// How often it happened since it was last told in the log.
    untold: u64,
    /// How often it happened since the start.
    count: u64,
    told_at: Option<Instant>,
    told_on_stderr_at: Option<Instant>,
}

/// One cause of trouble, to be told now.
#[derive(Debug)]
pub(super) struct TroubleNews {
    pub(super) what: String,
    pub(super) count: u64,
}

impl Trouble {
    /// Notes that `doing` failed.
    pub(crate) fn note(&mut self, doing: &'static str, error: &dyn Display) {
        let error = error.to_string();
        self.last = Some((message(doing, &error), clock::now_micros()));
        let known = self.causes.iter().position(|cause| cause.doing == doing);
        let at = known.unwrap_or_else(|| {
            self.causes.push(CauseOfTrouble::new(doing));
            self.causes.len() - 1
        });
        let cause = &mut self.causes[at];
        cause.untold += 1;
        cause.count += 1;
        cause.error = error;
        if self.main_fails && is_due(&mut cause.told_on_stderr_at) {
            say(&message(doing, &cause.error));
        }
    }

    /// As [`note`](Trouble::note), and on standard error as well: who knows whether the log can still tell it.
    pub(super) fn note_loudly(&mut self, doing: &'static str, error: &dyn Display) {
        let fails = std::mem::replace(&mut self.main_fails, true);
        self.note(doing, error);
        self.main_fails = fails;
    }

    /// Notes that the main log does not take lines.
    pub(super) fn main_fails(&mut self, error: &dyn Display) {
        self.main_fails = true;
        self.note("writing the main log", error);
    }

    pub(super) fn main_is_well(&mut self) {
        self.main_fails = false;
    }

    pub(crate) fn is_writing(&self) -> bool {
        !self.main_fails
    }

    #[cfg(feature = "api")]
    pub(crate) fn last(&self) -> Option<(String, i64)> {
        self.last.clone()
    }

    /// How often each thing failed since the start.
    #[cfg(feature = "api")]
    pub(super) fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.causes.iter().map(|cause| (cause.doing, cause.count))
    }

    /// What happened since it was last told, where a second has passed since or it is `urgent`.
    pub(super) fn take_untold(&mut self, is_urgent: bool) -> Vec<TroubleNews> {
        if self.main_fails {
            return Vec::new();
        }
        let untold = self.causes.iter_mut().filter(|cause| cause.untold > 0);
        let due = untold
            .filter_map(|cause| (is_due(&mut cause.told_at) || is_urgent).then(|| cause.take()));
        due.collect()
    }
}

impl CauseOfTrouble {
    fn new(doing: &'static str) -> CauseOfTrouble {
        CauseOfTrouble {
            doing,
            error: String::new(),
            untold: 0,
            count: 0,
            told_at: None,
            told_on_stderr_at: None,
        }
    }

    fn take(&mut self) -> TroubleNews {
        let what = message(self.doing, &self.error);
        TroubleNews { what, count: std::mem::take(&mut self.untold) }
    }
}

/// Says something on standard error, the last place where anybody may read it. Never panics, as `eprintln` does
/// where nobody reads any more.
pub(crate) fn say(what: &str) {
    let line = format!("nexolog: {what}\n");
    // Past the standard library's lock: in a forked child, a thread that is not there may hold it.
    #[cfg(unix)]
    let _ = rustix::io::write(rustix::stdio::stderr(), line.as_bytes());
    #[cfg(not(unix))]
    let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
}

fn message(doing: &str, error: &str) -> String {
    format!("{doing} failed: {error}")
}

fn is_due(last: &mut Option<Instant>) -> bool {
    let due = last.is_none_or(|at| at.elapsed() >= EVERY);
    if due {
        *last = Some(Instant::now());
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(trouble: &mut Trouble, is_urgent: bool) -> Vec<(String, u64)> {
        trouble.take_untold(is_urgent).into_iter().map(|news| (news.what, news.count)).collect()
    }

    /// Moves the moment at which a cause was last told.
    fn set_told(trouble: &mut Trouble, doing: &str, at: Instant) {
        let cause = trouble.causes.iter_mut().find(|cause| cause.doing == doing).unwrap();
        cause.told_at = Some(at);
    }

    #[test]
    fn each_cause_is_told_once_a_second_with_its_newest_error_and_how_often_it_came() {
        let mut trouble = Trouble::default();
        (0..100).for_each(|number| trouble.note("sealing", &number));
        trouble.note("syncing", &"no disk");
        let first =
            [("sealing failed: 99".to_owned(), 100), ("syncing failed: no disk".to_owned(), 1)];
        assert_eq!(told(&mut trouble, false), first);
        (0..7).for_each(|number| trouble.note("sealing", &number));
        // As if no second had passed, however slow the machine is, and then as if one had.
        set_told(&mut trouble, "sealing", Instant::now() + Duration::from_secs(3600));
        assert_eq!(told(&mut trouble, false), []);
        set_told(&mut trouble, "sealing", Instant::now().checked_sub(EVERY).unwrap());
        assert_eq!(told(&mut trouble, false), [("sealing failed: 6".to_owned(), 7)]);
        trouble.note("sealing", &"again");
        assert_eq!(told(&mut trouble, true), [("sealing failed: again".to_owned(), 1)]);
    }

    #[test]
    fn while_the_main_log_fails_nothing_counts_as_told() {
        let mut trouble = Trouble::default();
        trouble.main_fails(&"full");
        trouble.note("sealing", &"full, too");
        assert!(!trouble.is_writing());
        assert_eq!(told(&mut trouble, true), []);
        trouble.main_is_well();
        assert_eq!(told(&mut trouble, true).len(), 2);
    }
}
