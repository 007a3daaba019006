use serde_json::{Map, Value, json};

use super::{Operation, Schema};

/// Every refusal that the API knows: status, name among the components, and what it says.
const REFUSALS: [(u16, &str, &str, &str); 11] = [
    (
        400,
        "BadRequest",
        "A parameter or the body can't be read; the problem names it.",
        "parameter `limit` can't be `0`; it takes a whole number from 1 to 1000",
    ),
    (
        401,
        "Unauthorized",
        "No credentials came, or wrong ones.",
        "who are you? send `Authorization: Bearer <token>`, or sign in with POST session",
    ),
    (
        403,
        "Forbidden",
        "The caller may not do this, or it was sent by a page of another origin.",
        "this needs the role admin; you are signed in as viewer",
    ),
    (404, "NotFound", "There is no such thing.", "there is no hold `case-17`"),
    (409, "Conflict", "Something else of that name is there.", "there is another hold `case-17`"),
    (
        410,
        "Gone",
        "It was there, and retention or a clean-up removed it.",
        "this record is not stored any more; retention or a clean-up removed it",
    ),
    (
        413,
        "TooLarge",
        "The body is too long.",
        "the body broke off or is longer than 16384 bytes; send a shorter one",
    ),
    (
        415,
        "UnsupportedType",
        "The body is not said to be JSON.",
        "send a JSON object with `Content-Type: application/json`",
    ),
    (
        429,
        "TooManyTries",
        "Too many wrong tokens came from this address.",
        "too many wrong tokens came from your address; wait before the next try",
    ),
    (500, "Failed", "Something inside failed.", "the store can't be read"),
    (
        503,
        "Busy",
        "Too much is asked at once; `Retry-After` says when to try again.",
        "too many searches are waiting; try again soon",
    ),
];

/// What any endpoint may answer with.
const ALWAYS: [u16; 6] = [400, 401, 403, 429, 500, 503];

/// What an endpoint that takes a body may answer with.
const WITH_BODY: [u16; 2] = [413, 415];

/// The refusals of an operation: its statuses, and the components that they refer to.
pub(super) fn of(operation: &Operation) -> Map<String, Value> {
    let with_body = operation.body.map(|_| WITH_BODY).into_iter().flatten();
    let statuses = ALWAYS.into_iter().chain(with_body).chain(operation.refuses.iter().copied());
    let named = |status| REFUSALS.iter().find(move |(known, ..)| *known == status);
    statuses
        .filter_map(named)
        .map(|(status, name, ..)| {
            (status.to_string(), json!({"$ref": format!("#/components/responses/{name}")}))
        })
        .collect()
}

/// All of them, as components.
pub(super) fn components() -> Map<String, Value> {
    REFUSALS
        .into_iter()
        .map(|(status, name, about, detail)| {
            let title = http::StatusCode::from_u16(status)
                .ok()
                .and_then(|status| status.canonical_reason());
            let mut example =
                json!({"type": "about:blank", "title": title, "status": status, "detail": detail});
            if status == 400 {
                example["parameter"] = json!("limit");
                example["value"] = json!("0");
                example["accepted"] = json!("a whole number from 1 to 1000");
            }
            let mut response = json!({
                "description": about,
                "content": {"application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": example,
                }},
            });
            if let Some((header, schema)) = header(status) {
                response["headers"] = json!({header: {"required": true, "schema": schema}});
            }
            (name.to_owned(), response)
        })
        .collect()
}

/// The header that a refusal always has.
fn header(status: u16) -> Option<(&'static str, Value)> {
    match status {
        401 => Some(("WWW-Authenticate", json!({"type": "string"}))),
        429 | 503 => Some(("Retry-After", json!({"type": "integer", "minimum": 1}))),
        _ => None,
    }
}

/// Problem details, as RFC 9457 has them, and our own members.
pub(super) fn problem() -> Schema {
    let own = Schema::object([
        ("type", Schema::text("about:blank")),
        ("title", Schema::text("Bad Request").about("The status in words.")),
        ("status", Schema::count(400)),
        (
            "detail",
            Schema::text("parameter `limit` can't be `0`").about("What is wrong, for people."),
        ),
        (
            "parameter",
            Schema::text("limit").about("The parameter that is wrong or missing.").optional(),
        ),
        (
            "value",
            Schema::text("0").about("What was sent in it, cut to 100 characters.").optional(),
        ),
        (
            "retry_after_s",
            Schema::count(1).about("Seconds until it is worth another try.").optional(),
        ),
    ]);
    let mut problem = own;
    problem.rule["properties"]["accepted"] = json!({
        "description": "What would be right: in words, or the names that there are.",
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    });
    // Members may be added; clients pass over what they don't know.
    problem.rule["additionalProperties"] = json!(true);
    problem
}
