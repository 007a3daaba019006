use proptest::collection::vec;
use proptest::prelude::*;

use super::differential::ask;
use super::read;
use crate::record::arbitrary::{record, render, render_foreign};

/// The lines of `block` that `written` may match, by number; `None` when its bytes say nothing.
fn candidates(written: &str, lines: &[String]) -> Option<Vec<usize>> {
    let probes = read(written).filter.probes()?;
    let block = lines.join("\n");
    let mut starts = vec![0];
    starts.extend(lines.iter().scan(0, |at, line| {
        *at += line.len() + 1;
        Some(*at)
    }));
    let found = probes.candidates(block.as_bytes(), false).map(|range| {
        let number = starts.iter().position(|start| *start == range.start).unwrap();
        assert_eq!(&block[range], lines[number]);
        number
    });
    Some(found.collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_line_that_matches_is_left_out(records in vec((record(), any::<bool>()), 0..8), ask in ask()) {
        let lines: Vec<String> = records.iter().map(|(record, is_ours)| {
            if *is_ours { render(1, record) } else { render_foreign(1, record) }
        }).collect();
        let written = ask.write();
        let filter = read(&written).filter;
        if let Some(found) = candidates(&written, &lines) {
            prop_assert!(found.is_sorted_by(|a, b| a < b), "{found:?}");
            for (number, line) in lines.iter().enumerate() {
                let matches = filter.matches(line.as_bytes());
                prop_assert!(!matches || found.contains(&number), "{written} on {line}");
            }
        }
    }
}

#[test]
fn only_lines_that_hit_are_looked_at_closer() {
    let lines: Vec<String> = [
        r#"{"seq":1,"message":"Connection REFUSED"}"#,
        r#"{"seq":2,"user_id":"u42","fields":{"plan":"pro"}}"#,
        r#"{"seq":3,"message":"nothing \"here\""}"#,
        // Nobody knows what their bytes say.
        "{\"seq\":4,\"message\":\"Stra\u{df}e\"}",
        r#"{"seq":5,"message":"\u0041"}"#,
        r#"{"seq":6,"user_id":"U42"}"#,
        "{\"seq\":7,\"message\":\"d\u{e9}j\u{e0} vu, \u{65e5}\u{672c}\"}",
    ]
    .map(String::from)
    .into();
    let cases: &[(&str, Option<&[usize]>)] = &[
        ("refused", Some(&[0, 3, 4])),
        ("user_id:u42", Some(&[1, 3, 4])),
        ("plan:Pro", Some(&[1, 3, 4])),
        ("refused OR user_id:U42", Some(&[0, 3, 4, 5])),
        ("level:info refused", Some(&[0, 3, 4])),
        ("conn*refused", Some(&[0, 3, 4])),
        ("/n[ae]ction REFUSED$/", Some(&[0, 3, 4])),
        ("plan:>3", Some(&[1, 3, 4])),
        ("straße", Some(&[3, 4])),
        ("größe", Some(&[3, 4])),
        ("日本", Some(&[3, 4, 6])),
        ("DÉJÀ vu", Some(&[3, 4, 6])),
        ("user_id:日本", Some(&[3, 4, 6])),
        ("-refused", None),
        ("level:info", None),
        ("refused OR level:info", None),
        ("\"\\\"\"", None),
    ];
    for (written, wanted) in cases {
        assert_eq!(candidates(written, &lines).as_deref(), *wanted, "{written}");
    }
}
