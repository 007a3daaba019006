use std::net::IpAddr;

use bytes::{Bytes, BytesMut};
use http::header::{HeaderValue, USER_AGENT};
use http::{Method, Request, Version};

use super::client::{self, Addresses};
use super::query;
use super::route::Route;
use super::settings::Settings;
use crate::text::{self, cut};

/// More of a path is never recorded.
const PATH_CAP: usize = 2048;

/// More of a user agent is never recorded.
const USER_AGENT_CAP: usize = 256;

/// What a request's head says, as far as it may be recorded.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) method: Method,
    pub(super) version: Version,
    pub(super) scheme: Option<&'static str>,
    pub(super) route: Route,
    addresses: Addresses,
    /// Path, query and user agent, one after the other. They are copied, since what the server read them
    /// into is larger and would be kept for as long as the request lasts.
    texts: Bytes,
    path_end: u16,
    query_end: Option<u16>,
    has_user_agent: bool,
}

impl Facts {
    pub(super) fn of<B>(request: &Request<B>, settings: &Settings) -> Facts {
        let uri = request.uri();
        let user_agent = request.headers().get(USER_AGENT);
        let (mut path_end, mut query_end) = (0, None);
        let texts = text::shared(|out| {
            let start = out.len();
            let length = |out: &BytesMut| u16::try_from(out.len() - start).unwrap_or(u16::MAX);
            out.extend_from_slice(cut(target(uri), PATH_CAP).as_bytes());
            path_end = length(out);
            if uri.query().is_some_and(|it| query::put(out, it, settings.query)) {
                query_end = Some(length(out));
            }
            if let Some(user_agent) = user_agent {
                put_user_agent(out, user_agent);
            }
        });
        Facts {
            method: request.method().clone(),
            version: request.version(),
            scheme: scheme(uri),
            route: Route::of(request.extensions()),
            addresses: client::addresses(request.extensions(), request.headers(), settings),
            texts,
            path_end,
            query_end,
            has_user_agent: user_agent.is_some(),
        }
    }

    pub(super) fn path(&self) -> &str {
        self.text(0, self.path_end)
    }

    pub(super) fn query(&self) -> Option<&str> {
        Some(self.text(self.path_end, self.query_end?))
    }

    pub(super) fn user_agent(&self) -> Option<&str> {
        let start = usize::from(self.query_end.unwrap_or(self.path_end));
        let text = || std::str::from_utf8(self.texts.get(start..)?).ok();
        self.has_user_agent.then(text).flatten()
    }

    pub(super) fn client(&self) -> Option<IpAddr> {
        self.addresses.client
    }

    pub(super) fn peer(&self) -> Option<IpAddr> {
        self.addresses.peer
    }

    pub(super) fn version(&self) -> Option<&'static str> {
        Some(match self.version {
            Version::HTTP_09 => "0.9",
            Version::HTTP_10 => "1.0",
            Version::HTTP_11 => "1.1",
            Version::HTTP_2 => "2",
            Version::HTTP_3 => "3",
            _ => return None,
        })
    }

    /// Only whole texts were put in, so the fallback is never taken.
    fn text(&self, start: u16, end: u16) -> &str {
        let bytes = self.texts.get(usize::from(start)..usize::from(end));
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

/// The path; of a CONNECT, which has none, where it wants to go, without the user in front.
fn target(uri: &http::Uri) -> &str {
    let place = || uri.authority().and_then(|it| it.as_str().rsplit('@').next());
    Some(uri.path()).filter(|path| !path.is_empty()).or_else(place).unwrap_or_default()
}

/// HTTP/1 requests seldom name theirs, and no other than these reach a server.
fn scheme(uri: &http::Uri) -> Option<&'static str> {
    match uri.scheme_str()? {
        "http" => Some("http"),
        "https" => Some("https"),
        _ => None,
    }
}

fn put_user_agent(out: &mut BytesMut, value: &HeaderValue) {
    let bytes = value.as_bytes();
    let bytes = bytes.get(..USER_AGENT_CAP).unwrap_or(bytes);
    if bytes.is_ascii() {
        out.extend_from_slice(bytes);
    } else {
        out.extend_from_slice(String::from_utf8_lossy(bytes).as_bytes());
    }
}
