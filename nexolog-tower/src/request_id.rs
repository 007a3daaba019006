use std::fmt;
use std::sync::Arc;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use nexolog_core::RequestContext;
use uuid::Uuid;

/// The header that carries the id, in and out.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request that is running; the layer puts it into the request's extensions.
///
/// ```
/// use nexolog_tower::RequestId;
///
/// fn handler(request: &http::Request<()>) -> String {
///     match request.extensions().get::<RequestId>() {
///         Some(id) => format!("ask for {id} when you call us"),
///         None => "the layer is missing".to_owned(),
///     }
/// }
/// # handler(&http::Request::new(()));
/// ```
#[derive(Clone)]
pub struct RequestId(Arc<RequestContext>);

impl RequestId {
    pub(crate) fn new(request: Arc<RequestContext>) -> RequestId {
        RequestId(request)
    }

    /// The id as it stands in the response's `x-request-id`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.request_id()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequestId").field(&self.as_str()).finish()
    }
}

impl PartialEq for RequestId {
    fn eq(&self, other: &RequestId) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RequestId {}

/// The longest id that is accepted from outside.
const MAX_LENGTH: usize = 128;

/// The id that a request runs under, and why the offered one was refused.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) id: Box<str>,
    pub(crate) refused: Option<&'static str>,
}

/// Takes the offered id if it is well formed, else makes one.
///
/// An id from outside ends up in headers, files, queries and on screens, so only a set of characters that
/// means nothing to any of them passes. UUIDs, ULIDs, nginx's hex ids and base64 do.
pub(crate) fn choose(headers: &HeaderMap) -> Chosen {
    let mut offered = headers.get_all(X_REQUEST_ID).iter();
    let refused = match (offered.next(), offered.next()) {
        (None, _) => None,
        (Some(_), Some(_)) => Some("given more than once"),
        (Some(value), None) => match accept(value) {
            Ok(id) => return Chosen { id: id.into(), refused: None },
            Err(reason) => Some(reason),
        },
    };
    Chosen { id: fresh(), refused }
}

fn accept(value: &HeaderValue) -> Result<&str, &'static str> {
    let bytes = value.as_bytes();
    if bytes.is_empty() {
        return Err("empty");
    }
    if bytes.len() > MAX_LENGTH {
        return Err("longer than 128 characters");
    }
    let unsafe_characters = "characters other than letters, digits and ._~+/=:@-";
    if !bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._~+/=:@-".contains(byte)) {
        return Err(unsafe_characters);
    }
    std::str::from_utf8(bytes).map_err(|_| unsafe_characters)
}

/// Version 7: ids of one process sort by time.
fn fresh() -> Box<str> {
    let mut text = Uuid::encode_buffer();
    Box::from(&*Uuid::now_v7().hyphenated().encode_lower(&mut text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(values: &[&[u8]]) -> Chosen {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(X_REQUEST_ID, HeaderValue::from_bytes(value).unwrap());
        }
        choose(&headers)
    }

    #[test]
    fn ids_in_common_use_are_kept() {
        let longest = "x".repeat(128);
        for id in [
            "0197b5a2-7c1e-7d60-9a51-3c5e0f2b8a11",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "5f2b8a110197b5a27c1e7d609a513c5e",
            "Root=1-67891233-abcdef012345678912345678",
            "aGVsbG8+d29ybGQ/Zm8=",
            "1",
            &longest,
        ] {
            let chosen = chosen(&[id.as_bytes()]);
            assert_eq!((&*chosen.id, chosen.refused), (id, None));
        }
    }

    #[test]
    fn anything_else_is_replaced_and_the_reason_told() {
        let huge = vec![b'a'; 64 * 1024];
        let long = vec![b'a'; 129];
        let cases: [&[&[u8]]; 8] = [
            &[b""],
            &[&long],
            &[&huge],
            &[b"a b"],
            &[b"a\tb"],
            &["übel".as_bytes()],
            &[b"\xff\xfe"],
            &[b"one", b"two"],
        ];
        for case in cases {
            let chosen = chosen(case);
            assert!(chosen.refused.is_some(), "{case:?}");
            assert_eq!(Uuid::parse_str(&chosen.id).unwrap().get_version_num(), 7);
        }
        assert_eq!(chosen(&[]).refused, None);
    }
}
