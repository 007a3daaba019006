use http::header::{HeaderMap, HeaderName, HeaderValue};
use nexolog_core::RequestContext;

use crate::text::cut;

/// More of one header is never recorded.
const CAP: usize = 1024;

/// A header to be recorded, and the field it becomes.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    name: HeaderName,
    field: Box<str>,
}

/// The values of chosen headers, kept until the request's event.
pub(super) type Kept = Vec<(usize, HeaderValue)>;

impl Wanted {
    pub(super) fn of_request(name: HeaderName) -> Wanted {
        Wanted { field: format!("http.request.header.{name}").into(), name }
    }

    pub(super) fn of_response(name: HeaderName) -> Wanted {
        Wanted { field: format!("http.response.header.{name}").into(), name }
    }
}

/// The values of `headers` that are wanted. Each keeps its memory, so there is no copy.
pub(super) fn keep(wanted: &[Wanted], headers: &HeaderMap) -> Kept {
    let values = |(at, wanted): (usize, &Wanted)| {
        headers.get_all(&wanted.name).iter().take(MOST).map(move |value| (at, value.clone()))
    };
    wanted.iter().enumerate().flat_map(values).collect()
}

/// Values of one header that are recorded.
const MOST: usize = 16;

/// Adds what was kept to the request's line.
pub(super) fn tell(wanted: &[Wanted], kept: &Kept, context: &RequestContext) {
    for (at, wanted) in wanted.iter().enumerate() {
        let mut values = kept.iter().filter(|(of, _)| *of == at).map(|(_, value)| value).peekable();
        if values.peek().is_none() {
            continue;
        }
        let mut text = String::new();
        for value in values {
            if !text.is_empty() {
                text.push_str(", ");
            }
            if value.is_sensitive() {
                text.push_str("***");
            } else {
                let bytes = value.as_bytes();
                text.push_str(&String::from_utf8_lossy(bytes.get(..CAP).unwrap_or(bytes)));
            }
        }
        context.add_field(&wanted.field, cut(&text, CAP));
    }
}
