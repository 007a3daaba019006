use http::Method;
use serde_json::{Map, Value, json};

use super::{Gives, Operation, Parameter, refusals, schemas};
use crate::api::access::{COOKIE_NAME, Role};
use crate::api::dispatch::{ENDPOINTS, Endpoint};

const ABOUT: &str = "Searches, counts, follows and steers the log of one service.\n\nAn unknown parameter is \
    refused, never ignored. An empty parameter counts as absent. Errors are problem details (RFC 9457) that name \
    the parameter. Every JSON answer says whether it is `complete`; if not, `incomplete_reason` says why.";

/// The whole document, for a service of this name that has the API at `base`. `asks_for_token` is whether callers are
/// told by tokens.
pub(in crate::api) fn document(service: &str, base: &str, asks_for_token: bool) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in &ENDPOINTS {
        let path = paths.entry(format!("/{}", endpoint.path)).or_insert_with(|| json!({}));
        path[endpoint.method.as_str().to_lowercase()] = operation(endpoint, asks_for_token);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("Logs of {service}"),
            "description": ABOUT,
            "version": env!("CARGO_PKG_VERSION"),
        },
        // Few tools understand an address that is relative to the document's; behind a proxy that shortens paths, it is
        // the only one that is right.
        "servers": [
            {"url": base, "description": "Where the service has it"},
            {"url": ".", "description": "Where this document is, also behind a proxy that shortens paths"},
        ],
        "paths": paths,
        "components": {
            "schemas": schemas::components(),
            "responses": refusals::components(),
            "securitySchemes": schemes(asks_for_token),
        },
    })
}

fn schemes(asks_for_token: bool) -> Value {
    if !asks_for_token {
        return json!({});
    }
    json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that the service was given.",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE_NAME,
            "description": "What POST session gives a browser. Methods that change something then need \
                            `Sec-Fetch-Site: same-origin` or a matching `Origin`, as browsers send it.",
        },
    })
}

fn operation(endpoint: &Endpoint, asks_for_token: bool) -> Value {
    let operation = endpoint.operation();
    let about = match endpoint.needs {
        Some(Role::Admin) => format!("{} Takes the role admin.", operation.about),
        _ => operation.about.to_owned(),
    };
    let security = match endpoint.needs {
        Some(_) if asks_for_token => json!([{"bearer": []}, {"session": []}]),
        _ => json!([]),
    };
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "description": about.trim(),
        "parameters": parameters(operation),
        "responses": responses(operation),
        "security": security,
    });
    if let Some(body) = operation.body {
        let body = body();
        described["requestBody"] = json!({
            "required": true,
            "content": {"application/json": {"schema": body.rule, "example": body.example}},
        });
    }
    if endpoint.method != Method::GET {
        described["tags"] = json!(["changes"]);
    }
    described
}

fn parameters(operation: &Operation) -> Value {
    let placed = |place: &'static str| move |parameter: &Parameter| parameter.described(place);
    operation
        .path
        .iter()
        .map(placed("path"))
        .chain(operation.parameters().map(placed("query")))
        .chain(operation.headers.iter().map(placed("header")))
        .collect()
}

fn responses(operation: &Operation) -> Value {
    let mut responses = refusals::of(operation);
    let mut content = Map::new();
    for gives in operation.gives {
        let (media, described) = match gives {
            Gives::Json(schema) => {
                let schema = schema();
                let described = json!({"schema": schema.rule, "example": schema.example});
                ("application/json", described)
            }
            Gives::Text(media, example, about) => {
                let schema = json!({"type": "string", "description": about});
                (*media, json!({"schema": schema, "example": example}))
            }
            Gives::Nothing => {
                responses.insert("204".to_owned(), json!({"description": "It is done."}));
                continue;
            }
        };
        content.insert(media.to_owned(), described);
    }
    if !content.is_empty() {
        let described = json!({"description": operation.summary, "content": content});
        responses.insert("200".to_owned(), described);
    }
    responses.into()
}
