//! Legal holds: who may see and change them, and what the log says about it.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::support::{ADMIN, Answer, Fixture, VIEWER, ask, get};

async fn post(fixture: &Fixture, body: &Value) -> Answer {
    fixture.send(ask(Method::POST, "holds").token(ADMIN).json(body)).await
}

async fn delete(fixture: &Fixture, path: &str) -> Answer {
    fixture.send(ask(Method::DELETE, path).token(ADMIN)).await
}

#[tokio::test]
async fn a_hold_is_placed_listed_and_released_and_the_log_says_by_whom() {
    let fixture = Fixture::new();
    let query = json!({"name": "case-17", "reason": "a letter", "query": "user_id:u1 last:7d"});
    let placed = post(&fixture, &query).await;
    assert_eq!(placed.status, StatusCode::OK, "{}", placed.text);
    assert_eq!(placed.json()["new"], true);
    assert_eq!(post(&fixture, &query).await.json()["new"], false);
    let times = json!({"name": "outage", "reason": "insurance", "from": "2026-05-01", "to": null});
    assert_eq!(post(&fixture, &times).await.status, StatusCode::OK);

    let listed = fixture.send(get("holds").token(VIEWER)).await.json();
    let holds = listed["holds"].as_array().unwrap();
    assert_eq!(holds.len(), 2);
    assert_eq!((&holds[0]["name"], &holds[0]["query"]), (&json!("case-17"), &query["query"]));
    assert_eq!(holds[1]["from"], "2026-05-01T00:00:00.000000Z");
    assert_eq!((&holds[1]["to"], &holds[1]["query"]), (&Value::Null, &Value::Null));
    assert!(holds[1]["created"].as_str().unwrap().ends_with('Z'));

    let released = delete(&fixture, "holds?name=case-17").await;
    assert_eq!(released.json()["released"], holds[0]);
    let notes = fixture.memory.notes.lock().unwrap().clone();
    let messages: Vec<&str> = notes.iter().map(|(_, message, _)| message.as_str()).collect();
    assert_eq!(messages, ["hold placed", "hold placed", "hold released"]);
    assert_eq!((&*notes[0].2["by"], &*notes[0].2["hold"]), ("admin token 2", "case-17"));
    assert_eq!(&*notes[1].2["covers"], "2026-05-01T00:00:00.000000Z..");
}

#[tokio::test]
async fn what_is_wrong_with_a_hold_is_a_problem_that_names_it() {
    let fixture = Fixture::new();
    let good = json!({"name": "a", "reason": "b", "query": "word"});
    post(&fixture, &good).await;
    let with = |key: &str, value: &str| {
        let mut body = good.clone();
        body[key] = json!(value);
        body
    };
    for (body, status, parameter) in [
        (with("name", ""), StatusCode::BAD_REQUEST, "name"),
        (with("reason", ""), StatusCode::BAD_REQUEST, "reason"),
        (with("query", "level:"), StatusCode::BAD_REQUEST, "query"),
        (with("query", "other"), StatusCode::CONFLICT, "name"),
        (with("from", "soon"), StatusCode::BAD_REQUEST, "from"),
        (with("from", "2026-05-01"), StatusCode::BAD_REQUEST, "query"),
        (with("more", "x"), StatusCode::BAD_REQUEST, "more"),
        (json!({"name": "b", "reason": "c"}), StatusCode::BAD_REQUEST, "from"),
    ] {
        let answer = post(&fixture, &body).await;
        assert_eq!(
            (answer.status, &answer.json()["parameter"]),
            (status, &json!(parameter)),
            "{body}"
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    for (path, status) in
        [("holds", StatusCode::BAD_REQUEST), ("holds?name=none", StatusCode::NOT_FOUND)]
    {
        let answer = delete(&fixture, path).await;
        assert_eq!((answer.status, &answer.json()["parameter"]), (status, &json!("name")));
    }
    assert_eq!(fixture.memory.notes.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn only_admins_change_holds() {
    let fixture = Fixture::new();
    let body = json!({"name": "a", "reason": "b", "query": "word"});
    let placed = fixture.send(ask(Method::POST, "holds").token(VIEWER).json(&body)).await;
    assert_eq!(placed.status, StatusCode::FORBIDDEN);
    let released = fixture.send(ask(Method::DELETE, "holds?name=a").token(VIEWER)).await;
    assert_eq!(released.status, StatusCode::FORBIDDEN);
    assert_eq!(fixture.send(get("holds")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(fixture.get("holds").await.json()["holds"], json!([]));
}
