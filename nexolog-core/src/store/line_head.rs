//! Reads the beginning of stored lines: the reserved keys that come first, at known places.

use std::time::SystemTime;

use memchr::{memchr, memmem};

use crate::record::Level;

/// What every line of ours begins with.
pub(super) const OPENING: &[u8] = b"{\"seq\":";

/// Bytes of a line that hold `seq`, `timestamp`, `level` and the beginning of `module`.
const LONGEST_HEAD: usize = 160;

/// Bytes of a line that hold what an [`Account`] says, too.
const LONGEST_KEPT: usize = 640;

/// The first keys of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineHead {
    pub(super) seq: u64,
    /// The record's time, when it can be read.
    pub(super) timestamp: Option<SystemTime>,
    /// INFO when it can't be read.
    pub(super) level: Level,
    /// Whether the record is one of Nexolog about itself.
    pub(super) own: bool,
}

impl LineHead {
    /// Reads a line, or as much of its beginning as is there; `None` when it is not a line of ours.
    pub(super) fn parse(line: &[u8]) -> Option<LineHead> {
        let after = line.strip_prefix(OPENING)?;
        let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = after.split_at_checked(digits)?;
        if !matches!(rest.first(), Some(b',' | b'}')) {
            return None;
        }
        let seq = std::str::from_utf8(number).ok()?.parse().ok()?;
        let head = rest.get(..LONGEST_HEAD).unwrap_or(rest);
        Some(LineHead { seq, timestamp: timestamp(head), level: level(head), own: is_own(head) })
    }
}

fn timestamp(head: &[u8]) -> Option<SystemTime> {
    let text = head.strip_prefix(b",\"timestamp\":\"")?;
    let text = std::str::from_utf8(text.get(..memchr(b'"', text)?)?).ok()?;
    SystemTime::try_from(text.parse::<jiff::Timestamp>().ok()?).ok()
}

/// The level comes right after the timestamp, before any text of a user's.
fn level(head: &[u8]) -> Level {
    const KEY: &[u8] = b",\"level\":\"";
    let value = memmem::find(head, KEY).and_then(|at| head.get(at + KEY.len()..));
    let is = |level: &Level| {
        value
            .and_then(|value| value.strip_prefix(level.as_str().as_bytes()))
            .is_some_and(|rest| rest.first() == Some(&b'"'))
    };
    Level::ALL.into_iter().find(is).unwrap_or(Level::Info)
}

/// The module comes before the message, so that no text of a user's is taken for it.
fn is_own(head: &[u8]) -> bool {
    let before_message = memmem::find(head, b",\"message\":").unwrap_or(head.len());
    memmem::find(&head[..before_message], b",\"module\":\"nexolog\"").is_some()
}

/// What a record of Nexolog's own says of events that are in no file: they were lost, suppressed or removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Account {
    /// How many events.
    pub(super) count: u64,
    /// The first number that was removed from this very directory, if that is what it tells.
    pub(super) gone_from: Option<u64>,
}

impl Account {
    /// Reads a line of Nexolog's own; `None` when it is no account.
    pub(super) fn parse(line: &[u8]) -> Option<Account> {
        const MESSAGE: &[u8] = b",\"module\":\"nexolog\",\"message\":\"";
        let line = line.get(..LONGEST_KEPT).unwrap_or(line);
        let message = &line[memmem::find(line, MESSAGE)? + MESSAGE.len()..];
        let word = &message[..memchr(b'"', message)?];
        if !matches!(word, b"lost" | b"suppressed" | b"removed") {
            return None;
        }
        let fields = &message[memmem::find(message, b",\"fields\":{")?..];
        let number = |key: &[u8]| {
            let after = &fields[memmem::find(fields, key)? + key.len()..];
            let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
            std::str::from_utf8(&after[..digits]).ok()?.parse::<u64>().ok()
        };
        let is_here = word == b"removed"
            && memmem::find(fields, b".jsonl\"").is_some()
            && number(b"\"instance\":").is_none();
        let gone_from = number(b"\"from\":").filter(|_| is_here);
        Some(Account { count: number(b"\"count\":")?, gone_from })
    }
}

/// Cuts a stream into lines and gives the beginning of each, in bounded memory whatever the lines' length.
#[derive(Debug, Default)]
pub(super) struct LineHeads {
    head: Vec<u8>,
}

impl LineHeads {
    /// Takes the next bytes; calls `line` with the beginning of every line that ends in them.
    pub(super) fn feed(&mut self, mut bytes: &[u8], mut line: impl FnMut(&[u8])) {
        while let Some(end) = memchr(b'\n', bytes) {
            let (text, rest) = bytes.split_at(end);
            self.keep(text);
            line(&self.head);
            self.head.clear();
            bytes = &rest[1..];
        }
        self.keep(bytes);
    }

    fn keep(&mut self, text: &[u8]) {
        let room = LONGEST_KEPT.saturating_sub(self.head.len());
        self.head.extend_from_slice(text.get(..room).unwrap_or(text));
    }
}
