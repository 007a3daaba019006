//! Sending requests to a router without a socket, and reading what comes back.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use tower_service::Service;

use super::contract;
use super::memory::Memory;
use crate::api::limits::Limits;
use crate::api::router::routes_within;
use crate::api::{Access, Backend, Role, Scope, Shutdown};

pub(crate) const VIEWER: &str = "viewer-token-0123456789";
pub(crate) const ADMIN: &str = "admin-token-0123456789";
/// A viewer's and an admin's who see only what [`ACME`] logs in the module `orders`.
pub(crate) const SCOPED: &str = "scoped-token-0123456789";
pub(crate) const SCOPED_ADMIN: &str = "scoped-admin-token-0123456789";
pub(crate) const ACME: &str = "acme";

/// An API over a store in memory.
pub(crate) struct Fixture {
    pub(crate) memory: Arc<Memory>,
    pub(crate) shutdown: Shutdown,
    pub(crate) router: Router,
}

impl Fixture {
    pub(crate) fn new() -> Fixture {
        Fixture::with(tokens(), Limits::default())
    }

    pub(crate) fn with(access: Access, limits: Limits) -> Fixture {
        let memory = Memory::new();
        let shutdown = Shutdown::new();
        let backend = backend(&memory, &shutdown);
        Fixture { router: routes_within(backend, access, limits), memory, shutdown }
    }

    /// Asks as an admin.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(get(path).token(ADMIN)).await
    }

    pub(crate) async fn send(&self, question: Ask) -> Answer {
        let (method, uri) = (question.request.method().clone(), question.request.uri().to_string());
        let answer = Answer::read(self.open(question).await).await;
        contract::check(&method, &uri, &answer);
        answer
    }

    /// The response with its body unread.
    pub(crate) async fn open(&self, question: Ask) -> Response {
        send(&self.router, question).await
    }
}

pub(crate) fn tokens() -> Access {
    let scope = Scope::organization(ACME).and(Scope::module("orders"));
    Access::tokens([
        (VIEWER, Role::Viewer.into()),
        (ADMIN, Role::Admin.into()),
        (SCOPED, Role::Viewer.within(scope.clone())),
        (SCOPED_ADMIN, Role::Admin.within(scope)),
    ])
    .unwrap()
}

pub(crate) fn backend(memory: &Arc<Memory>, shutdown: &Shutdown) -> Backend {
    Backend {
        service: "shop".into(),
        waiting_searches: 64,
        viewers: 64,
        own_directory: "".into(),
        store: memory.clone(),
        feed: memory.feed.clone(),
        control: memory.clone(),
        shutdown: shutdown.clone(),
    }
}

pub(crate) async fn send(router: &Router, question: Ask) -> Response {
    let mut router = router.clone();
    Service::<Request>::call(&mut router, question.request).await.unwrap()
}

/// What to ask at an endpoint's path, so that [`sample_record`] is an answer.
pub(crate) fn sample(path: &str) -> String {
    match path {
        "context" => "context?id=1".to_owned(),
        path => path.replace("{id}", "r1"),
    }
}

/// A record that every endpoint that reads can be asked for, the first one logged.
pub(crate) fn sample_record() -> Value {
    json!({"timestamp": "2026-11-23T10:00:00.000000Z", "level": "INFO", "module": "orders", "message": "hello",
        "request_id": "r1", "organization_id": ACME})
}

/// A request in the making.
pub(crate) struct Ask {
    request: Request,
}

pub(crate) fn ask(method: Method, path: &str) -> Ask {
    let uri = if path.starts_with('/') { path.to_owned() } else { format!("/api/v1/logs/{path}") };
    let request = Request::builder().method(method).uri(uri).header("host", "example.com");
    Ask { request: request.body(Body::empty()).unwrap() }
}

pub(crate) fn get(path: &str) -> Ask {
    ask(Method::GET, path)
}

impl Ask {
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Ask {
        self.request.headers_mut().append(name, value.parse().unwrap());
        self
    }

    pub(crate) fn token(self, token: &str) -> Ask {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn json(self, body: &Value) -> Ask {
        self.body(Body::from(body.to_string()))
    }

    /// With a body that says it is JSON.
    pub(crate) fn body(self, body: Body) -> Ask {
        let mut question = self.header("content-type", "application/json");
        *question.request.body_mut() = body;
        question
    }

    /// As the page itself would send it.
    pub(crate) fn sent_by_page(self) -> Ask {
        self.header("sec-fetch-site", "same-origin")
    }

    pub(crate) fn at_address(mut self, address: &str) -> Ask {
        let address: SocketAddr = address.parse().unwrap();
        self.request.extensions_mut().insert(ConnectInfo(address));
        self
    }
}

/// A response that was read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn read(response: Response) -> Answer {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The session cookie that the answer sets, as a browser sends it back.
    pub(crate) fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap().to_owned()
    }
}
