use std::net::IpAddr;

use http::header::{HeaderValue, USER_AGENT};
use http::{Method, Request, Version};

use super::client::{self, Addresses};
use super::query;
use super::route::Route;
use super::settings::Settings;
use crate::text::{Pooled, cut};

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
    texts: Pooled,
    path_end: u16,
    query_end: Option<u16>,
    has_user_agent: bool,
}

impl Facts {
    pub(super) fn of<B>(request: &Request<B>, settings: &Settings) -> Facts {
        let uri = request.uri();
        let user_agent = request.headers().get(USER_AGENT);
        let (mut path_end, mut query_end) = (0, None);
        let texts = Pooled::of(|out| {
            let length = |out: &String| u16::try_from(out.len()).unwrap_or(u16::MAX);
            out.push_str(cut(target(uri), PATH_CAP));
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
        self.has_user_agent.then(|| self.texts.get(start..)).flatten()
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
        self.texts.get(usize::from(start)..usize::from(end)).unwrap_or_default()
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

fn put_user_agent(out: &mut String, value: &HeaderValue) {
    let bytes = value.as_bytes();
    let bytes = bytes.get(..USER_AGENT_CAP).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => out.push_str(text),
        Err(_) => out.push_str(&String::from_utf8_lossy(bytes)),
    }
}
