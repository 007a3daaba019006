use std::panic::{AssertUnwindSafe, catch_unwind};

use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::{IdKind, IdText, MakeId};
use crate::text;

/// The longest id that is accepted from outside.
const MAX_LENGTH: usize = 128;

/// The id that a request runs under, and why the offered one was refused.
#[derive(Debug)]
pub(crate) struct Chosen {
    /// Of safe characters only, so it is text as well.
    pub(crate) id: HeaderValue,
    pub(crate) refused: Option<&'static str>,
}

/// Takes the id that the first of `names` that is there offers if it is well formed, else makes one.
///
/// An id from outside ends up in headers, files, queries and on screens, so only a set of characters that
/// means nothing to any of them passes. UUIDs, ULIDs, nginx's hex ids and base64 do.
pub(crate) fn choose(headers: &HeaderMap, names: &[HeaderName], make: &MakeId) -> Chosen {
    let refused = match names.iter().find_map(|name| offered(headers, name)) {
        Some(Ok(id)) => return Chosen { id, refused: None },
        Some(Err(reason)) => Some(reason),
        None => None,
    };
    match make {
        MakeId::Kind(kind) => Chosen { id: written(&kind.make()), refused },
        MakeId::Own(own) => match usable(&**own) {
            Some(id) => Chosen { id, refused },
            None => Chosen {
                id: written(&IdKind::default().make()),
                refused: refused.or(Some("made by the service's own function, and not usable")),
            },
        },
    }
}

/// What a user's function makes, unless it panics or is no id.
fn usable(own: &(dyn Fn() -> String + Send + Sync)) -> Option<HeaderValue> {
    let made = catch_unwind(AssertUnwindSafe(own)).ok()?;
    let id = HeaderValue::try_from(made).ok()?;
    accept(&id).is_ok().then_some(id)
}

fn offered(headers: &HeaderMap, name: &HeaderName) -> Option<Result<HeaderValue, &'static str>> {
    let mut offered = headers.get_all(name).iter();
    let first = offered.next()?;
    if offered.next().is_some() {
        return Some(Err("given more than once"));
    }
    Some(accept(first).map(|()| {
        let mut id = first.clone();
        // It is no secret, whatever a layer before us marked it as.
        id.set_sensitive(false);
        id
    }))
}

/// Whether an id is well formed, or why not.
pub(crate) fn accept(value: &HeaderValue) -> Result<(), &'static str> {
    let bytes = value.as_bytes();
    if bytes.is_empty() {
        return Err("empty");
    }
    if bytes.len() > MAX_LENGTH {
        return Err("longer than 128 characters");
    }
    if !bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._~+/=:@-".contains(byte)) {
        return Err("characters other than letters, digits and ._~+/=:@-");
    }
    Ok(())
}

fn written(id: &IdText) -> HeaderValue {
    let text = text::shared(|out| out.extend_from_slice(id.as_bytes()));
    // Hexadecimal digits and the like are always a valid header.
    HeaderValue::from_maybe_shared(text).unwrap_or_else(|_| HeaderValue::from_static("none"))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::X_REQUEST_ID;
    use super::*;

    fn chosen(values: &[&[u8]]) -> (String, Option<&'static str>) {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(X_REQUEST_ID, HeaderValue::from_bytes(value).unwrap());
        }
        let chosen = choose(&headers, &[X_REQUEST_ID], &MakeId::Kind(IdKind::UuidV7));
        (chosen.id.to_str().unwrap().to_owned(), chosen.refused)
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
            assert_eq!(chosen(&[id.as_bytes()]), (id.to_owned(), None));
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
            let (id, refused) = chosen(case);
            assert!(refused.is_some(), "{case:?}");
            assert_eq!(Uuid::parse_str(&id).unwrap().get_version_num(), 7);
        }
        assert_eq!(chosen(&[]).1, None);
    }

    #[test]
    fn the_first_header_that_is_there_decides() {
        let names = [X_REQUEST_ID, HeaderName::from_static("x-correlation-id")];
        let make = MakeId::Kind(IdKind::Ulid);
        let mut headers = HeaderMap::new();
        headers.insert("x-correlation-id", HeaderValue::from_static("theirs"));
        assert_eq!(choose(&headers, &names, &make).id, "theirs");
        headers.insert("x-request-id", HeaderValue::from_static("ours"));
        assert_eq!(choose(&headers, &names, &make).id, "ours");
        headers.insert("x-request-id", HeaderValue::from_static("not ours"));
        let chosen = choose(&headers, &names, &make);
        assert_eq!((chosen.id.len(), chosen.refused.is_some()), (26, true));
        assert_eq!(choose(&headers, &[], &make).refused, None);
    }

    #[test]
    fn an_own_maker_is_believed_as_far_as_anybody() {
        let own = |id: &'static str| MakeId::Own(std::sync::Arc::new(move || id.to_owned()));
        let headers = HeaderMap::new();
        let chosen = choose(&headers, &[], &own("job-7"));
        assert_eq!((chosen.id.as_bytes(), chosen.refused), (&b"job-7"[..], None));
        for bad in ["", "a b", "a\nb", "ü"] {
            let chosen = choose(&headers, &[], &own(bad));
            assert_eq!((chosen.id.len(), chosen.refused.is_some()), (36, true), "{bad}");
        }
        let panics = MakeId::Own(std::sync::Arc::new(|| panic!("out of ids")));
        assert_eq!(choose(&headers, &[], &panics).id.len(), 36);
    }
}
