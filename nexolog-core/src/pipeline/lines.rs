use super::losses::Cause;
use super::mask::Mask;
use super::outputs::{NotTaken, Outputs};
use super::own_record::OwnRecord;
use super::program::Programs;
use super::render::Renderer;
use super::reports;
#[cfg(feature = "api")]
use super::requests::Requests;
use super::view::{FieldView, View};
use crate::context::FieldValue;
use crate::record::Level;
use crate::record::{body, wire};

/// Bytes kept free before a line for its beginning: `{"seq":` and up to 20 digits.
const SEQ_ROOM: usize = 7 + 20;

/// The way of one line, from its view to the files.
#[derive(Debug)]
pub(super) struct Lines {
    renderer: Renderer,
    pub(super) outputs: Outputs,
    started: Vec<(&'static str, FieldValue)>,
    line: Vec<u8>,
    /// Lines written since the start.
    pub(super) written: u64,
    /// Bytes of those.
    pub(super) bytes: u64,
    #[cfg(feature = "api")]
    pub(super) requests: Requests,
}

/// Whose line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    /// An event that was logged.
    Event,
    /// A record of Nexolog about itself.
    Own,
    /// The record at the head of a segment, written on the way of another line.
    Head,
}

/// The main log did not take a line that had got its number.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) seq: u64,
    pub(super) cause: Cause,
}

impl Lines {
    /// `started` are the fields of the record at the head of each segment.
    pub(super) fn new(
        outputs: Outputs,
        started: Vec<(&'static str, FieldValue)>,
        mask: Mask,
    ) -> Lines {
        Lines {
            renderer: Renderer::new(mask),
            outputs,
            started,
            line: Vec::new(),
            written: 0,
            bytes: 0,
            #[cfg(feature = "api")]
            requests: Requests::default(),
        }
    }

    /// The record at the head of a segment.
    pub(super) fn started(&self) -> OwnRecord {
        reports::started(&self.started)
    }

    /// Writes a line; gives its number.
    pub(super) fn write(
        &mut self,
        view: &mut View<'_>,
        kind: LineKind,
        fields: &[FieldView<'_>],
        micros: i64,
        thread: &str,
        programs: &Programs,
    ) -> Result<u64, Refused> {
        view.module = self.outputs.copies.admit(view.module);
        self.line.clear();
        self.line.resize(SEQ_ROOM, 0);
        self.renderer.render(&mut self.line, view, fields, micros, thread);
        if !self.outputs.fits(self.line.len()) {
            self.begin_segment(programs, micros);
        }
        let seq = self.outputs.directory.next_seq();
        let start = put_seq(&mut self.line, seq);
        let line = &self.line[start..];
        let length = line.len() as u64;
        let taken = self.outputs.append(seq, view.level, view.module, kind, line);
        taken.map_err(|NotTaken(cause)| Refused { seq, cause })?;
        self.written += 1;
        self.bytes += length;
        #[cfg(feature = "api")]
        if view.program.tells_of_requests() {
            self.requests.note(view, fields);
        }
        Ok(seq)
    }

    /// Writes a record of Nexolog's own; `false` when the main log does not take it.
    pub(super) fn write_own(
        &mut self,
        level: Level,
        event: &[u8],
        kind: LineKind,
        programs: &Programs,
        micros: i64,
    ) -> bool {
        let Some((length, header)) = wire::head(event) else { return true };
        let Some(program) = programs.get(header.plan) else { return true };
        let body = body::read(event, 0, length);
        let mut fields = Vec::new();
        let mut view = View::read(level, program, body, programs, &mut fields);
        self.write(&mut view, kind, &fields, micros, "nexolog-writer", programs).is_ok()
    }

    /// Rotates the main log and puts `started` at the head of the new segment, so that each tells whose it is.
    fn begin_segment(&mut self, programs: &Programs, micros: i64) {
        let line = std::mem::take(&mut self.line);
        if self.outputs.rotate() {
            let (level, event) = self.started().finish();
            self.write_own(level, &event, LineKind::Head, programs, micros);
        }
        self.line = line;
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
