use std::borrow::Cow;

use crate::query::KeyPath;
use crate::record::{Key, Kind, Line, Raw};

/// The columns of a table.
#[derive(Clone, Debug)]
pub(in crate::api) struct Columns(Vec<KeyPath>);

impl Columns {
    pub(in crate::api) fn new(columns: Vec<KeyPath>) -> Columns {
        Columns(columns)
    }

    /// Every reserved key, in the order of lines.
    pub(in crate::api) fn reserved() -> Columns {
        Columns(Key::ALL.iter().filter_map(|key| KeyPath::of(key.name()).ok()).collect())
    }

    /// The names of the columns.
    pub(super) fn put_head(&self, out: &mut String) {
        self.put_row(out, |column| Some(Cell::Text(Cow::Borrowed(column.name()))));
    }

    /// A record.
    pub(super) fn put_line(&self, out: &mut String, line: &Line<'_>) {
        self.put_row(out, |column| cell(line, column));
    }

    /// A row that is no record: it has no `seq`, and says something instead of a message.
    pub(super) fn put_remark(&self, out: &mut String, remark: &str) {
        let is_message = |column: &KeyPath| column.reserved() == Some(Key::Message);
        let at = self.0.iter().position(is_message).unwrap_or(0);
        let place = self.0.get(at);
        self.put_row(out, |column| {
            place.filter(|place| *place == column).map(|_| Cell::Text(Cow::Borrowed(remark)))
        });
    }

    fn put_row<'a>(&'a self, out: &mut String, cell: impl Fn(&'a KeyPath) -> Option<Cell<'a>>) {
        for (at, column) in self.0.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            match cell(column) {
                Some(Cell::Plain(text)) => out.push_str(&text),
                Some(Cell::Text(text)) => put_text(out, &text),
                None => {}
            }
        }
        out.push_str("\r\n");
    }
}

/// What stands in a cell.
enum Cell<'a> {
    /// A number, true or false: as it is written.
    Plain(Cow<'a, str>),
    Text(Cow<'a, str>),
}

fn cell<'a>(line: &Line<'_>, column: &KeyPath) -> Option<Cell<'a>> {
    if let Some(value) = column.reserved().and_then(|key| line.raw(key)) {
        return Some(cell_of(value));
    }
    let mut cell = None;
    column.each(line, &mut |value| {
        cell.get_or_insert_with(|| cell_of(value));
    });
    cell
}

/// Objects and arrays stand there as JSON.
fn cell_of<'a>(value: Raw<'_>) -> Cell<'a> {
    match value.kind() {
        Kind::Number | Kind::Bool => Cell::Plain(Cow::Owned(value.as_str().to_owned())),
        _ => {
            let text = value.scalar_text().unwrap_or(Cow::Borrowed(value.as_str()));
            Cell::Text(Cow::Owned(text.into_owned()))
        }
    }
}

/// A text between quotes. One that a spreadsheet would run as a formula gets an apostrophe before it, which spreadsheets take for "text".
fn put_text(out: &mut String, text: &str) {
    out.push('"');
    if is_formula(text) {
        out.push('\'');
    }
    for (at, part) in text.split('"').enumerate() {
        if at > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
    out.push('"');
}

fn is_formula(text: &str) -> bool {
    const SIGNS: [char; 11] =
        ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    text.trim_start_matches(' ').starts_with(SIGNS)
}

#[cfg(test)]
mod tests {
    use super::{Columns, put_text};
    use crate::query::KeyPath;
    use crate::record::Line;

    fn columns(names: &[&str]) -> Columns {
        Columns::new(names.iter().map(|name| KeyPath::of(name).unwrap()).collect())
    }

    #[test]
    fn fault_62_a_cell_that_a_spreadsheet_would_run_is_text() {
        for text in [
            "=1+1",
            "+1",
            "-2+3+cmd|' /C calc'!A0",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "＝1",
            "＋1",
            "－1",
            "＠A",
        ] {
            let mut cell = String::new();
            put_text(&mut cell, text);
            assert_eq!(cell, format!("\"'{text}\""));
        }
        for text in ["a=1", "", "1-1", "'=1", "{\"a\":\"=1\"}"] {
            let mut cell = String::new();
            put_text(&mut cell, text);
            assert_eq!(cell, format!("\"{}\"", text.replace('"', "\"\"")));
        }
    }

    #[test]
    fn cells_hold_what_keys_say() {
        let line = r#"{"seq":1,"message":"say \"hi\",\nnow","duration_ms":-1.5,"error":{"type":"Io","message":"-x"},"fields":{"a":{"b":true},"n":null,"t":["x",1]}}"#;
        let columns = columns(&[
            "seq",
            "message",
            "duration_ms",
            "error",
            "error.message",
            "a.b",
            "n",
            "t",
            "user_id",
            "fields",
        ]);
        let mut out = String::new();
        columns.put_line(&mut out, &Line::parse(line.as_bytes()).unwrap());
        let expected = [
            "1",
            "\"say \"\"hi\"\",\nnow\"",
            "-1.5",
            r#""{""type"":""Io"",""message"":""-x""}""#,
            "\"'-x\"",
            "true",
            "",
            r#""[""x"",1]""#,
            "",
            r#""{""a"":{""b"":true},""n"":null,""t"":[""x"",1]}""#,
        ];
        assert_eq!(out, format!("{}\r\n", expected.join(",")));
    }

    #[test]
    fn a_remark_stands_for_the_message_in_a_row_without_a_number() {
        let mut out = String::new();
        columns(&["seq", "message", "level"]).put_remark(&mut out, "incomplete");
        columns(&["level", "status"]).put_remark(&mut out, "incomplete");
        assert_eq!(out, ",\"incomplete\",\r\n\"incomplete\",\r\n");
    }
}
