use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::batch::Batch;
use super::clock::{self, Calendar};
use super::losses::{Cause, LossCounts};
use super::mask::Mask;
use super::outputs::Outputs;
use super::own_record::OwnRecord;
use super::render::Renderer;
use super::reports;
use super::view::{FieldView, View};
use crate::capture::{Capture, OWN_MODULE, Plan};
use crate::record::Level;
use crate::record::wire::{self, HEADER_LEN};

/// Bytes kept free before a line for its beginning: `{"seq":` and up to 20 digits.
const SEQ_ROOM: usize = 7 + 20;

/// What was lost, and what sinks missed, is told at most this often.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// The writer: takes events out of the queue and turns them into lines in files.
///
/// One at a time holds it; see [`Pipeline`](super::Pipeline).
#[derive(Debug)]
pub(crate) struct Writer {
    capture: Arc<Capture>,
    plans: Vec<Arc<Plan>>,
    batch: Batch,
    calendar: Calendar,
    lines: Lines,
    told: LossCounts,
    told_at: Option<Instant>,
}

impl Writer {
    /// `started` are the fields of the record at the head of each segment.
    pub(crate) fn new(
        capture: Arc<Capture>,
        outputs: Outputs,
        started: Vec<(String, String)>,
    ) -> Writer {
        let mut plans = Vec::new();
        capture.plans.refresh(&mut plans);
        let mask = Mask::new(Arc::clone(capture.plans.masker()));
        Writer {
            capture,
            plans,
            batch: Batch::default(),
            calendar: Calendar::new(),
            lines: Lines {
                renderer: Renderer::new(mask),
                outputs,
                started,
                line: Vec::new(),
                written: 0,
                lost_seqs: None,
            },
            told: LossCounts::default(),
            told_at: None,
        }
    }

    pub(super) fn outputs(&self) -> &Outputs {
        &self.lines.outputs
    }

    pub(super) fn outputs_mut(&mut self) -> &mut Outputs {
        &mut self.lines.outputs
    }

    /// Lines written since the start.
    pub(super) fn written(&self) -> u64 {
        self.lines.written
    }

    /// Writes everything that was logged before now; gives the moment up to which that is true.
    ///
    /// # Errors
    ///
    /// When the main log does not take it: what waits is kept while there is room, then counted as lost.
    pub(super) fn drain(&mut self) -> (u64, io::Result<()>) {
        let cut = clock::stamp();
        self.calendar.adjust();
        self.tell_reports();
        self.tell_losses(TELL_EVERY);
        self.batch.gather(&self.capture.queue, cut);
        self.capture.plans.refresh(&mut self.plans);
        let wrote_any = self.batch.len() > 0 || self.lines.outputs.has_unwritten();
        let Writer { capture, plans, batch, calendar, lines, .. } = self;
        loop {
            let mut fields = Vec::new();
            for event in batch.run() {
                let (level, plan) = (event.header.level, event.header.plan);
                let view = View::read(level, plan, event.items, plans, &mut fields);
                let Some(mut view) = view else { continue };
                let micros = calendar.date(event.header.stamp);
                let taken = lines.write(&mut view, &fields, micros, event.thread, plans);
                if !taken && view.module != OWN_MODULE {
                    capture.losses.add(Cause::WriteFailed, level, 1);
                }
            }
            if !batch.release(&capture.queue) {
                break;
            }
        }
        let written = if wrote_any { self.lines.outputs.write_out() } else { Ok(()) };
        (cut, written)
    }

    /// Writes a record of Nexolog's own.
    pub(super) fn tell(&mut self, record: OwnRecord) {
        let (level, event) = record.finish();
        let micros = self.calendar.date(clock::stamp());
        self.lines.write_own(level, &event, &self.plans, micros);
    }

    /// Tells what was lost since it was last told, unless that was less than `every` ago or the log can't
    /// be written (the telling would be lost, too).
    pub(super) fn tell_losses(&mut self, every: Duration) {
        let recent = self.told_at.is_some_and(|at| at.elapsed() < every);
        if recent || !self.lines.outputs.trouble.is_writing() {
            return;
        }
        let from = self.told_at.map_or(Duration::ZERO, |at| at.elapsed());
        for (cause, by_level) in self.capture.losses.since(&mut self.told) {
            self.told_at = Some(Instant::now());
            let seqs = (cause == Cause::WriteFailed).then(|| self.lines.lost_seqs.take()).flatten();
            self.tell(reports::lost(cause, by_level, from, seqs));
        }
    }

    /// Writes the record that a run begins with.
    pub(super) fn tell_started(&mut self) {
        self.tell(reports::started(&self.lines.started));
    }

    /// Tells what sinks missed since it was last told, unless that was less than `every` ago.
    pub(super) fn tell_missed(&mut self, every: Duration) {
        for (sink, count) in self.lines.outputs.take_missed(every) {
            self.tell(reports::missed(sink, count));
        }
    }

    fn tell_reports(&mut self) {
        for report in self.lines.outputs.directory.take_reports() {
            if let Some(record) = reports::of_store(report, &mut self.lines.outputs.trouble) {
                self.tell(record);
            }
        }
        self.tell_missed(TELL_EVERY);
        if let Some((message, count)) = self.lines.outputs.trouble.take_untold() {
            self.tell(
                OwnRecord::new(Level::Error, "trouble")
                    .text("what", &message)
                    .number("count", count),
            );
        }
    }
}

/// The way of one line, from its view to the files.
#[derive(Debug)]
struct Lines {
    renderer: Renderer,
    outputs: Outputs,
    started: Vec<(String, String)>,
    line: Vec<u8>,
    written: u64,
    /// Numbers that were given to lines the disk would not take.
    lost_seqs: Option<(u64, u64)>,
}

impl Lines {
    /// Writes a line; `false` when the main log does not take it.
    fn write(
        &mut self,
        view: &mut View<'_>,
        fields: &[FieldView<'_>],
        micros: i64,
        thread: &str,
        plans: &[Arc<Plan>],
    ) -> bool {
        view.module = self.outputs.admit(view.module);
        self.line.clear();
        self.line.resize(SEQ_ROOM, 0);
        self.renderer.render(&mut self.line, view, fields, micros, thread);
        if !self.outputs.fits(self.line.len()) {
            self.begin_segment(plans, micros);
        }
        let seq = self.outputs.directory.next_seq();
        let start = put_seq(&mut self.line, seq);
        let line = &self.line[start..];
        let taken = self.outputs.append(seq, view.level, view.module, line).is_ok();
        if taken {
            self.written += 1;
        } else {
            let first = self.lost_seqs.map_or(seq, |(first, _)| first);
            self.lost_seqs = Some((first, seq));
        }
        taken
    }

    /// Rotates the main log and puts `started` at the head of the new segment, so that each tells whose it is.
    fn begin_segment(&mut self, plans: &[Arc<Plan>], micros: i64) {
        let line = std::mem::take(&mut self.line);
        self.outputs.rotate();
        let (level, event) = reports::started(&self.started).finish();
        self.write_own(level, &event, plans, micros);
        self.line = line;
    }

    fn write_own(&mut self, level: Level, event: &[u8], plans: &[Arc<Plan>], micros: i64) {
        let Some((length, header)) = wire::head(event) else { return };
        let mut fields = Vec::new();
        let items = &event[HEADER_LEN..length];
        if let Some(mut view) = View::read(level, header.plan, items, plans, &mut fields) {
            self.write(&mut view, &fields, micros, "nexolog-writer", plans);
        }
    }
}

/// Puts `{"seq":N` right before the rest of the line; gives the place where the line begins.
fn put_seq(line: &mut [u8], seq: u64) -> usize {
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(seq).as_bytes();
    let digits_at = SEQ_ROOM - digits.len();
    let start = digits_at - 7;
    line[digits_at..SEQ_ROOM].copy_from_slice(digits);
    line[start..digits_at].copy_from_slice(b"{\"seq\":");
    start
}
