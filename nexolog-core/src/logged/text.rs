use std::fmt::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::capture::panic_hook::silently;
use crate::record::wire::floor_char_boundary;

/// Text that was taken from a value: kept in place while short, cut when huge.
#[derive(Clone)]
pub struct Text {
    kept: Kept,
    /// Bytes offered, whether kept or not.
    offered: usize,
}

#[derive(Clone)]
enum Kept {
    Short { length: u8, bytes: [u8; Text::SHORT] },
    Long(String),
}

impl Text {
    /// Texts up to this many bytes need no memory of their own.
    const SHORT: usize = 22;

    /// More bytes of one text are never kept. The configured caps, applied when the event is
    /// captured, are lower; this one bounds what a call holds on to until it ends.
    pub const CAP: usize = 64 * 1024;

    pub(super) const PANICKED: &'static str = "<panicked while formatting>";

    /// A copy of `text`.
    #[must_use]
    pub fn copy(text: &str) -> Text {
        let mut copy = Text::empty();
        copy.push(text);
        copy.closed()
    }

    /// What `value` displays as.
    pub fn display<T: fmt::Display + ?Sized>(value: &T) -> Text {
        Text::format(|out| write!(out, "{value}"))
    }

    /// What `value` looks like to a developer.
    pub fn debug<T: fmt::Debug + ?Sized>(value: &T) -> Text {
        Text::format(|out| write!(out, "{value:?}"))
    }

    /// The text kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.kept {
            // Only whole texts are ever pushed, so the fallback is never taken.
            Kept::Short { length, bytes } => bytes
                .get(..usize::from(*length))
                .and_then(|bytes| std::str::from_utf8(bytes).ok())
                .unwrap_or_default(),
            Kept::Long(text) => text,
        }
    }

    fn empty() -> Text {
        Text { kept: Kept::Short { length: 0, bytes: [0; Text::SHORT] }, offered: 0 }
    }

    /// A user's formatting code may fail and may panic; neither is the caller's fault.
    fn format(write: impl FnOnce(&mut Text) -> fmt::Result) -> Text {
        let mut text = Text::empty();
        match silently(|| catch_unwind(AssertUnwindSafe(|| write(&mut text)))) {
            Ok(_) => text.closed(),
            Err(_) => Text::copy(Text::PANICKED),
        }
    }

    fn push(&mut self, more: &str) {
        self.offered += more.len();
        let length = self.as_str().len();
        let more = &more[..floor_char_boundary(more, Text::CAP.saturating_sub(length))];
        match &mut self.kept {
            Kept::Short { length: used, bytes } => {
                let end = length + more.len();
                match (bytes.get_mut(length..end), u8::try_from(end)) {
                    (Some(room), Ok(end)) => {
                        room.copy_from_slice(more.as_bytes());
                        *used = end;
                    }
                    _ => self.spill(more),
                }
            }
            Kept::Long(text) => text.push_str(more),
        }
    }

    #[cold]
    fn spill(&mut self, more: &str) {
        let start = self.as_str();
        let mut long = String::with_capacity(start.len() + more.len());
        long.push_str(start);
        long.push_str(more);
        self.kept = Kept::Long(long);
    }

    /// A cut text says so, and how long it was.
    fn closed(mut self) -> Text {
        if let (Kept::Long(text), true) = (&mut self.kept, self.offered > Text::CAP) {
            // Writing to a string can't fail.
            let _ = write!(text, "… ({} bytes)", self.offered);
        }
        self
    }
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text);
        Ok(())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
