//! Whether an answer is what the API's own description says. Every answer that a test gets through
//! [`Fixture::send`](super::support::Fixture::send) is held against it.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use http::Method;
use jsonschema::Validator;
use serde_json::{Value, json};

use super::support::Answer;
use crate::api::dispatch::ENDPOINTS;
use crate::api::openapi::document;
use crate::api::path::matches;
use crate::api::router::PREFIX;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = document("shop", PREFIX, true);
    // Tests store lines that Nexolog would not write, and answers have them as they are stored.
    document["components"]["schemas"]["Record"] = json!({"type": "object", "required": ["seq"]});
    document
});
static VALIDATORS: LazyLock<Mutex<HashMap<String, Validator>>> = LazyLock::new(Mutex::default);

/// Panics where the answer has a status, a type, a header or a shape that the description lacks.
pub(super) fn check(method: &Method, uri: &str, answer: &Answer) {
    let Some(pointer) = operation(method, uri) else { return };
    let asked = format!("{method} {uri} {}", answer.status.as_u16());
    let at = format!("{pointer}/responses/{}", answer.status.as_u16());
    let response = DOCUMENT.pointer(&at).unwrap_or_else(|| panic!("{asked}: no such status"));
    let (at, response) = match response["$ref"].as_str() {
        Some(reference) => {
            let at = reference.trim_start_matches('#').to_owned();
            let response = DOCUMENT.pointer(&at).unwrap();
            (at, response)
        }
        None => (at, response),
    };
    for (header, described) in response["headers"].as_object().into_iter().flatten() {
        let is_there = answer.headers.contains_key(header.as_str());
        assert!(is_there || described["required"] != true, "{asked}: no header {header}");
    }
    let Some(content) = response.get("content") else {
        return assert_eq!(answer.text, "", "{asked}: there is to be nothing");
    };
    let media = answer.header("content-type").split(';').next().unwrap();
    assert!(content.get(media).is_some(), "{asked}: no type {media}");
    if matches!(media, "application/json" | "application/problem+json") {
        let escaped = media.replace('/', "~1");
        assert_fits(&format!("{at}/content/{escaped}/schema"), &answer.json(), &asked);
    }
}

/// Panics where a value does not fit the schema at that place of the description.
pub(super) fn assert_fits(place: &str, value: &Value, what: &str) {
    let mut validators = VALIDATORS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let validator = validators.entry(place.to_owned()).or_insert_with(|| {
        let schema = DOCUMENT.pointer(place).unwrap_or_else(|| panic!("nothing at {place}"));
        let whole = json!({"components": DOCUMENT["components"], "allOf": [schema]});
        jsonschema::options().should_validate_formats(true).build(&whole).unwrap()
    });
    let wrong: Vec<String> =
        validator.iter_errors(value).map(|e| format!("{} at {}", e, e.instance_path())).collect();
    assert!(wrong.is_empty(), "{what}: {wrong:#?}");
}

/// Where the description has what is asked for; `None` for what there is not.
fn operation(method: &Method, uri: &str) -> Option<String> {
    let path = uri.split('?').next()?.strip_prefix(PREFIX)?.trim_start_matches('/');
    let endpoint =
        ENDPOINTS.iter().find(|e| e.method == method && matches(e.path, path).is_some())?;
    let method = method.as_str().to_lowercase();
    Some(format!("/paths/~1{}/{method}", endpoint.path.replace('/', "~1")))
}
