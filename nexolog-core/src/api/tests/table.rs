//! Every endpoint × who asks × how they show it.

use std::sync::atomic::Ordering;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::support::{ADMIN, Ask, Fixture, SCOPED, SCOPED_ADMIN, VIEWER, ask};
use crate::api::access::Role;
use crate::api::dispatch::{ENDPOINTS, Endpoint};
use crate::api::limits::Limits;
use crate::api::{Access, Principal, Scope};

const WRONG: &str = "wrong-token-0123456789";

/// What is told of the log as a whole, and so to nobody who may see a part of it.
const OF_THE_WHOLE_LOG: [&str; 2] = ["holds", "metrics"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Nobody,
    /// Somebody with a token that nobody was given.
    Stranger,
    Viewer,
    Admin,
    ScopedViewer,
    ScopedAdmin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Bearer,
    /// With a cookie, from the page that has it.
    Cookie,
    /// With a cookie, from somewhere else.
    ForeignPage,
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// 401
    WhoAreYou,
    /// 403
    No,
    /// Whatever the endpoint then says to a request without parameters.
    ComeIn,
}

/// What is right, from what the design says of roles, scopes and cookies.
fn expected(endpoint: &Endpoint, who: Who, how: How) -> Verdict {
    let Some(needs) = endpoint.needs else { return Verdict::ComeIn };
    let is_scoped = matches!(who, Who::ScopedViewer | Who::ScopedAdmin);
    let is_admin = matches!(who, Who::Admin | Who::ScopedAdmin);
    let of_the_whole = needs == Role::Admin || OF_THE_WHOLE_LOG.contains(&endpoint.path);
    match who {
        Who::Nobody | Who::Stranger => Verdict::WhoAreYou,
        _ if needs == Role::Admin && !is_admin => Verdict::No,
        _ if of_the_whole && is_scoped => Verdict::No,
        _ if how == How::ForeignPage && endpoint.method != Method::GET => Verdict::No,
        _ => Verdict::ComeIn,
    }
}

/// What a client shows, signing in first where it takes a cookie.
async fn shown(fixture: &Fixture, question: Ask, who: Who, how: How) -> Ask {
    let token = match who {
        Who::Nobody => return question,
        Who::Stranger => WRONG,
        Who::Viewer => VIEWER,
        Who::Admin => ADMIN,
        Who::ScopedViewer => SCOPED,
        Who::ScopedAdmin => SCOPED_ADMIN,
    };
    match how {
        How::Bearer => question.token(token),
        How::Cookie => question.header("cookie", &cookie(fixture, token).await).sent_by_page(),
        How::ForeignPage => question
            .header("cookie", &cookie(fixture, token).await)
            .header("sec-fetch-site", "cross-site")
            .header("origin", "https://evil.example"),
    }
}

async fn cookie(fixture: &Fixture, token: &str) -> String {
    if token == WRONG {
        return format!("nexolog_session={}", "0".repeat(64));
    }
    let question = ask(Method::POST, "session").json(&json!({"token": token})).sent_by_page();
    fixture.send(question).await.cookie()
}

const EVERYBODY: [Who; 6] =
    [Who::Nobody, Who::Stranger, Who::Viewer, Who::Admin, Who::ScopedViewer, Who::ScopedAdmin];

#[tokio::test]
async fn fault_57_every_endpoint_lets_in_whom_it_should_and_does_nothing_for_others() {
    for (who, how) in EVERYBODY
        .into_iter()
        .flat_map(|who| [How::Bearer, How::Cookie, How::ForeignPage].map(|how| (who, how)))
    {
        for endpoint in &ENDPOINTS {
            // One each: whoever shows many wrong tokens is soon told to wait.
            let fixture = Fixture::new();
            let what = format!("{} {} by {who:?} with {how:?}", endpoint.method, endpoint.path);
            let question = ask(endpoint.method.clone(), endpoint.path);
            let question = shown(&fixture, question, who, how).await;
            let response = fixture.open(question).await;
            let verdict = match response.status() {
                StatusCode::UNAUTHORIZED => Verdict::WhoAreYou,
                StatusCode::FORBIDDEN => Verdict::No,
                _ => Verdict::ComeIn,
            };
            assert_eq!(verdict, expected(endpoint, who, how), "{what}");
            if verdict != Verdict::ComeIn {
                assert_eq!(
                    response.headers()["content-type"],
                    "application/problem+json",
                    "{what}"
                );
                assert_eq!(fixture.memory.asked.load(Ordering::SeqCst), 0, "{what}");
                assert!(fixture.memory.cleanups.lock().unwrap().is_empty(), "{what}");
                assert!(fixture.memory.levels.lock().unwrap().is_empty(), "{what}");
                assert!(fixture.memory.notes.lock().unwrap().is_empty(), "{what}");
            }
        }
    }
}

#[tokio::test]
async fn fault_57_no_other_method_of_any_path_does_anything() {
    let fixture = Fixture::new();
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"];
    for endpoint in &ENDPOINTS {
        for method in methods.map(|method| Method::from_bytes(method.as_bytes()).unwrap()) {
            let asked = if method == Method::HEAD { Method::GET } else { method.clone() };
            if ENDPOINTS.iter().any(|other| other.path == endpoint.path && other.method == asked) {
                continue;
            }
            let what = format!("{method} {}", endpoint.path);
            let answer = fixture.send(ask(method.clone(), endpoint.path)).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{what}");
            let answer = fixture.send(ask(method, endpoint.path).token(ADMIN)).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{what}");
        }
    }
    assert_eq!(fixture.memory.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn who_has_a_scope_is_told_so_and_sees_its_records_alone() {
    let fixture = Fixture::new();
    let said = |organization: &str, module: &str| json!({"level": "INFO", "module": module, "organization_id": organization, "message": "x"});
    fixture.memory.log(&[
        said("acme", "orders"),
        said("acme", "auth"),
        said("globex", "orders"),
        json!({"level": "INFO", "module": "orders", "message": "of nobody"}),
    ]);
    let get = async |path: &str| fixture.send(ask(Method::GET, path).token(SCOPED)).await.json();
    let scope = json!({"organizations": ["acme"], "modules": ["orders"]});
    assert_eq!(get("session").await["scope"], scope);
    assert_eq!(fixture.get("session").await.json()["scope"], Value::Null);
    assert_eq!(get("search").await["cursors"], json!(["1"]));
    assert_eq!(get("search?organization_id=globex").await["cursors"], json!([]));
    let stats = get("stats").await;
    assert_eq!((&stats["total"], &stats["storage"]), (&json!(1), &Value::Null));
}

#[tokio::test]
async fn who_has_a_scope_learns_nothing_of_the_log_as_a_whole() {
    let fixture = Fixture::new();
    let get = async |path: &str| fixture.send(ask(Method::GET, path).token(SCOPED)).await.json();
    let mut health = get("health").await;
    let health = health.as_object_mut().unwrap();
    health.remove("took_ms");
    let keys: Vec<&str> = health.keys().map(String::as_str).collect();
    assert_eq!(keys, ["complete", "service", "status", "uptime_s", "version", "writing"]);
    // The catalogue of these tests does not have `orders`: it was only seen, and maybe another's.
    assert_eq!(get("modules").await["modules"], json!([]));
    assert_eq!(get("levels").await["levels"], json!([]));
}

#[tokio::test]
async fn in_a_scope_of_modules_their_counts_are_ones_own() {
    let scope = Scope::modules(["orders", "auth"]);
    let access = Access::tokens([(SCOPED, Role::Viewer.within(scope))]).unwrap();
    let fixture = Fixture::with(access, Limits::default());
    let modules = fixture.send(ask(Method::GET, "modules").token(SCOPED)).await.json();
    let told: Vec<_> = modules["modules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|module| (module["module"].clone(), module["written"].clone()))
        .collect();
    assert_eq!(told, [(json!("auth"), json!(12)), (json!("orders"), json!(3))]);
}

#[tokio::test]
async fn a_rule_of_the_host_can_say_a_scope_for_each_request() {
    let access = Access::custom(|request| {
        let organization = request.headers.get("x-organization")?.to_str().ok()?.to_owned();
        let own = Scope::organization(organization.clone());
        Some(Principal::new(organization, Role::Admin).within(own))
    });
    let fixture = Fixture::with(access, Limits::default());
    for organization in ["acme", "globex"] {
        let record = json!({"level": "INFO", "organization_id": organization, "message": "x"});
        fixture.memory.log(&[record]);
    }
    let send = async |method, path, organization| {
        fixture.send(ask(method, path).header("x-organization", organization)).await
    };
    for (organization, cursors) in [("acme", json!(["1"])), ("globex", json!(["2"]))] {
        let found = send(Method::GET, "search?q=organization_id:acme%20OR%20*", organization).await;
        assert_eq!(found.json()["cursors"], cursors);
        let cleanup = send(Method::DELETE, "cleanup?older_than_days=0", organization).await;
        assert_eq!(cleanup.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(fixture.send(ask(Method::GET, "search")).await.status, StatusCode::UNAUTHORIZED);
}
