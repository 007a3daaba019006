use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing_core::Callsite as _;

use super::batch::Batch;
use super::clock::{self, Calendar};
use super::heartbeat::{Heartbeat, Totals};
use super::left_out;
use super::lines::{LineKind, Lines, Refused};
use super::loss_teller::LossTeller;
use super::losses::Cause;
use super::mask::Mask;
use super::outputs::Outputs;
use super::own_record::OwnRecord;
use super::program::Programs;
use super::reach::Reach;
use super::repeats::{Repeats, Verdict};
use super::reports;
use super::suppressed::{Occasion, SuppressedTeller};
use super::view::View;
use crate::capture::{Capture, OWN_MODULE, Suppression};
use crate::config::Settings;
use crate::context::FieldValue;
use crate::record::Level;
use crate::store::StoreReport;

/// Records of its own that wait until the main log takes lines again; further ones are dropped, losses apart.
const MOST_UNTOLD: usize = 256;

/// What sinks missed is told at most this often.
const TELL_MISSED_EVERY: Duration = Duration::from_secs(1);

/// Modules that belong to Nexolog's own files and records.
const RESERVED_MODULES: [&str; 3] = [OWN_MODULE, "error", "audit"];

/// Where a user's events of a reserved module go.
const NOT_RESERVED: &str = "other";

/// The writer: takes events out of the queue and turns them into lines in files.
///
/// One at a time holds it; see [`Pipeline`](super::Pipeline).
#[derive(Debug)]
pub(crate) struct Writer {
    capture: Arc<Capture>,
    programs: Programs,
    batch: Batch,
    /// How many events of the batch are dealt with.
    dealt_with: usize,
    /// What is being written, and how many lines the main log had taken before it.
    in_hand: Option<(InHand, u64)>,
    calendar: Calendar,
    lines: Lines,
    losses: LossTeller,
    heartbeat: Heartbeat,
    repeats: Option<Repeats>,
    suppressed: SuppressedTeller,
    /// Records of its own that the main log did not take yet.
    untold: VecDeque<(Level, Vec<u8>)>,
    /// The last number when the end of the run was marked.
    ended_at: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
enum InHand {
    /// An event of the batch.
    Event(Level),
    /// The first of the untold records.
    Own,
}

impl Writer {
    /// `started` are the fields of the record at the head of each segment.
    pub(crate) fn new(
        capture: Arc<Capture>,
        outputs: Outputs,
        started: Vec<(&'static str, FieldValue)>,
        settings: &Settings,
    ) -> Writer {
        let programs = Programs::new(&capture);
        let mask = Mask::new(Arc::clone(capture.plans.masker()));
        Writer {
            capture,
            programs,
            batch: Batch::default(),
            dealt_with: 0,
            in_hand: None,
            calendar: Calendar::new(),
            lines: Lines::new(outputs, started, mask),
            losses: LossTeller::new(),
            heartbeat: Heartbeat::new(settings, clock::stamp()),
            repeats: settings.repeats.map(Repeats::new),
            suppressed: SuppressedTeller::default(),
            untold: VecDeque::new(),
            ended_at: None,
        }
    }

    pub(super) fn outputs(&self) -> &Outputs {
        &self.lines.outputs
    }

    #[cfg(feature = "api")]
    pub(super) fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Lines written since the start.
    pub(super) fn written(&self) -> u64 {
        self.lines.written
    }

    /// The number given last; 0 before the first.
    pub(super) fn newest_seq(&self) -> u64 {
        self.lines.outputs.directory.newest_seq()
    }

    /// Writes everything that was logged before now, as far as `reach` says; gives the moment up to which that is
    /// true. `notes` gives records of Nexolog's own that others left.
    ///
    /// # Errors
    ///
    /// When the main log does not take it: what waits is kept while there is room, then counted as lost.
    pub(super) fn drain(
        &mut self,
        reach: Reach,
        notes: impl FnOnce() -> Vec<OwnRecord>,
    ) -> (u64, io::Result<()>) {
        let cut = clock::stamp();
        let before = self.calendar.date(cut);
        if let Some(step) = self.calendar.adjust() {
            self.tell(reports::clock_step(step, before, self.calendar.date(cut)));
        }
        self.try_what_waits();
        self.lines.outputs.look_after_main(false);
        self.tell_reports(false);
        for note in notes() {
            self.tell(note);
        }
        self.tell_losses(false);
        self.tell_suppressed(cut, false);
        self.tell_heartbeat(cut);
        self.heartbeat.note_queue(self.capture.queue.taken());
        // What a panic left of the batch before comes first.
        self.write_batch();
        self.batch.gather(&self.capture.queue, cut);
        self.programs.refresh(&self.capture);
        self.write_batch();
        let unwritten = self.lines.outputs.has_unwritten(reach);
        (cut, if unwritten { self.lines.outputs.write_out(reach) } else { Ok(()) })
    }

    /// Writes the last records, and marks the end of the run.
    ///
    /// # Errors
    ///
    /// When the disk does not take it: what waits is given up and counted as lost.
    pub(super) fn end(&mut self, is_first: bool, until: Instant) -> io::Result<()> {
        self.lines.outputs.look_after_main(true);
        // What the sealer did belongs before the last record. Where it hangs, others need the time as well.
        let patience = until.saturating_duration_since(Instant::now()) / 4;
        self.lines.outputs.directory.stop_sealer(Instant::now() + patience);
        self.tell_reports(true);
        self.tell_missed(Duration::ZERO);
        self.tell_losses(true);
        self.tell_suppressed(clock::stamp(), true);
        self.tell_left_out();
        if is_first {
            let count = self.lines.written;
            self.tell(OwnRecord::new(Level::Info, "stopped").number("written", count));
        }
        let outputs = &mut self.lines.outputs;
        let written = outputs.write_out(Reach::Everything);
        let (cause, by_level) = outputs.give_up();
        self.capture.losses.add_by_level(cause, by_level);
        for sink in &mut outputs.sinks {
            sink.close(until.saturating_duration_since(Instant::now()));
        }
        // Without its mark the next start takes this end for an unclean one, and checks more.
        let marked = outputs.directory.close(until);
        self.ended_at = Some(self.newest_seq());
        written.and(marked)
    }

    /// Writes a record of Nexolog's own, with the next batch that the main log takes.
    pub(super) fn tell(&mut self, record: OwnRecord) {
        if record.is_account() || self.untold.len() < MOST_UNTOLD {
            self.untold.push_back(record.finish());
        }
        self.tell_untold();
    }

    /// Writes the records that a run begins with: what it `found` stands in the file before anything else can happen.
    pub(super) fn begin(&mut self, found: impl IntoIterator<Item = OwnRecord>) {
        let started = self.lines.started();
        self.tell(started);
        found.into_iter().for_each(|record| self.tell(record));
        // What the disk refuses is tried again with the first batch, and told like any other trouble.
        drop(self.lines.outputs.write_out(Reach::Everything));
    }

    /// Whether something came after the end that the log or its mark does not tell yet.
    pub(super) fn has_news(&self) -> bool {
        self.ended_at != Some(self.newest_seq())
            || self.losses.has_untold(&self.capture.losses)
            || self.suppressed.has_untold(&self.capture.suppressed)
    }

    /// Accounts for what was being written when a panic came; the next drain goes on behind it.
    pub(super) fn note_panic(&mut self, message: &str) {
        let outputs = &mut self.lines.outputs;
        if let Some((in_hand, before)) = self.in_hand.take() {
            let is_taken = outputs.taken() != before;
            match in_hand {
                InHand::Event(level) if !is_taken => {
                    self.capture.losses.add(Cause::WriterPanicked, level, 1);
                }
                InHand::Own if is_taken => drop(self.untold.pop_front()),
                // The event is in the log; the record is told again.
                InHand::Event(_) | InHand::Own => {}
            }
        }
        outputs.trouble.note_loudly("writing a batch", &format_args!("it panicked: {message}"));
    }

    /// Writes the batch, and gives room back as it goes.
    fn write_batch(&mut self) {
        loop {
            self.write_run();
            if !self.batch.release(&self.capture.queue) {
                break;
            }
        }
        self.dealt_with = 0;
    }

    fn write_run(&mut self) {
        let mut fields = Vec::new();
        while self.dealt_with < self.batch.run_end() {
            let place = self.dealt_with;
            self.dealt_with += 1;
            let Some(event) = self.batch.event(place) else { continue };
            let verdict =
                self.repeats.as_mut().map_or(Verdict::Write, |repeats| repeats.judge(&event));
            if verdict == Verdict::Repeat {
                self.capture.suppressed.add(Suppression::Repeat);
                continue;
            }
            let level = event.header.level;
            // Every plan is known: it was made before the event.
            let Some(program) = self.programs.get(event.header.plan) else { continue };
            let mut view = View::read(level, program, event.body, &self.programs, &mut fields);
            self.in_hand = Some((InHand::Event(level), self.lines.outputs.taken()));
            if RESERVED_MODULES.contains(&view.module) {
                view.module = NOT_RESERVED;
            }
            let micros = self.calendar.date(event.header.stamp);
            let thread = view.thread.unwrap_or(event.thread);
            let written = self.lines.write(
                &mut view,
                LineKind::Event,
                &fields,
                micros,
                thread,
                &self.programs,
            );
            match (written, &mut self.repeats, verdict) {
                (Err(Refused { seq, cause }), ..) => {
                    self.capture.losses.add(cause, level, 1);
                    self.losses.note_seqs(cause, seq, seq);
                }
                (Ok(seq), Some(repeats), Verdict::Remember(hash)) => {
                    repeats.remember(hash, &event, seq);
                }
                (Ok(_), ..) => {}
            }
            self.in_hand = None;
        }
    }

    /// While the main log takes nothing, it is tried before anything new is written: what was lost meanwhile
    /// is then told at the very place where it is missing.
    fn try_what_waits(&mut self) {
        let outputs = &mut self.lines.outputs;
        if outputs.trouble.is_writing() || outputs.write_out(Reach::Everything).is_err() {
            return;
        }
        self.tell_losses(true);
    }

    /// Tells what was lost since it was last told, unless that was just now or the log can't be written.
    fn tell_losses(&mut self, is_urgent: bool) {
        let is_possible =
            self.lines.outputs.trouble.is_writing() && self.untold.len() < MOST_UNTOLD;
        for record in self.losses.due(&self.capture.losses, is_possible, is_urgent) {
            self.untold.push_back(record.finish());
        }
        self.tell_untold();
    }

    /// Tells what was kept out of the files on purpose, a callsite at most once a second unless that is urgent.
    fn tell_suppressed(&mut self, now: u64, is_urgent: bool) {
        if !self.suppressed.has_untold(&self.capture.suppressed) {
            return;
        }
        self.programs.refresh(&self.capture);
        if let Some(repeats) = &mut self.repeats {
            for run in repeats.take_ended(if is_urgent { u64::MAX } else { now }) {
                self.suppressed.note(run, &self.programs);
            }
        }
        loop {
            let is_writing = self.lines.outputs.trouble.is_writing();
            let room = if is_writing { MOST_UNTOLD.saturating_sub(self.untold.len()) } else { 0 };
            let occasion = Occasion { now, calendar: &self.calendar, is_urgent, room };
            let records = self.suppressed.due(&self.capture.suppressed, &self.programs, occasion);
            if records.is_empty() {
                return;
            }
            self.untold.extend(records.into_iter().map(OwnRecord::finish));
            self.tell_untold();
        }
    }

    /// Says at intervals that the logger is alive, unless the log can't take it.
    fn tell_heartbeat(&mut self, now: u64) {
        if !self.lines.outputs.trouble.is_writing() || !self.untold.is_empty() {
            return;
        }
        let (losses, suppressed) = (&self.capture.losses, &self.capture.suppressed);
        let totals = || Totals {
            written: self.lines.written,
            lost: losses.sum(),
            suppressed: suppressed.sum(),
        };
        if let Some(beat) = self.heartbeat.due(now, totals) {
            self.tell_left_out();
            self.tell(reports::heartbeat(&beat));
        }
    }

    /// Tells what places in code left out by themselves, where this log has events of theirs.
    fn tell_left_out(&mut self) {
        for place in left_out::known() {
            let mut callsites = place.callsites().iter();
            if callsites.any(|(_, callsite)| self.capture.plans.knows(callsite.metadata()))
                && let count @ 1.. = place.take()
            {
                self.tell(reports::left_out(place, count));
            }
        }
    }

    fn tell_reports(&mut self, is_urgent: bool) {
        for report in self.lines.outputs.directory.take_reports() {
            self.account_for(&report);
            if let Some(record) = reports::of_store(report, &mut self.lines.outputs.trouble) {
                self.untold.push_back(record.finish());
            }
        }
        for news in self.lines.outputs.trouble.take_untold(is_urgent) {
            self.untold.push_back(reports::trouble(&news).finish());
        }
        if let Some((module, most)) = self.lines.outputs.copies.take_refused() {
            self.untold.push_back(reports::too_many_modules(&module, most).finish());
        }
        self.tell_untold();
        self.tell_missed(TELL_MISSED_EVERY);
    }

    fn tell_missed(&mut self, every: Duration) {
        for (sink, count) in self.lines.outputs.take_missed(every) {
            self.tell(reports::missed(sink, count));
        }
    }

    /// What was in a file that somebody removed is lost, and told like other losses.
    fn account_for(&mut self, report: &StoreReport) {
        let StoreReport::Reopened { gone: Some(gone), .. } = report else { return };
        self.capture.losses.add_by_level(Cause::FileRemoved, gone.by_level);
        if let Some((first, last)) = gone.seqs {
            self.losses.note_seqs(Cause::FileRemoved, first, last);
        }
    }

    /// Records wait until the main log has them, so that neither a full disk nor a panic swallows an account.
    fn tell_untold(&mut self) {
        while let Some((level, event)) = self.untold.front() {
            let micros = self.calendar.date(clock::stamp());
            self.in_hand = Some((InHand::Own, self.lines.outputs.taken()));
            let taken = self.lines.write_own(*level, event, LineKind::Own, &self.programs, micros);
            self.in_hand = None;
            if !taken {
                return;
            }
            self.untold.pop_front();
        }
    }
}

#[cfg(test)]
impl Writer {
    /// Sets the calendar, as an administrator or a time server would.
    pub(super) fn set_calendar(&mut self, by_micros: i64) {
        self.calendar.set_by = by_micros;
    }
}
