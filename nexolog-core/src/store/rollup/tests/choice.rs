use proptest::prelude::*;

use super::records::lines;
use super::{oracle, rollup, totals};
use crate::query::parse;
use crate::record::{Level, Line};
use crate::store::rollup::{Totals, Unpacker, read_totals};

fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_793_880_000).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn chosen_levels_and_modules_add_up_to_what_matches(
        lines in lines(120),
        text in prop::sample::select(vec![
            "", "level:error", "level:>=warning", "-level:info", "module:api", "module:auth,api", "module:a*",
            "NOT module:api", "level:error OR module:api", "level:error module:api", "has:module", "module:/^a/ -level:info",
            "NOT (level:info OR module:database)",
        ]),
    ) {
        let filter = parse(text, now()).filter;
        let over = filter.over_heads().unwrap();
        prop_assert_eq!((over.from, over.to), (None, None));
        let chooses = |level: Option<Level>, module: Option<&str>| over.has(level, module);
        let matching = lines.iter().filter(|line| filter.matches(line.as_bytes()));
        let matching: Vec<&str> = matching.map(String::as_str).collect();
        let (section, _) = rollup(&lines).encode().unwrap();
        let written = read_totals(&section, true, &mut Unpacker::default()).unwrap();
        for known in [&totals(&lines), &written] {
            let mut sum = Totals::default();
            if sum.add_chosen(known, &chooses, over.names_modules()) {
                oracle::check(&sum.stats(), matching.iter().copied());
            } else {
                prop_assert_eq!(sum.stats().total, 0);
                // Levels alone can always be chosen, and so can modules where every line has one.
                prop_assert!(over.names_modules());
                let all_have = lines.iter().all(|line| {
                    Line::parse(line.as_bytes()).unwrap().module().is_some()
                });
                prop_assert!(!all_have || !text.starts_with("module:a"));
            }
        }
    }

    #[test]
    fn chosen_counts_over_time_are_those_of_a_naive_count(lines in lines(150), is_error: bool) {
        let chooses = |level: Option<Level>, module: Option<&str>| {
            (level == Some(Level::Error)) == is_error && module != Some("api")
        };
        let mut rollup = rollup(&lines);
        let all_have = lines.iter().all(|line| Line::parse(line.as_bytes()).unwrap().module().is_some());
        let over_time = rollup.chosen_over_time(&chooses);
        prop_assert_eq!(over_time.is_some(), all_have);
        let chosen = |line: &&String| {
            let line = Line::parse(line.as_bytes()).unwrap();
            chooses(line.level(), line.module().as_deref())
        };
        if let Some(over_time) = over_time {
            let total: u64 = over_time.slots.iter().flat_map(|slot| slot.by_level).sum();
            prop_assert_eq!(total, lines.iter().filter(chosen).count() as u64);
            prop_assert!(over_time.slots.is_sorted_by_key(|slot| slot.second));
        }
    }
}

#[test]
fn what_asks_for_more_than_time_level_and_module_is_no_choice() {
    for text in [
        "word",
        "user_id:u1",
        "level:error word",
        "has:error",
        "NOT word",
        "(last:1h OR level:error)",
    ] {
        assert_eq!(parse(text, now()).filter.over_heads(), None, "{text}");
    }
    let over = parse("after:2026-11-01 before:2026-11-03 before:2026-11-02 level:error", now());
    let over = over.filter.over_heads().unwrap();
    let micros = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_microsecond();
    assert_eq!(over.from, Some(micros("2026-11-01T00:00:00Z")));
    assert_eq!(over.to, Some(micros("2026-11-02T00:00:00Z")));
    assert!(over.has(Some(Level::Error), None) && !over.has(Some(Level::Info), None));
}
