//! One record with the lines around it, and one request with all of its lines.

use http::StatusCode;
use serde_json::{Value, json};

use super::support::{Answer, Fixture, SCOPED, VIEWER, get};

fn numbered(count: u64) -> Fixture {
    let fixture = Fixture::new();
    for number in 1..=count {
        let module = if number % 2 == 0 { "even" } else { "odd" };
        fixture.memory.log(&[json!({"level": "INFO", "module": module, "message": number})]);
    }
    fixture
}

async fn ask(fixture: &Fixture, path: &str) -> Answer {
    fixture.send(get(path).token(VIEWER)).await
}

async fn json(fixture: &Fixture, path: &str) -> Value {
    let answer = ask(fixture, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    answer.json()
}

fn seqs(lines: &Value) -> Vec<u64> {
    lines.as_array().unwrap().iter().map(|line| line["seq"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn context_shows_the_lines_around_a_record_as_they_were_logged() {
    let fixture = numbered(9);
    let answer = json(&fixture, "context?id=5&before=2&after=3").await;
    assert_eq!(answer["record"], json!({"seq": 5, "level": "INFO", "module": "odd", "message": 5}));
    assert_eq!((seqs(&answer["before"]), seqs(&answer["after"])), (vec![3, 4], vec![6, 7, 8]));
    assert_eq!(answer["cursor"], "5");
    assert_eq!(answer["before_cursors"], json!(["3", "4"]));
    assert_eq!(answer["after_cursors"], json!(["6", "7", "8"]));
    assert_eq!((&answer["complete"], &answer["warnings"]), (&json!(true), &json!([])));
    assert!(answer["took_ms"].is_f64());

    let earlier = answer["earlier"].as_str().unwrap();
    let page = json(&fixture, &format!("search?cursor={earlier}")).await;
    assert_eq!(seqs(&page["logs"]), [2, 1]);
    let later = answer["later"].as_str().unwrap();
    let page = json(&fixture, &format!("search?order=oldest&cursor={later}")).await;
    assert_eq!(seqs(&page["logs"]), [9]);
}

#[tokio::test]
async fn context_ends_where_the_log_does() {
    let fixture = numbered(3);
    let answer = json(&fixture, "context?id=1").await;
    assert_eq!((seqs(&answer["before"]), seqs(&answer["after"])), (vec![], vec![2, 3]));
    assert_eq!((&answer["earlier"], &answer["later"]), (&Value::Null, &Value::Null));
    let answer = json(&fixture, "context?id=3&before=2&after=0").await;
    assert_eq!((seqs(&answer["before"]), seqs(&answer["after"])), (vec![1, 2], vec![]));
    assert_eq!((&answer["earlier"], &answer["later"]), (&Value::Null, &Value::Null));
    let answer = json(&fixture, "context?id=2&before=0&after=0").await;
    assert_eq!((seqs(&answer["before"]), seqs(&answer["after"])), (vec![], vec![]));
    assert!(answer["earlier"].is_string() && answer["later"].is_string());
}

#[tokio::test]
async fn filters_choose_the_lines_around_and_never_the_record() {
    let fixture = numbered(9);
    let answer = json(&fixture, "context?id=5&module=even&before=1").await;
    assert_eq!(answer["record"]["seq"], 5);
    assert_eq!((seqs(&answer["before"]), seqs(&answer["after"])), (vec![4], vec![6, 8]));
}

#[tokio::test]
async fn a_record_that_is_not_there_is_a_404_and_one_that_was_removed_a_410() {
    let fixture = numbered(9);
    fixture.memory.forget_up_to(4);
    for (id, status) in [
        ("4", StatusCode::GONE),
        ("1", StatusCode::GONE),
        ("10", StatusCode::NOT_FOUND),
        ("5.instance-1", StatusCode::NOT_FOUND),
        ("18446744073709551615", StatusCode::NOT_FOUND),
    ] {
        let answer = ask(&fixture, &format!("context?id={id}")).await;
        assert_eq!(answer.status, status, "{id}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    assert_eq!(json(&fixture, "context?id=5").await["before"], json!([]));
}

#[tokio::test]
async fn who_may_not_see_a_record_is_not_told_that_there_is_one() {
    let fixture = Fixture::new();
    let own =
        json!({"level": "INFO", "module": "orders", "organization_id": "acme", "request_id": "r1"});
    let foreign = json!({"level": "INFO", "module": "orders", "organization_id": "globex", "request_id": "r1"});
    fixture.memory.log(&[foreign.clone(), foreign.clone(), own, foreign]);
    fixture.memory.forget_up_to(1);
    for id in ["1", "2", "4", "5"] {
        let answer = fixture.send(get(&format!("context?id={id}")).token(SCOPED)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
    }
    let answer = fixture.send(get("context?id=3").token(SCOPED)).await.json();
    assert_eq!((&answer["before"], &answer["after"]), (&json!([]), &json!([])));
    assert_eq!((&answer["earlier"], &answer["later"]), (&Value::Null, &Value::Null));
    let story = fixture.send(get("requests/r1").token(SCOPED)).await.json();
    assert_eq!(seqs(&story["logs"]), [3]);
}

/// An order that failed, its lines among others.
fn order() -> Fixture {
    let fixture = Fixture::new();
    let line = |time: &str, level: &str, message: &str, more: Value| {
        let mut record = json!({"timestamp": format!("2026-11-23T10:00:00.{time}Z"), "level": level,
            "module": "orders", "message": message, "request_id": "r/1"});
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        record
    };
    fixture.memory.log(&[
        line("002000", "INFO", "checking", json!({"user_id": "u1"})),
        json!({"timestamp": "2026-11-23T10:00:00.003000Z", "level": "INFO", "message": "of another", "request_id": "r2"}),
        line("012000", "INFO", "find_stock succeeded", json!({"operation": "find_stock", "outcome": "success", "duration_ms": 8})),
        line("018000", "DEBUG", "query", json!({"operation": "query", "module": "database", "outcome": "success", "duration_ms": 4.5})),
        line("020050", "ERROR", "place_order failed", json!({"operation": "place_order", "outcome": "error", "duration_ms": 19})),
        line("021000", "ERROR", "POST /orders/{id} 500", json!({"module": "api", "outcome": "error", "duration_ms": 21, "user_id": "u1",
            "fields": {"event.name": "request", "method": "POST", "route": "/orders/{id}", "path": "/orders/7", "status": 500,
                "time_to_headers_ms": 20.5, "bytes_out": 21}})),
    ]);
    fixture
}

#[tokio::test]
async fn a_request_is_told_with_its_facts_its_lines_and_its_waterfall() {
    let fixture = order();
    let answer = json(&fixture, "requests/r%2F1").await;
    assert_eq!(
        answer["request"],
        json!({"request_id": "r/1", "finished": true, "method": "POST", "route": "/orders/{id}", "path": "/orders/7",
            "status": 500, "outcome": "error", "start": "2026-11-23T10:00:00.000000Z", "end": "2026-11-23T10:00:00.021000Z",
            "duration_ms": 21.0, "time_to_headers_ms": 20.5, "bytes_in": null, "bytes_out": 21, "level": "ERROR", "errors": 2,
            "trace_id": null, "user_id": "u1", "organization_id": null, "cursor": "6"})
    );
    assert_eq!(seqs(&answer["logs"]), [1, 3, 4, 5, 6]);
    assert_eq!(answer["cursors"], json!(["1", "3", "4", "5", "6"]));
    let spans: Vec<Value> = answer["spans"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| json!([span["name"], span["offset_ms"], span["duration_ms"], span["depth"]]))
        .collect();
    let expected = [
        json!(["POST /orders/{id}", 0.0, 21.0, 0]),
        json!(["place_order", 1.05, 19.0, 1]),
        json!(["find_stock", 4.0, 8.0, 2]),
        json!(["query", 13.5, 4.5, 2]),
    ];
    assert_eq!(spans, expected);
    assert_eq!(
        answer["spans"][3],
        json!({"name": "query", "operation": "query", "module": "database", "level": "DEBUG", "outcome": "success",
            "start": "2026-11-23T10:00:00.013500Z", "offset_ms": 13.5, "duration_ms": 4.5, "depth": 2, "request": false,
            "seq": 4, "cursor": "4"})
    );
    assert_eq!((&answer["complete"], &answer["next_cursor"]), (&json!(true), &Value::Null));
}

#[tokio::test]
async fn a_story_that_is_cut_says_so_and_still_has_the_requests_own_line() {
    let fixture = order();
    let answer = json(&fixture, "requests/r%2F1?limit=2").await;
    assert_eq!(seqs(&answer["logs"]), [1, 3]);
    assert_eq!((&answer["complete"], &answer["request"]["status"]), (&json!(false), &json!(500)));
    assert!(answer["incomplete_reason"].as_str().unwrap().contains("next_cursor"));
    assert_eq!(answer["spans"][0]["name"], "POST /orders/{id}");
    let cursor = answer["next_cursor"].as_str().unwrap();
    let rest = format!("search?request_id=r/1&order=oldest&cursor={cursor}");
    assert_eq!(seqs(&json(&fixture, &rest).await["logs"]), [4, 5, 6]);
    assert_eq!(json(&fixture, "requests/r%2F1?limit=5").await["complete"], true);
}

#[tokio::test]
async fn of_a_request_that_has_not_ended_what_is_known_is_told() {
    let fixture = order();
    let answer = json(&fixture, "requests/r2").await;
    let request = &answer["request"];
    assert_eq!((&request["finished"], &request["duration_ms"]), (&json!(false), &Value::Null));
    assert_eq!(request["start"], request["end"]);
    assert_eq!(answer["spans"], json!([]));
}

#[tokio::test]
async fn a_request_that_nobody_logged_is_a_404() {
    let fixture = order();
    for id in ["r", "R2", "r2%20", "%00", "..%2f..%2fetc%2fpasswd", "*"] {
        let answer = ask(&fixture, &format!("requests/{id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(
            answer.json()["paths"].is_null(),
            "{id}: the path is right, the request is not there"
        );
    }
    for path in ["requests", "requests/", "requests/a/b"] {
        assert!(ask(&fixture, path).await.json()["paths"].is_array(), "{path}");
    }
}
