use http::header::{HOST, ORIGIN};
use http::request::Parts;

/// Where a browser says that a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A page of this very origin.
    Same,
    /// A page of another origin, or one that hides its own.
    Foreign,
    /// It does not say: no browser, or a very old one.
    Unsaid,
}

/// Reads `Sec-Fetch-Site`, which pages can't forge, and where it is missing (plain HTTP beyond
/// loopback) `Origin` against `Host`.
pub(super) fn source(parts: &Parts) -> Source {
    if let Some(site) = parts.headers.get("sec-fetch-site") {
        return if site == "same-origin" { Source::Same } else { Source::Foreign };
    }
    let Some(origin) = parts.headers.get(ORIGIN) else {
        return Source::Unsaid;
    };
    let host = match parts.headers.get(HOST) {
        Some(host) => host.to_str().ok(),
        // HTTP/2 has the authority in place of the header.
        None => parts.uri.authority().map(http::uri::Authority::as_str),
    };
    match (origin.to_str().ok().and_then(|origin| origin.split_once("://")), host) {
        (Some((scheme, authority)), Some(host))
            if without_default_port(authority, scheme)
                .eq_ignore_ascii_case(without_default_port(host, scheme)) =>
        {
            Source::Same
        }
        _ => Source::Foreign,
    }
}

fn without_default_port<'a>(authority: &'a str, scheme: &str) -> &'a str {
    let port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return authority,
    };
    authority.strip_suffix(port).unwrap_or(authority)
}
