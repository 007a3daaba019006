//! The API's own description.

use std::collections::BTreeSet;

use axum::Router;
use http::StatusCode;
use serde_json::{Value, json};

use super::contract::assert_fits;
use super::support::{ADMIN, Answer, Fixture, VIEWER, ask, get, send};
use crate::api::Access;
use crate::api::dispatch::ENDPOINTS;
use crate::api::limits::Limits;

async fn description() -> Value {
    let answer = Fixture::new().send(get("openapi.json").token(VIEWER)).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()
}

fn in_address(text: &str) -> String {
    let encoded: Vec<String> = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
    encoded.concat()
}

fn escaped(path: &str) -> String {
    path.replace('~', "~0").replace('/', "~1")
}

/// Every operation: its path, method, and what stands there.
fn operations(description: &Value) -> Vec<(String, String, Value)> {
    let paths = description["paths"].as_object().unwrap();
    let each = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().unwrap().clone();
        let path = path.clone();
        methods.into_iter().map(move |(method, operation)| (path.clone(), method, operation))
    };
    paths.iter().flat_map(each).collect()
}

#[tokio::test]
async fn it_has_every_endpoint_and_no_other() {
    let described: BTreeSet<(String, String)> = operations(&description().await)
        .into_iter()
        .map(|(path, method, _)| (path, method))
        .collect();
    let there: BTreeSet<(String, String)> = ENDPOINTS
        .iter()
        .map(|e| (format!("/{}", e.path), e.method.as_str().to_lowercase()))
        .collect();
    assert_eq!(described, there);
}

#[tokio::test]
async fn every_operation_is_told_in_full() {
    let description = description().await;
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&description) {
        let what = format!("{method} {path}");
        let id = operation["operationId"].as_str().unwrap();
        assert!(!id.is_empty() && ids.insert(id.to_owned()), "{what}: {id:?} is taken or empty");
        assert!(!operation["summary"].as_str().unwrap().is_empty(), "{what} has no summary");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{what} gives nothing");
        let variables = path.matches('{').count();
        let parameters = operation["parameters"].as_array().unwrap();
        let in_path = parameters.iter().filter(|p| p["in"] == "path").count();
        assert_eq!(in_path, variables, "{what}: variable parts of the path");
        let mut names = BTreeSet::new();
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap();
            assert!(names.insert(name), "{what}: {name} stands there twice");
            assert!(!parameter["description"].as_str().unwrap().is_empty(), "{what}: {name}");
        }
    }
}

#[tokio::test]
async fn every_example_fits_its_schema() {
    let description = description().await;
    for (path, method, operation) in operations(&description) {
        let at = format!("/paths/{}/{method}", escaped(&path));
        for (index, parameter) in operation["parameters"].as_array().unwrap().iter().enumerate() {
            let what = format!("{method} {path}: {}", parameter["name"]);
            assert_fits(&format!("{at}/parameters/{index}/schema"), &parameter["example"], &what);
        }
        let bodies = [("requestBody".to_owned(), &operation["requestBody"])];
        let responses = operation["responses"].as_object().unwrap();
        let responses = responses.iter().map(|(s, response)| (format!("responses/{s}"), response));
        for (place, described) in bodies.into_iter().chain(responses) {
            for (media, content) in described["content"].as_object().into_iter().flatten() {
                let place = format!("{at}/{place}/content/{}/schema", escaped(media));
                assert_fits(&place, &content["example"], &format!("{method} {path} {media}"));
            }
        }
    }
    for (name, response) in description["components"]["responses"].as_object().unwrap() {
        let content = &response["content"]["application/problem+json"];
        assert_fits("/components/schemas/Problem", &content["example"], name);
    }
}

#[tokio::test]
async fn the_parameters_of_the_description_are_taken_with_its_examples() {
    let description = description().await;
    let fixture = Fixture::new();
    for (path, method, operation) in operations(&description) {
        if path.contains('{') || path == "/stream" {
            continue;
        }
        let parameters = operation["parameters"].as_array().unwrap();
        let query: Vec<String> = parameters
            .iter()
            .filter(|parameter| {
                // A place that is not there, and one of two that exclude each other.
                let is_odd = parameter["name"] == "cursor" || parameter["name"] == "bars";
                parameter["in"] == "query" && !is_odd
            })
            .map(|parameter| {
                let value = &parameter["example"];
                let text = match value {
                    Value::String(text) => text.clone(),
                    Value::Array(items) => items
                        .iter()
                        .map(|item| item.as_str().unwrap())
                        .collect::<Vec<_>>()
                        .join(","),
                    other => other.to_string(),
                };
                format!("{}={}", parameter["name"].as_str().unwrap(), in_address(&text))
            })
            .collect();
        let question = format!("{}?{}", path.trim_start_matches('/'), query.join("&"));
        let mut question = ask(method.to_uppercase().parse().unwrap(), &question).token(ADMIN);
        if let Some(body) = operation["requestBody"]["content"].get("application/json") {
            question = question.json(&body["example"]);
        }
        let answer = fixture.send(question).await;
        let problem = answer.status != StatusCode::OK && answer.text.contains("parameter");
        let is_known = ["/session", "/holds"].contains(&path.as_str());
        assert!(!problem || is_known, "{method} {path}?{query:?}: {}", answer.text);
    }
}

#[tokio::test]
async fn who_may_ask_is_told() {
    let description = description().await;
    for endpoint in &ENDPOINTS {
        let path = format!("/{}", endpoint.path);
        let operation = &description["paths"][path][endpoint.method.as_str().to_lowercase()];
        let wanted = match endpoint.needs {
            Some(_) => json!([{"bearer": []}, {"session": []}]),
            None => json!([]),
        };
        assert_eq!(operation["security"], wanted, "{}", endpoint.path);
    }
    let schemes = description["components"]["securitySchemes"].as_object().unwrap();
    assert_eq!(schemes["session"]["name"], "nexolog_session");
    let open = Fixture::with(Access::open(), Limits::default());
    let description = open.send(get("openapi.json")).await.json();
    assert_eq!(description["components"]["securitySchemes"], json!({}));
    assert_eq!(description["paths"]["/search"]["get"]["security"], json!([]));
}

#[tokio::test]
async fn it_says_where_the_service_mounted_it() {
    let fixture = Fixture::new();
    let nested = Router::new().nest("/a/b", fixture.router.clone());
    for (router, path) in [(&fixture.router, "/api/v1/logs"), (&nested, "/a/b/api/v1/logs")] {
        let question = get(&format!("{path}/openapi.json")).token(VIEWER);
        let description = Answer::read(send(router, question).await).await.json();
        assert_eq!(description["servers"][0]["url"], path);
        assert_eq!(description["servers"][1]["url"], ".");
    }
}
