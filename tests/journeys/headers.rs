//! Chosen headers are on the request's line, and secrets among them are not.

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderName, SET_COOKIE};
use http::{HeaderValue, Request};
use nexolog::{MaskAction, MaskRule, Masking, RequestLogLayer};
use tower::ServiceExt;

use crate::support::logger;

const TENANT: HeaderName = HeaderName::from_static("x-tenant");

#[tokio::test]
async fn chosen_headers_are_recorded_and_their_secrets_masked() {
    let masking =
        Masking::new().with(MaskRule::Email).action_of(MaskRule::Email, MaskAction::Redact);
    let log = logger("shop", |builder| builder.masking(masking));
    let _listening = log.listen();
    let hidden = HeaderName::from_static("x-hidden");
    let handler = get(|| async {
        tracing::info!("in the handler");
        ([("set-cookie", "session=c4n4ry; HttpOnly")], "hello")
    });
    let app = Router::new().route("/", handler).layer(
        RequestLogLayer::new()
            .request_headers([TENANT, AUTHORIZATION, COOKIE, hidden.clone()])
            .response_headers([CONTENT_TYPE, SET_COOKIE]),
    );
    let mut request = Request::get("/")
        .header(TENANT, "t1")
        .header(TENANT, "t2 for ann@example.com")
        .header(AUTHORIZATION, "Bearer c4n4ry-c4n4ry-c4n4ry")
        .header(COOKIE, "theme=dark; session=c4n4ry")
        .header("x-not-chosen", "c4n4ry")
        .body(Body::empty())
        .unwrap();
    let mut marked = HeaderValue::from_static("c4n4ry");
    marked.set_sensitive(true);
    request.headers_mut().insert(hidden, marked);
    let response = app.oneshot(request).await.unwrap();
    axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();

    let records = log.records();
    let [inside, line] = &records[..] else { panic!("{records:#?}") };
    assert_eq!(inside["message"], "in the handler");
    assert!(!inside.to_string().contains("http.request"), "only the request's own line has them");
    let fields = &line["fields"];
    assert_eq!(fields["http.request.header.x-tenant"], "t1, t2 for ***");
    assert_eq!(fields["http.response.header.content-type"], "text/plain; charset=utf-8");
    for secret in [
        "http.request.header.authorization",
        "http.request.header.cookie",
        "http.request.header.x-hidden",
        "http.response.header.set-cookie",
    ] {
        assert_eq!(fields[secret], "***", "{secret}");
    }
    assert!(!line.to_string().contains("c4n4ry"), "{line}");
}
