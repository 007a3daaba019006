//! What the reading endpoints answer.

use std::sync::atomic::Ordering;

use http::StatusCode;
use serde_json::{Value, json};

use super::support::Fixture;

/// A service that logged a little.
fn fixture() -> Fixture {
    let fixture = Fixture::new();
    fixture.memory.log(&[
        json!({"timestamp": "2026-11-23T10:00:00.000000Z", "level": "INFO", "module": "auth", "message": "signed in", "user_id": "u1"}),
        json!({"timestamp": "2026-11-23T10:00:01.000000Z", "level": "ERROR", "module": "orders", "message": "payment refused", "request_id": "r1"}),
        json!({"timestamp": "2026-11-23T10:00:02.000000Z", "level": "WARNING", "module": "orders", "message": "slow", "request_id": "r1"}),
        json!({"timestamp": "2026-11-23T10:00:03.000000Z", "level": "DEBUG", "module": "api", "message": "done, at \"last\"", "user_id": "u2"}),
    ]);
    fixture
}

async fn seqs(fixture: &Fixture, query: &str) -> Vec<u64> {
    let answer = fixture.get(&format!("search?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text);
    answer.json()["logs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["seq"].as_u64().unwrap())
        .collect()
}

#[tokio::test]
async fn search_answers_the_stored_lines_verbatim_newest_first() {
    let fixture = fixture();
    let answer = fixture.get("search").await;
    let whole = answer.json();
    assert_eq!(seqs(&fixture, "").await, [4, 3, 2, 1]);
    assert_eq!(whole["cursors"], json!(["4", "3", "2", "1"]));
    assert_eq!(whole["next_cursor"], Value::Null);
    assert_eq!(whole["complete"], true);
    assert_eq!(whole["warnings"], json!([]));
    assert_eq!(whole["scanned"], 4);
    assert!(whole["took_ms"].is_f64());
    let line = r#"{"seq":4,"level":"DEBUG","message":"done, at \"last\"","module":"api","timestamp":"2026-11-23T10:00:03.000000Z","user_id":"u2"}"#;
    assert!(answer.text.contains(line), "{}", answer.text);
}

#[tokio::test]
async fn everything_logged_before_is_flushed_before_a_search() {
    let fixture = fixture();
    fixture.get("search").await;
    fixture.get("stats").await;
    assert_eq!(fixture.memory.flushed.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn parameters_narrow_and_can_be_repeated_or_listed() {
    let fixture = fixture();
    for (query, expected) in [
        ("level=error", vec![2]),
        ("level=error,warn", vec![3, 2]),
        ("level=error&level=WARNING", vec![3, 2]),
        ("min_level=warning", vec![3, 2]),
        ("module=orders,auth", vec![3, 2, 1]),
        ("user_id=u1", vec![1]),
        ("request_id=r1&level=error", vec![2]),
        ("from=2026-11-23T10:00:01Z&to=2026-11-23T10:00:03Z", vec![3, 2]),
        ("q=refused", vec![2]),
        ("q=level:debug+OR+level:error&module=orders", vec![2]),
        ("order=oldest", vec![1, 2, 3, 4]),
        ("order=asc&limit=2", vec![1, 2]),
        ("user_id=nobody", vec![]),
    ] {
        assert_eq!(seqs(&fixture, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn q_cant_escape_the_other_parameters() {
    let fixture = fixture();
    for q in ["x)+OR+(level:*", "%22", "level:*+OR+module:*", ")))+OR+a"] {
        let found = seqs(&fixture, &format!("module=auth&q={q}")).await;
        assert!(found.iter().all(|seq| *seq == 1), "{q}: {found:?}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let fixture = Fixture::new();
    for number in 0..25 {
        fixture.memory.log(&[json!({"level": "INFO", "message": number.to_string()})]);
    }
    for order in ["newest", "oldest"] {
        let mut found = Vec::new();
        let mut cursor = String::new();
        loop {
            let answer =
                fixture.get(&format!("search?limit=7&order={order}&cursor={cursor}")).await;
            let page = answer.json();
            found.extend(
                page["logs"].as_array().unwrap().iter().map(|line| line["seq"].as_u64().unwrap()),
            );
            // Lines that come meanwhile don't shift what follows.
            if order == "newest" {
                fixture.memory.log(&[json!({"level": "INFO", "message": "late"})]);
            }
            match page["next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        let expected: Vec<u64> =
            if order == "newest" { (1..=25).rev().collect() } else { (1..=29).collect() };
        assert_eq!(found, expected, "{order}");
    }
}

#[tokio::test]
async fn a_part_of_q_that_cant_be_read_is_a_warning_and_not_an_error() {
    let fixture = fixture();
    let answer = fixture.get("search?q=refused+(").await;
    assert_eq!(answer.status, StatusCode::OK);
    let warnings = answer.json()["warnings"].clone();
    assert!(warnings[0]["position"].is_u64() && warnings[0]["message"].is_string(), "{warnings}");
}

#[tokio::test]
async fn a_damaged_line_is_left_out_and_told() {
    let fixture = fixture();
    fixture.memory.put(5, r#"{"seq":5,"message":"odd","fields":{"a":nope}}"#);
    let answer = fixture.get("search").await;
    let whole = answer.json();
    assert_eq!(whole["logs"].as_array().unwrap().len(), 4);
    assert_eq!(whole["cursors"], json!(["4", "3", "2", "1"]));
    assert_eq!(whole["complete"], false);
    assert!(whole["incomplete_reason"].as_str().unwrap().contains("damaged"));
}

#[tokio::test]
async fn stats_have_every_figure_even_when_it_is_nothing() {
    let fixture = fixture();
    let stats = fixture.get("stats?interval=1h&from=-1h").await.json();
    assert_eq!(stats["interval_s"], 3600);
    let stats = fixture.get("stats").await.json();
    assert_eq!(stats["total"], 4);
    assert_eq!(stats["errors"], 1);
    assert_eq!(stats["error_rate"], 0.25);
    assert_eq!(
        stats["levels"],
        json!({"TRACE": 0, "DEBUG": 1, "INFO": 1, "WARNING": 1, "ERROR": 1, "CRITICAL": 0})
    );
    let statuses = json!({"1xx": 0, "2xx": 0, "3xx": 0, "4xx": 0, "5xx": 0});
    let requests = json!({"total": 0, "failed": 0, "error_rate": 0.0, "statuses": statuses});
    assert_eq!(stats["requests"], requests);
    assert_eq!((&stats["operations"], &stats["approximate"]), (&json!([]), &json!([])));
    assert_eq!(stats["response_times"]["api"]["p95_ms"], 0.0);
    assert_eq!(stats["storage"]["bytes"], 4096);
    assert_eq!(stats["storage"]["oldest"], "1970-01-01T00:00:00.000000Z");
    assert_eq!(stats["complete"], true);
    assert!(stats["took_ms"].is_f64());
}

#[tokio::test]
async fn modules_and_levels_tell_the_catalogue_and_what_was_seen() {
    let fixture = fixture();
    let modules = fixture.get("modules").await.json();
    assert_eq!(
        modules["modules"][0],
        json!({"module": "auth", "category": "Authentication", "level": "INFO", "written": 12})
    );
    assert_eq!(modules["modules"][1]["level"], Value::Null);
    assert_eq!(modules["modules"][2]["category"], Value::Null);
    let levels = fixture.get("levels").await.json();
    assert_eq!(levels["default_level"], "INFO");
    assert_eq!(levels["levels"][2], json!({"module": "orders", "level": "DEBUG"}));
}

#[tokio::test]
async fn health_tells_losses_by_cause() {
    let fixture = fixture();
    let health = fixture.get("health").await.json();
    assert_eq!(health["status"], "degraded");
    assert_eq!(health["service"], "shop");
    assert_eq!(health["lost"], 3);
    assert_eq!(health["suppressed_by_cause"], json!({"rate_limit": 3}));
    assert_eq!(health["lost_by_cause"], json!({"queue_full": 2, "disk_full": 1}));
    assert_eq!(
        health["last_error"],
        json!({"message": "the disk is full", "at": "1970-01-01T00:00:01.000000Z"})
    );
    assert_eq!(health["newest_seq"], 4);
    assert_eq!(health["viewers"], 0);
    assert_eq!(health["storage"]["files"], 3);
}
