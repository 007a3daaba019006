//! Exports: the same records in every format, and an end that is always told.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Body;
use http::StatusCode;
use http_body::Body as _;
use serde_json::{Value, json};

use super::support::{ADMIN, Answer, Fixture, SCOPED, get, tokens};
use crate::api::limits::Limits;

fn logged(count: u64) -> Fixture {
    let fixture = Fixture::new();
    log(&fixture, count);
    fixture
}

fn log(fixture: &Fixture, count: u64) {
    let records: Vec<Value> = (0..count)
        .map(|number| json!({"timestamp": format!("2026-11-23T10:00:00.{number:06}Z"), "level": "INFO", "module": "orders", "message": number}))
        .collect();
    fixture.memory.log(&records);
}

fn seqs(text: &str) -> Vec<u64> {
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|line| line["seq"].as_u64().unwrap()).collect()
}

/// The next piece of a body; `None` after the last.
async fn piece(body: &mut Body) -> Option<Result<String, axum::Error>> {
    let frame = std::future::poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await?;
    let text = |data: bytes::Bytes| String::from_utf8(data.to_vec()).unwrap();
    Some(frame.map(|frame| text(frame.into_data().unwrap())))
}

#[tokio::test]
async fn json_lines_are_the_stored_lines_over_any_number_of_pages() {
    let fixture = logged(2_500);
    let answer = fixture.get("export").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    assert_eq!(seqs(&answer.text), (1..=2_500).rev().collect::<Vec<_>>());
    assert!(answer.text.ends_with("}\n"));
    let oldest = fixture.get("export?order=oldest&format=jsonl").await;
    assert_eq!(seqs(&oldest.text), (1..=2_500).collect::<Vec<_>>());
    let search = fixture.get("search?limit=1").await;
    assert!(search.text.contains(answer.text.lines().next().unwrap()), "verbatim");
    let some = fixture.get("export?limit=1001&cursor=2000").await;
    assert_eq!(seqs(&some.text), (999..2_000).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn every_format_has_the_records_that_match_and_nothing_of_another_scope() {
    let fixture = Fixture::new();
    let line = |organization: &str, message: &str| json!({"timestamp": "2026-11-23T10:00:00.000000Z", "level": "INFO", "module": "orders", "message": message, "organization_id": organization});
    fixture.memory.log(&[
        line("acme", "a"),
        line("globex", "b"),
        line("acme", "=c"),
        line("acme", "d"),
    ]);
    let ask = async |path: &str| fixture.send(get(path).token(SCOPED)).await;
    assert_eq!(seqs(&ask("export?q=-a+OR+-b").await.text), [4, 3, 1]);
    let answer = ask("export?format=json&order=oldest&q=-message:d").await.json();
    assert_eq!(answer["logs"].as_array().unwrap().len(), 2);
    assert_eq!((&answer["exported"], &answer["complete"]), (&json!(2), &json!(true)));
    assert!(answer["took_ms"].is_f64());
    let table = ask("export?format=csv&columns=seq,message&columns=organization_id").await;
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8; header=present");
    let rows = [
        "\"seq\",\"message\",\"organization_id\"",
        "4,\"d\",\"acme\"",
        "3,\"'=c\",\"acme\"",
        "1,\"a\",\"acme\"",
        "",
    ];
    assert_eq!(table.text, rows.join("\r\n"));
    let whole = ask("export?format=csv").await;
    let names = "\"seq\",\"timestamp\",\"level\",\"module\",\"message\",\"request_id\",\"trace_id\",\"span_id\",\"user_id\",\"organization_id\",\"operation\",\"outcome\",\"duration_ms\",\"error\",\"target\",\"file\",\"line\",\"thread\",\"fields\"";
    assert_eq!(whole.text.lines().next(), Some(names));
}

#[tokio::test]
async fn nothing_is_an_empty_file_with_its_frame() {
    let fixture = logged(3);
    let none = "module=nobody";
    assert_eq!(fixture.get(&format!("export?{none}")).await.text, "");
    let object = fixture.get(&format!("export?{none}&format=json")).await.json();
    assert_eq!((&object["logs"], &object["complete"]), (&json!([]), &json!(true)));
    let table = fixture.get(&format!("export?{none}&format=csv&columns=seq")).await;
    assert_eq!(table.text, "\"seq\"\r\n");
}

#[tokio::test]
async fn the_file_has_a_name_that_no_file_system_minds() {
    let answer = logged(1).get("export?format=csv").await;
    let name = answer.header("content-disposition");
    let date = name
        .strip_prefix("attachment; filename=\"shop-")
        .and_then(|rest| rest.strip_suffix("Z.csv\""));
    assert!(date.is_some_and(|date| date.len() == 15), "{name}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.header("cache-control").contains("no-store"));
}

#[tokio::test]
async fn warnings_are_told_where_the_format_has_a_place_for_them() {
    let fixture = logged(1);
    let path = "export?q=%C3%A9%F0%9F%98%80:(+(";
    let header = fixture.get(path).await.header("x-nexolog-warnings").to_owned();
    let told: Value = serde_json::from_str(&header).unwrap();
    let object = fixture.get(&format!("{path}&format=json")).await.json();
    assert_eq!(object["warnings"], told);
    assert!(told[0]["position"].is_u64());
    assert_eq!(fixture.get("export").await.header("x-nexolog-warnings"), "");
}

#[tokio::test]
async fn what_could_not_be_read_is_said_in_the_last_record() {
    let fixture = logged(2);
    fixture.memory.put(3, r#"{"seq":3,"message":"odd","fields":{"a":nope}}"#);
    let text = fixture.get("export").await.text;
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last, json!({"incomplete": "damaged lines"}));
    let object = fixture.get("export?format=json").await.json();
    assert_eq!((&object["complete"], &object["exported"]), (&json!(false), &json!(2)));
    assert_eq!(object["incomplete_reason"], "damaged lines");
}

#[tokio::test]
async fn records_that_are_removed_meanwhile_are_missed_aloud() {
    for (order, expected) in
        [("newest", true), ("oldest", true), ("newest&from=2026-11-23T10:00:00.001000Z", false)]
    {
        let fixture = logged(2_500);
        let mut body =
            fixture.open(get(&format!("export?order={order}")).token(ADMIN)).await.into_body();
        let mut text = piece(&mut body).await.unwrap().unwrap();
        fixture.memory.forget_up_to(if order == "oldest" { 1_500 } else { 200 });
        while let Some(more) = piece(&mut body).await {
            text.push_str(&more.unwrap());
        }
        let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        let is_told = last["incomplete"].as_str().is_some_and(|why| why.contains("removed"));
        assert_eq!(is_told, expected, "{order}: {last}");
    }
}

#[tokio::test]
async fn the_next_page_is_fetched_when_the_one_before_was_taken() {
    let fixture = logged(5_000);
    let mut body = fixture.open(get("export").token(ADMIN)).await.into_body();
    let asked = || fixture.memory.asked.load(Ordering::SeqCst);
    let first = asked();
    assert_eq!(seqs(&piece(&mut body).await.unwrap().unwrap()).len(), 1_000);
    assert_eq!(asked(), first, "it was fetched to answer at all");
    assert_eq!(seqs(&piece(&mut body).await.unwrap().unwrap()).len(), 1_000);
    assert_eq!(asked(), first + 1);
    tokio::task::yield_now().await;
    assert_eq!(asked(), first + 1, "nothing runs ahead of a client that does not read");
}

#[tokio::test]
async fn an_export_stops_when_its_client_leaves() {
    let fixture = Arc::new(logged(5_000));
    let mut body = fixture.open(get("export").token(ADMIN)).await.into_body();
    piece(&mut body).await.unwrap().unwrap();
    fixture.memory.shut_gate();
    let reading = tokio::spawn(async move { piece(&mut body).await.is_some() });
    let memory = Arc::clone(&fixture.memory);
    tokio::task::spawn_blocking(move || memory.await_waiting(1)).await.unwrap();
    reading.abort();
    let memory = Arc::clone(&fixture.memory);
    tokio::task::spawn_blocking(move || memory.await_stopped(1)).await.unwrap();
    let asked = fixture.memory.asked.load(Ordering::SeqCst);
    fixture.memory.open_gate();
    assert_eq!(fixture.get("search?limit=1").await.status, StatusCode::OK);
    assert_eq!(fixture.memory.asked.load(Ordering::SeqCst), asked + 1, "and no page after it");
}

#[tokio::test]
async fn a_shutdown_breaks_the_transfer_off() {
    let fixture = logged(5_000);
    let mut body = fixture.open(get("export").token(ADMIN)).await.into_body();
    piece(&mut body).await.unwrap().unwrap();
    fixture.shutdown.trigger();
    let error = piece(&mut body).await.unwrap().unwrap_err();
    assert!(error.to_string().contains("the service is ending"), "{error}");
    assert!(piece(&mut body).await.is_none());
}

#[tokio::test]
async fn exports_are_bounded_in_number_and_give_their_place_back() {
    let limits = Limits { exports: 2, ..Limits::default() };
    let fixture = Fixture::with(tokens(), limits);
    log(&fixture, 1);
    let one = fixture.open(get("export").token(ADMIN)).await;
    let other = fixture.open(get("export").token(ADMIN)).await;
    let answer = fixture.get("export").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "10");
    assert_eq!(seqs(&Answer::read(one).await.text), [1]);
    assert_eq!(fixture.get("export").await.status, StatusCode::OK);
    drop(other);
}
