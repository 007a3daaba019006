//! Hostile content, written by the public interface and read back by a parser that is not ours.

use std::sync::Arc;

use nexolog_core::{Console, Context, Masking, RequestContext};
use serde_json::{Value, json};

use crate::support::{Logged, logged};
use crate::{child, ledger};

const HOSTILE: [&str; 9] = [
    "a\r\n{\"seq\":1}\nb",
    "\u{2028}\u{2029}\u{85}",
    "nul\u{0}c0\u{1}\u{1f}\u{7f}",
    "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m",
    "\u{202e}gnp.exe\u{2066}\u{2069}\u{200f}\u{61c}",
    "\u{feff}\u{fffd}\u{10ffff}😀é",
    "\\ud800 \\u0000 \\ \" ' / </script>",
    "${jndi:ldap://x} {} {0} %s %n {{7*7}} `id` '; DROP TABLE logs;--",
    "\t\u{8}\u{c}",
];

/// Whether a terminal acts on a character otherwise than by showing it, the end of a line aside.
fn acts(c: char) -> bool {
    let is_mark = matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c != '\n' && c.is_control() || is_mark
}

/// Every line of every file is one of JSON, and has nothing in it that a terminal acts on.
fn assert_lines_are_plain(all: &Logged) {
    for entry in std::fs::read_dir(all.directory.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!name.contains(char::is_control), "{name:?}");
        if path.extension().is_some_and(|ending| ending == "log" || ending == "jsonl") {
            let text = std::fs::read_to_string(&path).unwrap();
            for line in text.lines() {
                serde_json::from_str::<Value>(line).expect(line);
            }
            assert!(!text.contains(acts), "{name}");
        }
    }
}

/// One event of each hostile text, which is in every place where a text can be.
fn log_hostile_text() {
    for text in HOSTILE {
        let request = RequestContext::new(text).with_trace(text, text);
        request.identify(text, Some(text));
        request.add_field(text, text);
        Context::for_request(Arc::new(request)).scope(|| {
            let _span = tracing::info_span!("span", in_span = text).entered();
            tracing::info!(module = text, value = text, error = text, operation = text, "{text}");
        });
    }
}

#[test]
fn fault_40_hostile_text_in_any_place_is_one_line_and_comes_back_as_it_was() {
    let all = logged(|builder| builder.masking(Masking::none()), |_| log_hostile_text());
    assert_lines_are_plain(&all);
    let records = all.records();
    assert_eq!(records.len(), HOSTILE.len());
    for (record, text) in records.iter().zip(HOSTILE) {
        for key in [
            "message",
            "module",
            "request_id",
            "trace_id",
            "span_id",
            "user_id",
            "organization_id",
            "operation",
        ] {
            assert_eq!(record[key], text, "{key}");
        }
        assert_eq!(record["error"]["message"], text);
        assert_eq!(record["fields"], json!({ text: text, "value": text, "in_span": text }));
    }
}

#[test]
#[ignore = "a child of the test below"]
fn logs_hostile_text_to_the_console() {
    if !child::is("content::logs_hostile_text_to_the_console") {
        return;
    }
    let console =
        if std::env::var_os("AS_JSON").is_some() { Console::Json } else { Console::Pretty };
    let logs = child::builder().masking(Masking::none()).console(console).install().unwrap();
    println!("BEGIN");
    log_hostile_text();
    logs.shutdown().unwrap();
}

#[test]
fn fault_40_what_the_console_shows_of_hostile_text_acts_on_no_terminal() {
    for json in [false, true] {
        let directory = tempfile::tempdir().unwrap();
        let name = "content::logs_hostile_text_to_the_console";
        let mut command = child::command(name, directory.path());
        if json {
            command.env("AS_JSON", "");
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let shown = String::from_utf8(output.stdout).unwrap();
        let (_, shown) = shown.split_once("BEGIN\n").unwrap();
        assert!(!shown.contains(acts), "{shown:?}");
        if json {
            let lines = shown.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            let messages: Vec<_> = lines.map(|record| record["message"].clone()).collect();
            assert!(
                HOSTILE.iter().all(|text| messages.iter().any(|message| message == text)),
                "{shown}"
            );
        } else {
            // One line an event, and one for its error, whose text the message has already.
            let lines = shown.lines().filter(|line| line.contains("in_span="));
            assert_eq!(lines.count(), HOSTILE.len(), "{shown}");
        }
    }
}

#[test]
fn fault_40_bytes_that_are_no_text_become_text() {
    let all = logged(
        |builder| builder,
        |_| {
            let (overlong, surrogate) = (&b"\xc0\xaf"[..], &b"\xed\xa0\x80"[..]);
            tracing::info!(overlong, surrogate, cut = &b"a\xe2\x82"[..], "bytes");
        },
    );
    assert_lines_are_plain(&all);
    let expected = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(
        all.record()["fields"],
        json!({
            "overlong": expected(b"\xc0\xaf"),
            "surrogate": expected(b"\xed\xa0\x80"),
            "cut": expected(b"a\xe2\x82"),
        })
    );
}

#[test]
fn fault_42_shadowing_keys_go_into_fields_and_of_equal_ones_the_first_counts() {
    let all = logged(
        |builder| builder,
        |_| {
            tracing::info!(
                module = "work",
                seq = 7,
                timestamp = "never",
                level = "NONE",
                thread = "t",
                file = "f",
                line = 1,
                target = "x",
                fields = "own",
                __proto__ = "polluted",
                constructor = "c",
                "once"
            );
            let request = RequestContext::new("r1");
            request.add_field("a", "the request's");
            request.add_field("seq", 8);
            Context::for_request(Arc::new(request)).scope(|| {
                let _outer = tracing::info_span!("outer", a = "the span's", b = "outer").entered();
                let _inner =
                    tracing::info_span!("inner", b = "inner", request_id = "forged").entered();
                tracing::info!(module = "work", a = "its own", "twice");
            });
        },
    );
    let records = all.records();
    let own = json!({
        "seq": 7, "timestamp": "never", "level": "NONE", "thread": "t", "file": "f", "line": 1, "target": "x",
        "fields": "own", "__proto__": "polluted", "constructor": "c",
    });
    assert_eq!((&records[0]["fields"], &records[0]["level"]), (&own, &json!("INFO")));
    assert_eq!(records[1]["fields"], json!({ "a": "its own", "b": "inner", "seq": 8 }));
    assert_eq!(records[1]["request_id"], "r1");
}

#[test]
fn fault_43_extreme_numbers_are_written_without_a_silent_change() {
    let all = logged(
        |builder| builder,
        |_| {
            tracing::info!(
                nan = f64::NAN,
                up = f64::INFINITY,
                down = f64::NEG_INFINITY,
                zero = -0.0,
                tiny = 5e-324,
                huge = f64::MAX,
                u64 = u64::MAX,
                i64 = i64::MIN,
                i128 = i128::MIN,
                u128 = u128::MAX,
                small = 7_i128,
                "numbers"
            );
        },
    );
    let text = std::fs::read_to_string(all.directory.path().join("shop.jsonl")).unwrap();
    for written in [
        "\"nan\":\"NaN\"",
        "\"up\":\"Infinity\"",
        "\"down\":\"-Infinity\"",
        "\"zero\":-0.0",
        "\"u64\":18446744073709551615",
        "\"i64\":-9223372036854775808",
        "\"i128\":\"-170141183460469231731687303715884105728\"",
        "\"u128\":\"340282366920938463463374607431768211455\"",
        "\"small\":7",
    ] {
        assert!(text.contains(written), "{written} in {text}");
    }
    let fields = &all.record()["fields"];
    assert_eq!((fields["tiny"].as_f64(), fields["huge"].as_f64()), (Some(5e-324), Some(f64::MAX)));
}

#[test]
fn fault_44_templates_are_inert() {
    let template =
        "${jndi:ldap://x/a} ${env:HOME} {} {0} {name} %s %n %x #{1} <%= 1 %> {{7*7}} \\N \\x41";
    let all = logged(
        |builder| builder,
        |_| tracing::info!(module = "work", name = "value", template, "{template}"),
    );
    let record = all.record();
    assert_eq!(
        (&record["message"], &record["fields"]["template"]),
        (&json!(template), &json!(template))
    );
}

#[test]
fn fault_49_modules_past_the_bound_share_one_file_and_no_line_is_lost() {
    const MOST: usize = 20;
    let modules: usize = run_in_full(3_000, 100_000);
    let all = logged(
        |builder| builder.max_modules(MOST),
        |logs| {
            for number in 0..modules {
                tracing::info!(module = format!("tenant-{number}"), number, "a line");
                if number % 1_000 == 0 {
                    logs.flush().unwrap();
                }
            }
        },
    );
    // At full size both families have segments.
    let mut records = ledger::main_log(all.directory.path());
    let told: Vec<&Value> =
        records.iter().filter(|record| record["fields"]["max_modules"] == MOST).collect();
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["level"], &told[0]["module"]), (&json!("WARNING"), &json!("nexolog")));
    assert_eq!(
        told[0]["fields"]["first"],
        format!("tenant-{}", MOST - 1),
        "`nexolog` has a file, too"
    );
    records.retain(|record| !ledger::is_own(record));
    assert_eq!(records.len(), modules);
    let other = records.iter().filter(|record| record["module"] == "other").count();
    assert!((modules - MOST..modules).contains(&other), "{other}");
    assert_eq!(ledger::family(all.directory.path(), "other", ".log").len(), other);
    let names = ledger::names(all.directory.path());
    let active =
        names.iter().filter(|name| name.split_once('.').is_some_and(|(_, ending)| ending == "log"));
    assert!(active.count() < MOST + 10, "{names:?}");
}

/// A number that keeps the test short, or with `NEXOLOG_TESTS_IN_FULL` the one that is promised.
pub(crate) fn run_in_full<T>(short: T, full: T) -> T {
    if std::env::var_os("NEXOLOG_TESTS_IN_FULL").is_some() { full } else { short }
}
