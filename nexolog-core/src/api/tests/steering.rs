//! What admins change, and what the log says about it.

use http::{Method, StatusCode};
use serde_json::json;

use super::support::{ADMIN, Fixture, ask};
use crate::record::Level;

#[tokio::test]
async fn a_level_is_changed_and_the_log_says_by_whom() {
    let fixture = Fixture::new();
    let change = json!({"module": "auth", "level": "warn"});
    let answer = fixture.send(ask(Method::PUT, "levels").token(ADMIN).json(&change)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["warnings"], json!([]));
    assert_eq!(fixture.memory.levels.lock().unwrap()["auth"], Level::Warning);
    let (_, message, fields) = fixture.memory.notes.lock().unwrap()[0].clone();
    assert_eq!(message, "level changed");
    assert_eq!(fields["by"], "admin token 2");
    assert_eq!((&*fields["changed_module"], &*fields["changed_level"]), ("auth", "WARNING"));
}

#[tokio::test]
async fn without_a_module_the_default_level_is_changed() {
    let fixture = Fixture::new();
    let change = json!({"module": null, "level": "debug"});
    let answer = fixture.send(ask(Method::PUT, "levels").token(ADMIN).json(&change)).await;
    assert_eq!(answer.json()["default_level"], "DEBUG");
}

#[tokio::test]
async fn a_module_that_nobody_knows_is_taken_with_a_warning() {
    let fixture = Fixture::new();
    let change = json!({"module": "autth", "level": "debug"});
    let answer = fixture.send(ask(Method::PUT, "levels").token(ADMIN).json(&change)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.json()["warnings"],
        json!([
            "no module or target `autth` is in the catalogue or was seen yet; the level holds if it appears"
        ])
    );
}

#[tokio::test]
async fn cleanup_tells_what_went_and_the_log_accounts_for_every_record() {
    let fixture = Fixture::new();
    let question = ask(Method::DELETE, "cleanup?older_than_days=30&module=auth").token(ADMIN);
    let answer = fixture.send(question).await.json();
    assert_eq!(answer["files"], json!(["shop.000000000001.jsonl.zst"]));
    assert_eq!(answer["bytes"], 2048);
    assert_eq!(answer["removed"], json!({"from": 1, "to": 10}));
    assert_eq!(answer["records"], 8);
    let held = json!([{"file": "shop.000000000011.jsonl.zst", "bytes": 1024, "hold": "case-17"}]);
    assert_eq!(answer["held"], held);
    let removed = fixture.memory.removed.lock().unwrap().clone();
    assert_eq!((removed.len(), removed[0].first_seq, removed[0].count), (1, 1, 10));
    let notes = fixture.memory.notes.lock().unwrap().clone();
    assert_eq!(notes[0].1, "cleanup");
    assert_eq!(notes[0].2["by"], "admin token 2");
    assert_eq!(notes[0].2["held"], "1");
}

#[tokio::test]
async fn a_dry_run_changes_nothing_and_logs_nothing() {
    let fixture = Fixture::new();
    let question = ask(Method::DELETE, "cleanup?older_than_days=0&dry_run=true").token(ADMIN);
    let answer = fixture.send(question).await.json();
    assert_eq!(answer["dry_run"], true);
    assert!(fixture.memory.cleanups.lock().unwrap()[0].dry_run);
    assert!(fixture.memory.notes.lock().unwrap().is_empty());
    assert!(fixture.memory.removed.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_cleanup_that_fails_is_logged_and_shows_no_path() {
    let fixture = Fixture::new();
    let question = ask(Method::DELETE, "cleanup?older_than_days=1&module=broken").token(ADMIN);
    let answer = fixture.send(question).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!answer.text.contains("secret"), "{}", answer.text);
    assert_eq!(fixture.memory.notes.lock().unwrap()[0].1, "cleanup failed");
}
