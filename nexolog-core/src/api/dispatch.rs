use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Method, StatusCode};

use super::OwnTraffic;
use super::access::{Caller, Role};
use super::endpoints::{self, Call};
use super::headers;
use super::openapi::Operation;
use super::path;
use super::problem::Problem;
use super::router::PREFIX;
use super::service::Api;

/// One method of one path.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    /// Beneath the prefix, without a slash at either end. A part in braces, such as that of `requests/{id}`, stands for any
    /// value; see [`path::matches`].
    pub(super) path: &'static str,
    pub(super) method: Method,
    /// The role it takes; `None` where one signs in.
    pub(super) needs: Option<Role>,
    action: Action,
}

#[derive(Clone, Copy, Debug)]
enum Action {
    Search,
    Stats,
    Modules,
    Levels,
    SetLevel,
    Cleanup,
    Holds,
    PlaceHold,
    ReleaseHold,
    Health,
    Stream,
    WhoAmI,
    SignIn,
    SignOut,
    Describe,
    Metrics,
    Context,
    Request,
    Histogram,
    Facets,
    Fields,
    Export,
}

impl Action {
    /// What it takes and gives. A call accepts the parameters that stand there, and the API's description is made of it.
    fn operation(self) -> &'static Operation {
        match self {
            Action::Search => &endpoints::SEARCH,
            Action::Stats => &endpoints::STATS,
            Action::Modules => &endpoints::MODULES,
            Action::Levels => &endpoints::LEVELS,
            Action::SetLevel => &endpoints::SET_LEVEL,
            Action::Cleanup => &endpoints::CLEANUP,
            Action::Holds => &endpoints::HOLDS,
            Action::PlaceHold => &endpoints::PLACE_HOLD,
            Action::ReleaseHold => &endpoints::RELEASE_HOLD,
            Action::Health => &endpoints::HEALTH,
            Action::Stream => &endpoints::STREAM,
            Action::WhoAmI => &endpoints::WHO_AM_I,
            Action::SignIn => &endpoints::SIGN_IN,
            Action::SignOut => &endpoints::SIGN_OUT,
            Action::Describe => &endpoints::DESCRIBE,
            Action::Metrics => &endpoints::METRICS,
            Action::Context => &endpoints::CONTEXT,
            Action::Request => &endpoints::REQUEST,
            Action::Histogram => &endpoints::HISTOGRAM,
            Action::Facets => &endpoints::FACETS,
            Action::Fields => &endpoints::FIELDS,
            Action::Export => &endpoints::EXPORT,
        }
    }
}

impl Endpoint {
    pub(super) fn operation(&self) -> &'static Operation {
        self.action.operation()
    }
}

const fn endpoint(
    path: &'static str,
    method: Method,
    needs: Option<Role>,
    action: Action,
) -> Endpoint {
    Endpoint { path, method, needs, action }
}

/// Every endpoint. Whatever is to hold for all of them is checked against this table.
pub(super) static ENDPOINTS: [Endpoint; 22] = [
    endpoint("search", Method::GET, Some(Role::Viewer), Action::Search),
    endpoint("stats", Method::GET, Some(Role::Viewer), Action::Stats),
    endpoint("modules", Method::GET, Some(Role::Viewer), Action::Modules),
    endpoint("levels", Method::GET, Some(Role::Viewer), Action::Levels),
    endpoint("levels", Method::PUT, Some(Role::Admin), Action::SetLevel),
    endpoint("cleanup", Method::DELETE, Some(Role::Admin), Action::Cleanup),
    endpoint("holds", Method::GET, Some(Role::Viewer), Action::Holds),
    endpoint("holds", Method::POST, Some(Role::Admin), Action::PlaceHold),
    endpoint("holds", Method::DELETE, Some(Role::Admin), Action::ReleaseHold),
    endpoint("health", Method::GET, Some(Role::Viewer), Action::Health),
    endpoint("stream", Method::GET, Some(Role::Viewer), Action::Stream),
    endpoint("session", Method::GET, Some(Role::Viewer), Action::WhoAmI),
    endpoint("session", Method::POST, None, Action::SignIn),
    endpoint("session", Method::DELETE, Some(Role::Viewer), Action::SignOut),
    endpoint("openapi.json", Method::GET, Some(Role::Viewer), Action::Describe),
    endpoint("metrics", Method::GET, Some(Role::Viewer), Action::Metrics),
    endpoint("context", Method::GET, Some(Role::Viewer), Action::Context),
    endpoint("requests/{id}", Method::GET, Some(Role::Viewer), Action::Request),
    endpoint("histogram", Method::GET, Some(Role::Viewer), Action::Histogram),
    endpoint("facets", Method::GET, Some(Role::Viewer), Action::Facets),
    endpoint("fields", Method::GET, Some(Role::Viewer), Action::Fields),
    endpoint("export", Method::GET, Some(Role::Viewer), Action::Export),
];

/// Answers any request beneath the prefix. Who asks is settled before anything else is looked at, so
/// that a stranger learns nothing, not even which paths there are.
pub(super) async fn answer(api: Arc<Api>, request: Request) -> Response {
    OwnTraffic::mark_request();
    let (mut parts, body) = request.into_parts();
    let asked = parts.method.clone();
    if parts.method == Method::HEAD {
        parts.method = Method::GET;
    }
    let mut response = match admitted(&api, &parts) {
        Ok(Admitted { action, variable, caller }) => {
            let operation = action.operation();
            let started = Instant::now();
            let call = Call { parts, body, variable, caller, started, operation };
            run(&api, action, call).await.unwrap_or_else(IntoResponse::into_response)
        }
        Err(problem) => problem.into_response(),
    };
    if asked == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    headers::protect(response.headers_mut());
    response.extensions_mut().insert(OwnTraffic);
    response
}

/// A request that was let in.
struct Admitted {
    action: Action,
    /// What stands in the variable part of the path.
    variable: Option<String>,
    caller: Option<Caller>,
}

/// What the request asks for and who asks, once both are known and fit.
fn admitted(api: &Api, parts: &Parts) -> Result<Admitted, Problem> {
    let path = parts.uri.path();
    let path = path.strip_prefix(PREFIX).unwrap_or(path).trim_start_matches('/');
    let mut endpoints = ENDPOINTS.iter().filter(|endpoint| endpoint.method == parts.method);
    let found =
        endpoints.find_map(|endpoint| Some((endpoint, path::matches(endpoint.path, path)?)));
    let Some((Endpoint { needs, action, .. }, matched)) = found else {
        api.guard.admit(parts, Role::Viewer)?;
        return Err(nothing_here(path));
    };
    let caller = needs.map(|role| api.guard.admit(parts, role)).transpose()?;
    Ok(Admitted { action: *action, variable: matched.variable, caller })
}

/// The path exists with other methods, or not at all.
fn nothing_here(path: &str) -> Problem {
    let mut methods: Vec<&str> = Vec::new();
    for endpoint in &ENDPOINTS {
        if path::matches(endpoint.path, path).is_none() {
            continue;
        }
        methods.push(endpoint.method.as_str());
        if endpoint.method == Method::GET {
            methods.push("HEAD");
        }
    }
    if !methods.is_empty() {
        return Problem::method_not_allowed(&methods.join(", "));
    }
    let mut paths: Vec<&str> = ENDPOINTS.iter().map(|endpoint| endpoint.path).collect();
    paths.dedup();
    Problem::new(
        StatusCode::NOT_FOUND,
        format!("there is nothing here; the logs API has {}", paths.join(", ")),
    )
    .with("paths", paths)
}

async fn run(api: &Arc<Api>, action: Action, call: Call) -> Result<Response, Problem> {
    match action {
        Action::Search => endpoints::search(api, call).await,
        Action::Stats => endpoints::stats(api, call).await,
        Action::Modules => endpoints::modules(api, &call),
        Action::Levels => endpoints::levels(api, &call),
        Action::SetLevel => endpoints::set_level(api, call).await,
        Action::Cleanup => endpoints::cleanup(api, call).await,
        Action::Holds => endpoints::holds(api, call).await,
        Action::PlaceHold => endpoints::place_hold(api, call).await,
        Action::ReleaseHold => endpoints::release_hold(api, call).await,
        Action::Health => endpoints::health(api, call).await,
        Action::Stream => endpoints::stream(api, call).await,
        Action::WhoAmI => endpoints::who_am_i(&call),
        Action::SignIn => endpoints::sign_in(api, call).await,
        Action::SignOut => endpoints::sign_out(api, &call),
        Action::Describe => endpoints::describe(api, &call),
        Action::Metrics => endpoints::metrics(api, call).await,
        Action::Context => endpoints::context(api, call).await,
        Action::Request => endpoints::request(api, call).await,
        Action::Histogram => endpoints::histogram(api, call).await,
        Action::Facets => endpoints::facets(api, call).await,
        Action::Fields => endpoints::fields(api, call).await,
        Action::Export => endpoints::export(api, call).await,
    }
}
