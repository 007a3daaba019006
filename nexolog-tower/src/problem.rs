use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use nexolog_core::__private::put_json_str;
use nexolog_core::Context;

/// An error as a client is told of it: the problem details of RFC 9457, with the id to ask for.
///
/// ```
/// use http::StatusCode;
/// use nexolog_tower::Problem;
///
/// async fn handler() -> http::Response<String> {
///     Problem::new(StatusCode::CONFLICT).detail("the order is already paid").into_response()
/// }
/// # drop(handler());
/// ```
///
/// The body is `{"type":"about:blank","title":"Conflict","status":409,"detail":"the order is already paid",
/// "request_id":"0198c5f2-…"}`; `request_id` is that of the request that is running when the problem is made,
/// and left out outside of any. With the feature `axum` it is a response by itself, so that handlers can
/// return it as an error.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    kind: String,
    title: Option<String>,
    detail: Option<String>,
    instance: Option<String>,
    request_id: Option<String>,
}

impl Problem {
    /// A problem that is all said by its status.
    #[must_use]
    pub fn new(status: StatusCode) -> Problem {
        let context = Context::current();
        Problem {
            status,
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().map(str::to_owned),
            detail: None,
            instance: None,
            request_id: context.request().map(|request| request.request_id().to_owned()),
        }
    }

    /// A URI that names the kind of problem (the member `type`); `about:blank` unless said.
    #[must_use]
    pub fn kind(mut self, uri: impl Into<String>) -> Problem {
        self.kind = uri.into();
        self
    }

    /// What the kind is called; the status's name unless said.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Problem {
        self.title = Some(title.into());
        self
    }

    /// What went wrong this time. Clients read it.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Problem {
        self.detail = Some(detail.into());
        self
    }

    /// A URI that names this occurrence.
    #[must_use]
    pub fn instance(mut self, uri: impl Into<String>) -> Problem {
        self.instance = Some(uri.into());
        self
    }

    /// The problem as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = b"{\"type\":".to_vec();
        put_json_str(&mut out, &self.kind);
        put_member(&mut out, "title", self.title.as_deref());
        out.extend_from_slice(format!(",\"status\":{}", self.status.as_u16()).as_bytes());
        put_member(&mut out, "detail", self.detail.as_deref());
        put_member(&mut out, "instance", self.instance.as_deref());
        put_member(&mut out, "request_id", self.request_id.as_deref());
        out.push(b'}');
        // Made of whole texts only.
        String::from_utf8(out).unwrap_or_default()
    }

    /// The problem as a response of type `application/problem+json`.
    #[must_use]
    pub fn into_response<B: From<String>>(self) -> Response<B> {
        let mut response = Response::new(B::from(self.to_json()));
        *response.status_mut() = self.status;
        let json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }
}

fn put_member(out: &mut Vec<u8>, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        out.push(b',');
        put_json_str(out, key);
        out.push(b':');
        put_json_str(out, value);
    }
}

#[cfg(feature = "axum")]
impl axum::response::IntoResponse for Problem {
    fn into_response(self) -> axum::response::Response {
        Problem::into_response(self)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use nexolog_core::RequestContext;

    use super::*;

    #[test]
    fn outside_of_a_request_it_has_no_id() {
        let problem = Problem::new(StatusCode::NOT_FOUND);
        let expected = r#"{"type":"about:blank","title":"Not Found","status":404}"#;
        assert_eq!(problem.to_json(), expected);
    }

    #[test]
    fn it_says_all_that_is_known_and_stays_json() {
        let problem = Context::for_request(Arc::new(RequestContext::new("r-7"))).scope(|| {
            Problem::new(StatusCode::CONFLICT)
                .kind("https://example.com/paid")
                .title("Paid")
                .detail("the \"order\"\n is paid")
                .instance("/orders/7")
        });
        let response: Response<String> = problem.into_response();
        assert_eq!(response.status(), 409);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        let expected = concat!(
            r#"{"type":"https://example.com/paid","title":"Paid","status":409,"#,
            r#""detail":"the \"order\"\n is paid","instance":"/orders/7","request_id":"r-7"}"#
        );
        assert_eq!(response.body(), expected);
    }
}
