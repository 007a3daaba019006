use std::io::{self, IsTerminal, Write};

use super::escape::put_harmless;
use super::{LineBatch, Sink};
use crate::config::Console;
use crate::record::{Key, Level, Line, Raw, RawText};

/// Standard output, for people or as JSON.
#[derive(Debug)]
pub(crate) struct ConsoleSink {
    format: Format,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Pretty { colour: bool },
}

impl ConsoleSink {
    /// `None` when the console is off. Colours are used on a terminal, unless `NO_COLOR` is set.
    pub(crate) fn new(console: Console) -> Option<ConsoleSink> {
        let format = match console {
            Console::Off => return None,
            Console::Json => Format::Json,
            Console::Pretty => {
                let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
                Format::Pretty { colour: wanted && io::stdout().is_terminal() }
            }
        };
        Some(ConsoleSink { format, text: String::new() })
    }
}

impl Sink for ConsoleSink {
    fn write(&mut self, batch: &LineBatch) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match self.format {
            // Our lines are harmless as they are: the encoder escapes what a terminal acts on.
            Format::Json => out.write_all(batch.text.as_bytes())?,
            Format::Pretty { colour } => {
                self.text.clear();
                for (level, line) in batch.lines() {
                    put_pretty(&mut self.text, level, line, colour);
                }
                out.write_all(self.text.as_bytes())?;
            }
        }
        out.flush()
    }
}

const RESET: &str = "\x1b[0m";
const DIM: &str = "\x1b[2m";
const BOLD: &str = "\x1b[1m";

fn colour_of(level: Level) -> &'static str {
    match level {
        Level::Trace => "\x1b[90m",
        Level::Debug => "\x1b[36m",
        Level::Info => "\x1b[32m",
        Level::Warning => "\x1b[33m",
        Level::Error => "\x1b[31m",
        Level::Critical => "\x1b[1;97;41m",
    }
}

/// `12:34:56.789 INFO     auth  message  operation=… fields…`, and the error's chain beneath.
fn put_pretty(out: &mut String, level: Level, line: &str, colour: bool) {
    let Some(line) = Line::parse(line.as_bytes()) else { return };
    let message = line.message().unwrap_or_default();
    let module = line.module().unwrap_or_default();
    // Who sits before it sees that the service is alive.
    if module == "nexolog" && message == "heartbeat" {
        return;
    }
    let mut painter = Painter { out, colour };
    let timestamp = line.text(Key::Timestamp).unwrap_or_default();
    painter.painted(DIM, timestamp.get(11..23).unwrap_or_default());
    painter.out.push(' ');
    painter.painted(colour_of(level), &format!("{:<8}", level.as_str()));
    painter.out.push(' ');
    painter.painted(BOLD, &module);
    painter.out.push_str("  ");
    put_harmless(painter.out, &message);
    for key in [Key::Operation, Key::Outcome, Key::DurationMs, Key::UserId, Key::OrganizationId] {
        if let Some(value) = line.raw(key) {
            painter.pair(key.name(), value);
        }
    }
    for (key, value) in line.fields() {
        painter.pair(&key.decoded(), value);
    }
    if let Some(request_id) = line.raw(Key::RequestId) {
        painter.pair("request_id", request_id);
    }
    painter.out.push('\n');
    if let Some(error) = line.error() {
        let text = error.message().unwrap_or_default();
        // Many messages end with their error; twice is once too often.
        if !message.contains(&*text) {
            painter.cause("error", &text);
        }
        for source in error.chain() {
            painter.cause("caused by", &source);
        }
    }
}

struct Painter<'a> {
    out: &'a mut String,
    colour: bool,
}

impl Painter<'_> {
    fn painted(&mut self, style: &str, text: &str) {
        if self.colour {
            self.out.push_str(style);
        }
        put_harmless(self.out, text);
        if self.colour {
            self.out.push_str(RESET);
        }
    }

    fn pair(&mut self, key: &str, value: Raw<'_>) {
        self.out.push(' ');
        self.painted(DIM, &format!("{key}="));
        // Plain words read better without quotes; others keep them, so that it is clear where they end.
        let text = value.string().map(RawText::decoded).filter(|text| is_plain(text));
        put_harmless(self.out, text.as_deref().unwrap_or(value.as_str()));
    }

    fn cause(&mut self, what: &str, text: &str) {
        self.out.push_str("             ");
        self.painted(colour_of(Level::Error), what);
        self.out.push_str(": ");
        put_harmless(self.out, text);
        self.out.push('\n');
    }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains([' ', '"', '=', '\n', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pretty(line: &str, colour: bool) -> String {
        let mut out = String::new();
        put_pretty(&mut out, Level::Error, line, colour);
        out
    }

    #[test]
    fn a_line_reads_like_a_sentence_with_its_error_beneath() {
        let line = r#"{"seq":1,"timestamp":"2026-01-02T03:04:05.678901Z","level":"ERROR","module":"orders","message":"no stock","operation":"place_order","error":{"message":"a","chain":["b"]},"fields":{"total":3,"note":"two words"}}"#;
        assert_eq!(
            pretty(line, false),
            "03:04:05.678 ERROR    orders  no stock operation=place_order total=3 note=\"two words\"\n\
             \x20            error: a\n             caused by: b\n"
        );
    }

    #[test]
    fn heartbeats_are_for_the_files_only_and_a_users_own_are_not_meant() {
        let line = |module: &str| {
            let line =
                format!(r#"{{"seq":1,"level":"INFO","module":"{module}","message":"heartbeat"}}"#);
            pretty(&line, false)
        };
        assert_eq!(line("nexolog"), "");
        assert!(line("other").contains("other  heartbeat"));
    }

    #[test]
    fn escape_sequences_in_logged_text_are_harmless() {
        let line = r#"{"seq":1,"timestamp":"2026-01-02T03:04:05.678901Z","level":"ERROR","module":"a\u001b[2J","message":"\u001b]0;owned\u0007\u202e\u009b2J","fields":{"k\u001b":"\u001b[31m"}}"#;
        let shown = pretty(line, false);
        assert!(
            shown.strip_suffix('\n').unwrap().chars().all(|c| !c.is_control() && c != '\u{202e}'),
            "{shown:?}"
        );
    }
}
