/// What an answer had to leave out, for [`incomplete`](crate::store::SearchPage::incomplete).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOut {
    /// The question was stopped before its end.
    pub(super) stopped: bool,
    /// Segments that were removed while the question ran.
    pub(super) vanished_segments: u64,
    /// Segments that could not be opened or read.
    pub(super) unreadable_segments: u64,
    /// Frames of compressed segments that are damaged or too big.
    pub(super) damaged_frames: u64,
    /// Lines that are longer than any of ours.
    pub(super) long_lines: u64,
    /// Lines that are no records.
    pub(super) damaged_lines: u64,
    /// What else there is to say.
    pub(super) remarks: Vec<String>,
}

impl LeftOut {
    /// Takes in what another part of the answer left out.
    pub(super) fn add(&mut self, other: LeftOut) {
        self.stopped |= other.stopped;
        self.vanished_segments += other.vanished_segments;
        self.unreadable_segments += other.unreadable_segments;
        self.damaged_frames += other.damaged_frames;
        self.long_lines += other.long_lines;
        self.damaged_lines += other.damaged_lines;
        self.remarks.extend(other.remarks);
    }

    /// One sentence, or `None` when nothing was left out.
    pub(super) fn describe(&self) -> Option<String> {
        let mut parts = Vec::new();
        if self.stopped {
            parts.push("stopped before everything was looked at".to_owned());
        }
        let counted = [
            (self.vanished_segments, "segment", "removed meanwhile"),
            (self.unreadable_segments, "segment", "that can't be read"),
            (self.damaged_frames, "block", "damaged"),
            (self.long_lines, "line", "too long"),
            (self.damaged_lines, "line", "damaged"),
        ];
        for (count, what, why) in counted {
            if count > 0 {
                let plural = if count == 1 { "" } else { "s" };
                parts.push(format!("{count} {what}{plural} {why}"));
            }
        }
        parts.extend(self.remarks.iter().cloned());
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}
