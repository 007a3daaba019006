//! Statistics counted naively, from trees of `serde_json`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::record::Level;
use crate::store::rollup::totals::bounded;
use crate::store::{ACTIVE_USERS, Durations, Stats};

/// How far off an estimate of users may be in a test: five standard errors of the coarsest.
const OFF: f64 = 0.17;

/// Panics unless `stats` say of `lines` what a naive count says; the timeline is not looked at.
pub(in crate::store) fn check<'a>(stats: &Stats, lines: impl IntoIterator<Item = &'a str>) {
    let trees: Vec<Value> =
        lines.into_iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let is = |tree: &Value, key: &str, value: &str| tree[key] == value;
    let count = |test: &dyn Fn(&&Value) -> bool| trees.iter().filter(test).count() as u64;
    let event = |tree: &Value, name: &str| event(tree) == Some(name);
    assert_eq!(stats.total, trees.len() as u64);
    let level_counts = |of: &dyn Fn(&Value) -> bool| {
        Level::ALL.map(|level| count(&|tree| of(tree) && is(tree, "level", level.as_str())))
    };
    let by_level: Vec<u64> = stats.by_level.iter().map(|(_, count)| *count).collect();
    assert_eq!(by_level, level_counts(&|_| true));
    assert_eq!(stats.errors, by_level[4] + by_level[5]);
    let modules: BTreeSet<&str> = trees.iter().filter_map(|tree| tree["module"].as_str()).collect();
    assert_eq!(stats.by_module.len(), modules.len());
    assert!(stats.by_module.is_sorted_by(|a, b| a.count >= b.count));
    for counted in &stats.by_module {
        assert_eq!(counted.by_level, level_counts(&|tree| is(tree, "module", &counted.module)));
        assert_eq!(counted.count, count(&|tree| is(tree, "module", &counted.module)));
    }
    let requests: Vec<&Value> = trees.iter().filter(|tree| event(tree, "request")).collect();
    assert_eq!(stats.requests, requests.len() as u64);
    assert_eq!(
        stats.failed_requests,
        requests.iter().filter(|tree| has_failed(tree)).count() as u64
    );
    for (class, found) in (1_u64..).zip(stats.by_status) {
        let of_class =
            |tree: &&&Value| tree["fields"]["status"].as_u64().is_some_and(|n| n / 100 == class);
        assert_eq!(found, requests.iter().filter(of_class).count() as u64);
    }
    check_times(
        &stats.api_times,
        requests.iter().map(|tree| &tree["fields"]["time_to_headers_ms"]),
    );
    let durations = |of: &dyn Fn(&Value) -> bool| -> Vec<Value> {
        trees.iter().filter(|tree| of(tree)).map(|tree| tree["duration_ms"].clone()).collect()
    };
    check_times(&stats.database_times, &durations(&|tree| is(tree, "module", "database")));
    for (module, times) in &stats.module_times {
        check_times(times, &durations(&|tree| is(tree, "module", module)));
    }
    let with_times =
        |module: &&&str| !valid(&durations(&|tree| is(tree, "module", module))).is_empty();
    assert_eq!(stats.module_times.len(), modules.iter().filter(with_times).count());
    check_operations(stats, &trees);
    check_services(stats, &trees);
    check_users(stats, &trees);
}

fn check_users(stats: &Stats, trees: &[Value]) {
    let users: BTreeSet<&str> = trees.iter().filter_map(|tree| tree["user_id"].as_str()).collect();
    let (found, expected) = (stats.users.active_users, users.len() as u64);
    if stats.approximate.contains(&ACTIVE_USERS) {
        let off = found.abs_diff(expected) as f64;
        assert!(off <= 1.0 + expected as f64 * OFF, "{found} for {expected}");
    } else {
        assert_eq!(found, expected);
    }
    let count = |name, test: &dyn Fn(&str) -> bool| {
        let of = trees.iter().filter(|tree| event(tree) == Some(name));
        of.filter(|tree| tree["outcome"].as_str().is_some_and(test)).count() as u64
    };
    assert_eq!(stats.users.logins, count("user_login", &|outcome| outcome == "success"));
    assert_eq!(stats.users.failed_logins, count("user_login", &|outcome| outcome != "success"));
    let logouts = trees.iter().filter(|tree| event(tree) == Some("user_logout"));
    assert_eq!(stats.users.logouts, logouts.count() as u64);
}

fn check_operations(stats: &Stats, trees: &[Value]) {
    let mut expected: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for tree in trees {
        if let Some(name) = tree["operation"].as_str() {
            expected.entry(bounded(name).into_owned()).or_default().push(tree);
        }
    }
    assert_eq!(stats.operations.len(), expected.len().min(100));
    for found in &stats.operations {
        let expected = &expected[&found.operation];
        assert_eq!(found.count, expected.len() as u64);
        assert_eq!(found.failures, failures(expected));
        check_times(&found.times, expected.iter().map(|tree| &tree["duration_ms"]));
    }
}

fn check_services(stats: &Stats, trees: &[Value]) {
    let mut expected: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for tree in trees.iter().filter(|tree| event(tree) == Some("external_call")) {
        let name = tree["fields"]["service"].as_str().unwrap_or_default();
        expected.entry(bounded(name).into_owned()).or_default().push(tree);
    }
    assert_eq!(stats.external.len(), expected.len());
    for found in &stats.external {
        let expected = &expected[&found.service];
        assert_eq!(found.calls, expected.len() as u64);
        assert_eq!(found.failures, failures(expected));
        check_times(&found.times, expected.iter().map(|tree| &tree["duration_ms"]));
        let time =
            |tree: &Value| (tree["timestamp"].as_str().unwrap().to_owned(), tree["seq"].as_u64());
        let newest = expected.iter().map(|tree| time(tree)).max().unwrap();
        let mut last = expected.iter().filter(|tree| time(tree) == newest);
        assert!(
            last.any(|tree| tree["outcome"].as_str().unwrap_or_default() == found.last_outcome)
        );
    }
}

fn failures(trees: &[&Value]) -> u64 {
    let outcomes = trees.iter().filter_map(|tree| tree["outcome"].as_str());
    outcomes.filter(|outcome| !outcome.is_empty() && *outcome != "success").count() as u64
}

fn event(tree: &Value) -> Option<&str> {
    let fields = &tree["fields"];
    fields["event.name"].as_str().or_else(|| fields["event"]["name"].as_str())
}

fn has_failed(tree: &Value) -> bool {
    tree["fields"]["status"].as_u64().is_some_and(|status| (500..600).contains(&status))
        || tree["outcome"] == "panic"
        || tree["outcome"] == "error" && tree["error"]["type"] == "body"
}

fn valid<'a>(values: impl IntoIterator<Item = &'a Value>) -> Vec<f64> {
    let mut values: Vec<f64> =
        values.into_iter().filter_map(Value::as_f64).filter(|value| *value >= 0.0).collect();
    values.sort_by(f64::total_cmp);
    values
}

/// Percentiles of many values may be 1 % off, and those of a few are not.
fn check_times<'a>(found: &Durations, values: impl IntoIterator<Item = &'a Value>) {
    let values = valid(values);
    assert_eq!(found.count, values.len() as u64);
    let Some(max) = values.last() else { return assert_eq!(*found, Durations::default()) };
    assert_eq!(found.max.to_bits(), max.abs().to_bits());
    let avg = values.iter().sum::<f64>() / values.len() as f64;
    assert!((found.avg - avg).abs() <= avg * 1e-9, "{} for {avg}", found.avg);
    for (found, share) in [(found.p50, 50), (found.p95, 95), (found.p99, 99)] {
        let rank = (values.len() * share).div_ceil(100).max(1);
        let expected = values[rank - 1];
        // Beyond thirty years and below a nanosecond nothing is promised.
        let is_sane = (1e-6..1e12).contains(&expected);
        let off = (found - expected).abs();
        assert!(off <= expected * 0.0101 || !is_sane || off <= 1e-6, "{found} for {expected}");
    }
}
