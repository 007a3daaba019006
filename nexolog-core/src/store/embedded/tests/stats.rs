use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;

use super::houses::{House, build, houses, line};
use crate::record::Level;
use crate::store::{Durations, LogStore as _, Stats, StatsRequest, Stop};

fn stats(lines: Vec<(u64, String)>, text: &str, interval: Option<u64>) -> Stats {
    let root = tempfile::tempdir().unwrap();
    let store = build(&[House::new("", lines)], root.path());
    store.stats(&StatsRequest { filter: super::filter(text), interval }, &Stop::default()).unwrap()
}

/// Durations by sorting all of them.
fn exact(mut values: Vec<f64>) -> Durations {
    values.sort_by(f64::total_cmp);
    let Some(max) = values.last().copied() else { return Durations::default() };
    let at = |share: f64| {
        let most = values.iter().filter(|value| {
            values.iter().filter(|other| other <= value).count() as f64
                >= share * values.len() as f64
        });
        most.copied().fold(f64::INFINITY, f64::min)
    };
    let avg = values.iter().sum::<f64>() / values.len() as f64;
    Durations { count: values.len() as u64, avg, p50: at(0.5), p95: at(0.95), p99: at(0.99), max }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn counts_are_those_of_a_naive_scan(
        houses in houses(false), text in prop::sample::select(vec!["", "level:>=error", "timeout", "has:error"]),
    ) {
        let root = tempfile::tempdir().unwrap();
        let store = build(&houses, root.path());
        let filter = super::filter(text);
        let request = StatsRequest { filter: filter.clone(), interval: None };
        let stats = store.stats(&request, &Stop::default()).unwrap();
        let lines: Vec<&String> = houses.iter().flat_map(|house| house.lines.iter().map(|(_, line)| line)).collect();
        let trees: Vec<Value> = lines.iter()
            .filter(|line| filter.matches(line.as_bytes()))
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let count = |test: &dyn Fn(&Value) -> bool| trees.iter().filter(|tree| test(tree)).count() as u64;
        prop_assert_eq!(stats.scanned, lines.len() as u64);
        prop_assert_eq!(stats.total, trees.len() as u64);
        for (level, found) in &stats.by_level {
            prop_assert_eq!(*found, count(&|tree| tree["level"] == level.as_str()));
        }
        prop_assert_eq!(stats.errors, count(&|tree| tree["level"] == "ERROR" || tree["level"] == "CRITICAL"));
        prop_assert!(stats.by_module.is_sorted_by(|a, b| a.count >= b.count));
        prop_assert_eq!(stats.by_module.iter().map(|found| found.count).sum::<u64>(), stats.total);
        let mut by_module: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for tree in &trees {
            if let Some(millis) = tree["duration_ms"].as_f64() {
                by_module.entry(tree["module"].as_str().unwrap()).or_default().push(millis);
            }
        }
        prop_assert_eq!(stats.module_times.len(), by_module.len());
        for (module, found) in &stats.module_times {
            let expected = exact(by_module[module.as_str()].clone());
            prop_assert!((found.avg - expected.avg).abs() < 1e-6);
            prop_assert_eq!(Durations { avg: 0.0, ..*found }, Durations { avg: 0.0, ..expected });
        }
        prop_assert!(stats.timeline.len() <= 120);
        let in_bars: u64 = stats.timeline.iter().flat_map(|bar| bar.by_level).sum();
        prop_assert_eq!(in_bars, stats.total);
        let width = i64::try_from(stats.interval).unwrap();
        prop_assert!(stats.timeline.windows(2).all(|pair| pair[1].start - pair[0].start == width));
        for bar in &stats.timeline {
            for (level, found) in Level::ALL.iter().zip(bar.by_level) {
                prop_assert_eq!(found, count(&|tree| {
                    let time: jiff::Timestamp = tree["timestamp"].as_str().unwrap().parse().unwrap();
                    let second = time.as_microsecond().div_euclid(1_000_000);
                    tree["level"] == level.as_str() && (bar.start..bar.start + width).contains(&second)
                }));
            }
        }
    }
}

#[test]
fn percentiles_of_many_values_are_at_most_one_percent_off() {
    let values: Vec<f64> = (0..20_000_u32)
        .map(|n| f64::from(n.wrapping_mul(2_654_435_761) % 1_000_003) / 97.0)
        .collect();
    let lines = values
        .iter()
        .zip(1..)
        .map(|(value, seq)| line(seq, 0, "INFO", "database", &format!(",\"duration_ms\":{value}")));
    let found = stats(lines.collect(), "", None).database_times;
    let mut sorted = values;
    sorted.sort_by(f64::total_cmp);
    for (found, rank) in [(found.p50, 10_000), (found.p95, 19_000), (found.p99, 19_800)] {
        let expected = sorted[rank - 1];
        assert!((found - expected).abs() <= expected * 0.01, "{found} for {expected}");
    }
    assert_eq!((found.count, found.max), (20_000, sorted[19_999]));
}

#[test]
fn requests_people_and_services_are_counted() {
    let request = |seq, status: &str, rest: &str| {
        line(
            seq,
            0,
            "INFO",
            "api",
            &format!(
                "{rest},\"fields\":{{\"event.name\":\"request\",\"status\":{status},\"time_to_headers_ms\":{seq}}}"
            ),
        )
    };
    let login = |seq, outcome: &str, user: &str| {
        line(
            seq,
            0,
            "INFO",
            "auth",
            &format!(
                ",\"user_id\":\"{user}\",\"outcome\":\"{outcome}\",\"fields\":{{\"event.name\":\"user_login\"}}"
            ),
        )
    };
    let call = |seq, second, outcome: &str| {
        line(
            seq,
            second,
            "INFO",
            "slack",
            &format!(
                ",\"outcome\":\"{outcome}\",\"duration_ms\":4,\"fields\":{{\"event.name\":\"external_call\",\"service\":\"slack\"}}"
            ),
        )
    };
    let lines = vec![
        request(1, "200", ",\"outcome\":\"success\""),
        request(2, "503", ",\"outcome\":\"error\""),
        request(3, "200", ",\"outcome\":\"panic\""),
        request(4, "200", ",\"outcome\":\"error\",\"error\":{\"type\":\"body\",\"message\":\"x\"}"),
        request(
            5,
            "404",
            ",\"outcome\":\"error\",\"error\":{\"type\":\"other\",\"message\":\"x\"}",
        ),
        login(6, "success", "a"),
        login(7, "error", "b"),
        login(8, "error", "a"),
        line(9, 0, "INFO", "auth", ",\"fields\":{\"event.name\":\"user_logout\"}"),
        call(10, 9, "error"),
        call(11, 5, "success"),
    ];
    let stats = stats(lines, "", None);
    assert_eq!((stats.requests, stats.failed_requests), (5, 3));
    assert_eq!((stats.api_times.count, stats.api_times.max, stats.api_times.p50), (5, 5.0, 3.0));
    let users = stats.users;
    assert_eq!(
        (users.logins, users.failed_logins, users.logouts, users.active_users),
        (1, 2, 1, 2)
    );
    let slack = &stats.external[0];
    assert_eq!((slack.service.as_str(), slack.calls, slack.failures), ("slack", 2, 1));
    assert_eq!(slack.last_outcome, "error", "the newest by its time, not by its place");
}

#[test]
fn bars_have_the_width_asked_for_unless_they_would_be_too_many() {
    let lines = vec![line(1, 0, "INFO", "a", ""), line(2, 3_600, "ERROR", "a", "")];
    let hour = stats(lines.clone(), "", Some(60));
    assert_eq!((hour.interval, hour.timeline.len(), hour.incomplete), (60, 61, None));
    let fine = stats(lines.clone(), "", Some(1));
    assert_eq!((fine.interval, fine.timeline.len()), (2, 1_801));
    assert!(fine.incomplete.unwrap().contains("2 s wide"));
    let chosen = stats(lines, "", None);
    assert_eq!((chosen.interval, chosen.timeline.len()), (60, 61));
    let none = stats(Vec::new(), "", None);
    assert_eq!((none.timeline.len(), none.total), (0, 0));
}

#[test]
fn times_of_all_ages_still_make_a_bounded_timeline() {
    let times = (0..5_000).map(|n| {
        line(n + 1, i64::try_from(n).unwrap() * 40_000_000 - 60_000_000_000, "INFO", "a", "")
    });
    let stats = stats(times.collect(), "", None);
    assert!((2..=120).contains(&stats.timeline.len()));
    assert_eq!(stats.timeline.iter().map(|bar| bar.by_level[2]).sum::<u64>(), 5_000);
}

#[test]
fn names_without_end_are_counted_together() {
    let lines = (1..=1_500).map(|n| line(n, 0, "INFO", &format!("m{n}"), "")).collect();
    let stats = stats(lines, "", None);
    assert_eq!(stats.by_module.len(), 1_001);
    assert_eq!((stats.by_module[0].module.as_str(), stats.by_module[0].count), ("other", 500));
}

#[test]
fn durations_that_are_none_are_ignored() {
    let values = ["-1", "1e999", "\"5\"", "null", "true", "7"];
    let lines = values
        .iter()
        .zip(1..)
        .map(|(value, seq)| line(seq, 0, "INFO", "database", &format!(",\"duration_ms\":{value}")));
    let times = stats(lines.collect(), "", None).database_times;
    assert_eq!((times.count, times.avg, times.max), (1, 7.0, 7.0));
}
