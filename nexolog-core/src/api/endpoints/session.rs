use axum::response::Response;
use http::header::SET_COOKIE;
use http::{HeaderValue, StatusCode};
use serde_json::Value;

use super::Call;
use super::call::text;
use crate::api::access::{Caller, Scope, expired_cookie, session_cookie};
use crate::api::answer::Answer;
use crate::api::openapi::{Gives, Operation, Schema};
use crate::api::problem::Problem;
use crate::api::service::Api;

pub(in crate::api) static WHO_AM_I: Operation = Operation {
    id: "who_am_i",
    summary: "Who the caller is",
    gives: &[Gives::Json(known_caller)],
    ..Operation::NEW
};

pub(in crate::api) static SIGN_IN: Operation = Operation {
    id: "sign_in",
    summary: "Exchanges a token for a session cookie",
    about: "For browsers; the cookie is `HttpOnly` and ends after 12 hours without use.",
    body: Some(token_to_exchange),
    gives: &[Gives::Json(known_caller)],
    ..Operation::NEW
};

pub(in crate::api) static SIGN_OUT: Operation = Operation {
    id: "sign_out",
    summary: "Ends the session",
    about: "Who holds a bearer token and no session has nothing to end, which is fine.",
    gives: &[Gives::Nothing],
    ..Operation::NEW
};

fn known_caller() -> Schema {
    let names = |example: &str| {
        Schema::list(Schema::text(example)).about("Null where any will do.").or_null()
    };
    let scope = [("organizations", names("acme")), ("modules", names("auth"))];
    Schema::answer([
        ("name", Schema::text("viewer")),
        (
            "scope",
            Schema::object(scope)
                .about("What the caller sees; null is everything.")
                .or_null()
                .such_as(Value::Null),
        ),
        ("role", Schema::choice(&["viewer", "admin"])),
        (
            "by",
            Schema::choice(&["token", "session", "rule", "open"]).about("What let the caller in."),
        ),
    ])
}

fn token_to_exchange() -> Schema {
    Schema::object([("token", Schema::text("a-token-of-16-characters-or-more"))])
}

/// `GET session`: who the caller is.
pub(in crate::api) fn who_am_i(call: &Call) -> Result<Response, Problem> {
    call.params()?;
    match &call.caller {
        Some(caller) => Ok(introduction(caller).finish(call.started)),
        None => Err(Problem::unauthorized("you are not signed in")),
    }
}

/// `POST session`: exchanges the token in the body for a session cookie.
pub(in crate::api) async fn sign_in(api: &Api, call: Call) -> Result<Response, Problem> {
    call.params()?;
    let object = Call::json(&call.parts, call.body, call.operation).await?;
    let token = text(&object, "token")?.unwrap_or_default();
    let (caller, id) = api.guard.sign_in(&call.parts, token.trim())?;
    let mut response = introduction(&caller).finish(call.started);
    if let Some(id) = id {
        set_cookie(&mut response, &session_cookie(&id, &call.parts))?;
    }
    Ok(response)
}

/// `DELETE session`: signs out. Who holds a bearer token and no session has nothing to end, which is fine.
pub(in crate::api) fn sign_out(api: &Api, call: &Call) -> Result<Response, Problem> {
    call.params()?;
    api.guard.sign_out(&call.parts)?;
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    set_cookie(&mut response, &expired_cookie(&call.parts))?;
    Ok(response)
}

fn introduction(caller: &Caller) -> Answer {
    Answer::new()
        .with("name", caller.principal.name())
        .with("role", caller.principal.role().to_string())
        .with("by", caller.by.as_str())
        .with("scope", caller.principal.scope().map(Scope::told))
}

fn set_cookie(response: &mut Response, cookie: &str) -> Result<(), Problem> {
    let mut value = HeaderValue::from_str(cookie)
        .map_err(|_| Problem::internal("the session cookie can't be sent"))?;
    value.set_sensitive(true);
    response.headers_mut().insert(SET_COOKIE, value);
    Ok(())
}
