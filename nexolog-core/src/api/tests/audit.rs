//! Who asked what is in the audit trail before the answer leaves.

use std::fs;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::support::{ADMIN, Ask, Fixture, SCOPED_ADMIN, VIEWER, ask, get, tokens};
use crate::api::limits::Limits;
use crate::api::{Access, Principal, Role};
use crate::audit::tests::support::PATIENCE;

/// The entries of the trail, but for those about itself.
fn entries(fixture: &Fixture) -> Vec<Value> {
    let lines = fixture.memory.trail.lines();
    let entries = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
    entries.filter(|entry| entry["action"] != "logging").collect()
}

/// The entry's kind, action, outcome and values.
fn told(entry: &Value) -> (String, Value) {
    let text = |key: &str| entry[key].as_str().unwrap();
    let values = entry["values"].as_object().unwrap();
    let values = values.iter().map(|(name, pair)| (name.clone(), pair[1].clone())).collect();
    (format!("{} {} {}", text("kind"), text("action"), text("outcome")), Value::Object(values))
}

fn all_told(fixture: &Fixture) -> Vec<(String, Value)> {
    entries(fixture).iter().map(told).collect()
}

/// Ends the trail, so that what was counted is written.
fn end(fixture: &Fixture) {
    fixture.memory.trail.trail.close(PATIENCE).unwrap();
}

/// Puts something in the place of the trail that can't be written.
fn block(fixture: &Fixture) {
    let path = fixture.memory.trail.path();
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
}

#[tokio::test]
async fn a_read_is_in_the_trail_with_who_from_where_what_and_how_much() {
    let fixture = Fixture::new();
    fixture.memory.log(&[json!({"message": "one"}), json!({"message": "two"})]);
    let question = get("search?q=message%3A%22o%22&limit=5&cursor=99").token(VIEWER);
    let answer = fixture.send(question.at_address("192.0.2.77:4000")).await;
    let entries = entries(&fixture);
    let expected = json!({
        "principal": "viewer token 1",
        "address": "192.0.2.0",
        "query": r#"q="message:\"o\"" limit="5""#,
    });
    assert_eq!(told(&entries[0]), ("read GET search success".to_owned(), expected));
    let numbers = json!({"bytes": answer.text.len(), "count": 1, "records": 2});
    assert_eq!(entries[0]["numbers"], numbers);
    assert_eq!(entries.len(), 1);
}

#[tokio::test]
async fn the_same_asked_again_is_counted_and_other_things_are_not_mixed_with_it() {
    let fixture = Fixture::new();
    fixture.memory.log(&[json!({"message": "one"})]);
    for _ in 0..5 {
        fixture.send(get("search?q=one").token(VIEWER)).await;
    }
    fixture.send(get("search?q=two").token(VIEWER)).await;
    fixture.send(get("search?q=one").token(ADMIN)).await;
    assert_eq!(entries(&fixture).len(), 3);
    end(&fixture);
    let entries = entries(&fixture);
    assert_eq!(entries.len(), 4);
    assert_eq!(told(&entries[3]), told(&entries[0]));
    assert_eq!(
        (&entries[3]["numbers"]["count"], &entries[3]["numbers"]["records"]),
        (&json!(4), &json!(4))
    );
}

#[tokio::test]
async fn every_endpoint_is_audited_but_those_that_tell_nothing_of_the_log() {
    for endpoint in &crate::api::dispatch::ENDPOINTS {
        let fixture = Fixture::new();
        let path = endpoint.path.replace("{id}", "some");
        let mut question = ask(endpoint.method.clone(), &path).token(ADMIN);
        if endpoint.operation().body.is_some() {
            question = question.json(&json!({"token": VIEWER}));
        }
        let status = fixture.open(question).await.status();
        end(&fixture);
        let is_exempt = ["health", "metrics", "openapi.json"].contains(&endpoint.path)
            || (endpoint.path, &endpoint.method) == ("session", &Method::GET)
            // It showed nothing.
            || endpoint.method == Method::GET && status.is_client_error();
        let action = format!("{} {}", endpoint.method, endpoint.path);
        let entries = entries(&fixture);
        assert_eq!(entries.is_empty(), is_exempt, "{action} ({status}): {entries:#?}");
        assert!(entries.iter().all(|entry| entry["action"] == action), "{entries:#?}");
    }
}

#[tokio::test]
async fn a_change_is_told_before_it_is_made_and_how_it_went() {
    let fixture = Fixture::new();
    let change = ask(Method::PUT, "levels").token(ADMIN).json(&json!({"level": "debug"}));
    assert_eq!(fixture.send(change).await.status, StatusCode::OK);
    let wrong = ask(Method::PUT, "levels").token(ADMIN).json(&json!({"level": "loud"}));
    assert_eq!(fixture.send(wrong).await.status, StatusCode::BAD_REQUEST);
    let broken = ask(Method::DELETE, "cleanup?older_than_days=3&module=broken").token(ADMIN);
    assert_eq!(fixture.send(broken).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    let values = |level: &str| json!({"principal": "admin token 2", "address": "unknown", "body": format!(r#"{{"level":"{level}"}}"#)});
    let cleanup = json!({
        "principal": "admin token 2",
        "address": "unknown",
        "query": r#"older_than_days="3" module="broken""#,
    });
    let expected = [
        ("change PUT levels asked", values("debug")),
        ("change PUT levels success", values("debug")),
        ("change PUT levels asked", values("loud")),
        ("change PUT levels refused", values("loud")),
        ("change DELETE cleanup asked", cleanup.clone()),
        ("change DELETE cleanup error", cleanup),
    ];
    assert_eq!(all_told(&fixture), expected.map(|(what, values)| (what.to_owned(), values)));
}

#[tokio::test]
async fn sessions_are_told_with_whose_they_are_and_never_a_token() {
    let fixture = Fixture::new();
    let sign_in = ask(Method::POST, "session").json(&json!({"token": VIEWER}));
    let cookie = fixture.send(sign_in).await.cookie();
    let sign_out = ask(Method::DELETE, "session").header("cookie", &cookie).sent_by_page();
    assert_eq!(fixture.send(sign_out).await.status, StatusCode::NO_CONTENT);
    let values = json!({"principal": "viewer token 1", "address": "unknown"});
    let expected = ["session POST session success", "session DELETE session success"];
    assert_eq!(all_told(&fixture), expected.map(|what| (what.to_owned(), values.clone())));
    let text = fs::read_to_string(fixture.memory.trail.path()).unwrap();
    assert!(!text.contains(VIEWER) && !text.contains(cookie.split_once('=').unwrap().1));
}

#[tokio::test]
async fn failures_are_one_entry_an_address_and_minute_and_wait_for_nothing() {
    let fixture = Fixture::with(tokens(), Limits::default());
    let wrong =
        |path: &str, address: &str| get(path).token("wrong-token-0123456789").at_address(address);
    for number in 0..12 {
        let path = format!("search?q={number}");
        fixture.send(wrong(&path, "192.0.2.1:1000")).await;
    }
    fixture.send(wrong("stats", "198.51.100.1:1000")).await;
    let body = json!({"token": "wrong-token-0123456789"});
    fixture.send(ask(Method::POST, "session").json(&body)).await;
    // Who shows nothing has only not signed in yet.
    fixture.send(get("search")).await;
    end(&fixture);
    let entries = entries(&fixture);
    let counts: Vec<_> = entries
        .iter()
        .map(|entry| (told(entry), entry["numbers"]["count"].as_u64().unwrap()))
        .collect();
    let refused = |what: &str, address: &str| (what.to_owned(), json!({"address": address}));
    for expected in [
        (refused("refused let in unauthorized", "192.0.2.0"), 1),
        (refused("refused let in throttled", "192.0.2.0"), 1),
        (refused("refused let in unauthorized", "198.51.100.0"), 1),
        (refused("refused POST session unauthorized", "unknown"), 1),
        (refused("refused let in unauthorized", "192.0.2.0"), 9),
        (refused("refused let in throttled", "192.0.2.0"), 1),
    ] {
        assert!(counts.contains(&expected), "{expected:?} not in {counts:#?}");
    }
    assert_eq!(counts.len(), 6, "{counts:#?}");
    assert!(!fs::read_to_string(fixture.memory.trail.path()).unwrap().contains("wrong-token"));
}

#[tokio::test]
async fn who_may_not_is_named() {
    let fixture = Fixture::new();
    let change = ask(Method::PUT, "levels").token(VIEWER).json(&json!({"level": "debug"}));
    assert_eq!(fixture.send(change).await.status, StatusCode::FORBIDDEN);
    let beyond = ask(Method::DELETE, "cleanup?older_than_days=3").token(SCOPED_ADMIN);
    assert_eq!(fixture.send(beyond).await.status, StatusCode::FORBIDDEN);
    end(&fixture);
    let told = all_told(&fixture);
    let who = |name: &str| json!({"principal": name, "address": "unknown"});
    assert!(
        told.contains(&("refused let in forbidden".to_owned(), who("viewer token 1"))),
        "{told:#?}"
    );
    let refused = ("refused let in forbidden".to_owned(), who("admin token 4"));
    assert!(told.contains(&refused), "{told:#?}");
}

#[tokio::test]
async fn a_rule_of_the_host_that_lets_nobody_in_is_told_too() {
    let access = Access::custom(|request| {
        (request.headers.get("x-user")? == "ada").then(|| Principal::new("ada", Role::Viewer))
    });
    let fixture = Fixture::with(access, Limits::default());
    assert_eq!(fixture.send(get("search")).await.status, StatusCode::UNAUTHORIZED);
    fixture.send(get("search").header("x-user", "ada")).await;
    end(&fixture);
    let told = all_told(&fixture);
    assert!(told.iter().any(|(what, _)| what == "refused let in unauthorized"), "{told:#?}");
    assert!(told.iter().any(|(_, values)| values["principal"] == "ada"), "{told:#?}");
}

#[tokio::test]
async fn fault_78_what_cannot_be_audited_is_not_done_but_room_can_be_made() {
    let fixture = Fixture::new();
    fixture.memory.log(&[json!({"message": "one"})]);
    block(&fixture);
    let answer = fixture.send(get("search").token(VIEWER)).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text.contains("can't be audited") && !answer.text.contains("\"logs\""));
    let change = || ask(Method::PUT, "levels").token(ADMIN).json(&json!({"level": "debug"}));
    assert_eq!(fixture.send(change()).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(fixture.memory.levels.lock().unwrap().is_empty(), "it was not changed");
    let cleanup = ask(Method::DELETE, "cleanup?older_than_days=3").token(ADMIN);
    assert_eq!(fixture.send(cleanup).await.status, StatusCode::OK);
    assert_eq!(fixture.memory.cleanups.lock().unwrap().len(), 1);
    let wrong = get("search").token("wrong-token-0123456789");
    assert_eq!(fixture.send(wrong).await.status, StatusCode::UNAUTHORIZED);

    let health = fixture.get("health").await.json();
    assert_eq!(
        (&health["status"], &health["audit"]["writing"]),
        (&json!("degraded"), &json!(false))
    );
    assert!(health["audit"]["missed"].as_u64() >= Some(3), "{health:#}");

    fs::remove_dir(fixture.memory.trail.path()).unwrap();
    assert_eq!(fixture.send(change()).await.status, StatusCode::OK);
    let missed = fixture.memory.trail.lines();
    assert!(missed.iter().any(|line| line.contains("\"kind\":\"missed\"")), "{missed:#?}");
    assert_eq!(fixture.get("health").await.json()["audit"]["writing"], true);
}

#[tokio::test]
async fn the_trail_is_read_newest_first_in_pages_by_admins_only() {
    let fixture = Fixture::new();
    for number in 0..5 {
        fixture.send(get(&format!("search?q={number}")).token(VIEWER)).await;
    }
    let seqs = |answer: &Value| -> Vec<u64> {
        answer["entries"].as_array().unwrap().iter().map(|e| e["seq"].as_u64().unwrap()).collect()
    };
    let first = fixture.get("audit?limit=4&kind=read&principal=viewer%20token%201").await.json();
    assert_eq!(seqs(&first), [6, 5, 4, 3]);
    assert_eq!((&first["next_cursor"], &first["directories"]), (&json!("3"), &json!(["."])));
    let next = fixture.get("audit?limit=4&kind=read&principal=viewer%20token%201&cursor=3").await;
    assert_eq!(seqs(&next.json()), [2]);
    assert_eq!(next.json()["next_cursor"], Value::Null);
    // Reading the trail is a read, too.
    let newest = fixture.get("audit?limit=1").await.json();
    assert_eq!(newest["entries"][0]["action"], "GET audit");
    assert_eq!(
        newest["entries"][0]["values"]["query"][1],
        r#"limit="4" kind="read" principal="viewer token 1""#
    );
    let other = fixture.get("audit?directory=instance-7").await.json();
    assert_eq!(other["entries"], json!([]));
    for wrong in [
        "audit?directory=..",
        "audit?directory=instance-7%2F..",
        "audit?kind=reed",
        "audit?cursor=x",
    ] {
        assert_eq!(fixture.get(wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    for path in ["audit", "audit/verify"] {
        for token in [VIEWER, SCOPED_ADMIN] {
            assert_eq!(fixture.send(get(path).token(token)).await.status, StatusCode::FORBIDDEN);
        }
    }
}

#[tokio::test]
async fn the_check_names_what_was_done_to_the_trail_and_takes_kept_heads() {
    let fixture = Fixture::new();
    let search = || -> Ask { get("search").token(VIEWER) };
    fixture.send(search()).await;
    let verdict = fixture.get("audit/verify").await.json();
    assert_eq!(
        (&verdict["verdict"], &verdict["finding"]),
        (&json!("consistent, unanchored"), &Value::Null)
    );
    let head = verdict["head"].as_str().unwrap();
    let pinned = fixture.get(&format!("audit/verify?pinned={head}")).await.json();
    assert_eq!(
        (&pinned["verdict"], &pinned["anchored"]),
        (&json!("consistent, anchored in part"), &json!(2))
    );
    let wrong = format!("audit/verify?pinned={}", head.replace("2:", "1:"));
    let wrong = fixture.get(&wrong).await.json();
    assert_eq!(
        (&wrong["verdict"], &wrong["finding"]["flaw"]),
        (&json!("failed"), &json!("resealed"))
    );
    assert_eq!(fixture.get("audit/verify?pinned=2").await.status, StatusCode::BAD_REQUEST);

    let path = fixture.memory.trail.path();
    let edited = fs::read_to_string(&path).unwrap().replacen("viewer token 1", "viewer token 9", 1);
    fs::write(&path, edited).unwrap();
    let verdict = fixture.get("audit/verify").await.json();
    assert_eq!(verdict["finding"]["seq"], 2);
    assert_eq!(
        verdict["finding"]["detail"],
        "its value `principal` is not the one that it commits to"
    );
}
