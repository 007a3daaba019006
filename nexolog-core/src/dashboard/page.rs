use std::fmt::Write as _;

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::assets::{ASSETS, Asset, PAGE, VERSION};
use super::sent::{SENT, Sent};
use crate::api::{OwnTraffic, Problem, protect};

/// Where the page lives beneath the mount point.
pub(crate) const PREFIX: &str = "/dashboard/logs";

/// Nothing inline, nothing from elsewhere, no frame around it, and no way to make script from text.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// Answers any request at and beneath the prefix.
pub(crate) async fn answer(request: Request) -> Response {
    OwnTraffic::mark_request();
    let (parts, _) = request.into_parts();
    let mut response = find(&parts).unwrap_or_else(IntoResponse::into_response);
    if parts.method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    protect(response.headers_mut());
    response.extensions_mut().insert(OwnTraffic);
    response
}

fn find(parts: &Parts) -> Result<Response, Problem> {
    let path = parts.uri.path();
    let path = path.strip_prefix(PREFIX).unwrap_or(path);
    let asset = asset_at(path);
    if !matches!(path, "" | "/") && asset.is_none() {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "there is nothing here; the page is at `/dashboard/logs`",
        ));
    }
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        return Err(Problem::method_not_allowed("GET, HEAD"));
    }
    Ok(match asset {
        Some((asset, sent)) => serve(asset, sent, &parts.headers),
        None => page(parts, path),
    })
}

/// The file at `/assets/<version>/<name>`, of this very version: an old page must not run new parts.
fn asset_at(path: &str) -> Option<(&'static Asset, &'static Sent)> {
    let (version, name) = path.strip_prefix("/assets/")?.split_once('/')?;
    if version != VERSION.as_str() {
        return None;
    }
    ASSETS.iter().zip(SENT.iter()).find(|(asset, _)| asset.name == name)
}

fn serve(asset: &Asset, sent: &Sent, asked: &HeaderMap) -> Response {
    let zstd = sent.zstd.as_ref().filter(|_| takes_zstd(asked));
    let mut response = Response::new(Body::from(zstd.unwrap_or(&sent.plain).clone()));
    let headers = response.headers_mut();
    if zstd.is_some() {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("zstd"));
    }
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    response
}

/// Whether the browser names zstd, and does not refuse it by `q=0`.
fn takes_zstd(asked: &HeaderMap) -> bool {
    let values = asked.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        name.trim().eq_ignore_ascii_case("zstd") && weight.is_ok_and(|weight| weight > 0.0)
    })
}

/// The page. All its addresses are relative, so it works on every mount path, and behind proxies that
/// change it; only the folder's own name depends on whether the address ended in a slash.
fn page(parts: &Parts, path: &str) -> Response {
    let base = if path.is_empty() { "logs/" } else { "" };
    let tag = format!("\"{}{}\"", VERSION.as_str(), if path.is_empty() { "" } else { "s" });
    let is_known = parts.headers.get_all(IF_NONE_MATCH).iter().any(|value| value == tag.as_str());
    let mut response = if is_known {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        let folder = format!("{base}assets/{}", VERSION.as_str());
        let text = PAGE.replace("{preloads}", &preloads(&folder)).replace("{assets}", &folder);
        Response::new(Body::from(text))
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    response
}

fn preloads(folder: &str) -> String {
    let scripts = ASSETS.iter().filter(|asset| asset.content_type.starts_with("text/javascript"));
    scripts.fold(String::new(), |mut links, script| {
        // Writing to a string can't fail.
        let _ = write!(links, "<link rel=\"modulepreload\" href=\"{folder}/{}\">", script.name);
        links
    })
}
