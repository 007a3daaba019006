use axum::body::{Body, to_bytes};
use axum::extract::Request;
use http::{HeaderMap, Method, StatusCode};

use super::answer;
use super::assets::{ASSETS, PAGE, VERSION};
use super::sent::{SENT, bare};

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn ask(method: Method, path: &str, known: Option<&str>) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(tag) = known {
        request = request.header("if-none-match", tag);
    }
    let response = answer(request.body(Body::empty()).unwrap()).await;
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

/// Every address that the page names, as a browser resolves it from where the page is.
fn addresses(page: &str, at: &str) -> Vec<String> {
    let folder = &at[..=at.rfind('/').unwrap()];
    let attribute = regex::Regex::new(r#"(?:src|href)="([^"]+)""#).unwrap();
    attribute.captures_iter(page).map(|found| format!("{folder}{}", &found[1])).collect()
}

#[tokio::test]
async fn with_and_without_a_slash_the_page_finds_all_its_parts() {
    for at in ["/dashboard/logs", "/dashboard/logs/"] {
        let page = ask(Method::GET, at, None).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.text.contains(['{', '}']), "every mark is filled in");
        let addresses = addresses(&page.text, at);
        assert!(addresses.len() > ASSETS.len(), "{addresses:?}");
        for address in addresses {
            let part = ask(Method::GET, &address, None).await;
            assert_eq!(part.status, StatusCode::OK, "{at}: {address}");
            assert_eq!(part.header("cache-control"), "public, max-age=31536000, immutable");
            assert_eq!(part.header("x-content-type-options"), "nosniff");
        }
    }
}

#[tokio::test]
async fn the_page_is_asked_for_again_and_not_sent_again() {
    let page = ask(Method::GET, "/dashboard/logs/", None).await;
    assert_eq!(page.header("cache-control"), "no-cache");
    let again = ask(Method::GET, "/dashboard/logs/", Some(page.header("etag"))).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(again.text, "");
    let other = ask(Method::GET, "/dashboard/logs", Some(page.header("etag"))).await;
    assert_eq!(other.status, StatusCode::OK, "the two addresses have different pages");
}

#[tokio::test]
async fn the_page_allows_nothing_inline_and_nothing_from_elsewhere() {
    let page = ask(Method::GET, "/dashboard/logs", None).await;
    let policy = page.header("content-security-policy");
    for part in [
        "default-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"));
    let forbidden =
        regex::Regex::new(r"<script(?: [^>]*)?>[^<]|<style| style=| on[a-z]+=|https?://").unwrap();
    assert!(!forbidden.is_match(&page.text), "{:?}", forbidden.find(&page.text));
}

#[test]
fn scripts_never_make_markup_or_code_from_text() {
    let forbidden = regex::Regex::new(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|DOMParser").unwrap();
    for asset in &ASSETS {
        assert!(
            !forbidden.is_match(asset.text),
            "{}: {:?}",
            asset.name,
            forbidden.find(asset.text)
        );
    }
}

#[test]
fn every_import_is_a_part_that_is_served() {
    let import = regex::Regex::new(r#"from "\./([a-z_]+\.js)""#).unwrap();
    for asset in &ASSETS {
        for found in import.captures_iter(asset.text) {
            assert!(
                ASSETS.iter().any(|other| other.name == &found[1]),
                "{}: {}",
                asset.name,
                &found[1]
            );
        }
    }
}

#[test]
fn the_page_stays_small() {
    let bytes: usize = SENT.iter().map(|sent| sent.plain.len()).sum::<usize>() + PAGE.len();
    assert!(bytes < 150_000, "{bytes} bytes");
}

#[test]
fn what_is_sent_has_lost_comments_and_indentation_only() {
    let text = "// Why.\n/** What.\n * @type {X} */\nexport const a = \"// text\"; // kept\n\n  /* one */\n  b();\n";
    assert_eq!(bare(text), "export const a = \"// text\"; // kept\nb();\n");
    // A text over several lines would change; there is none.
    for asset in &ASSETS {
        for line in asset.text.lines() {
            assert!(line.matches('`').count().is_multiple_of(2), "{}: {line}", asset.name);
        }
    }
}

#[cfg(feature = "compression")]
#[tokio::test]
async fn parts_are_sent_compressed_to_browsers_that_take_it() {
    let path = format!("/dashboard/logs/assets/{}/main.js", VERSION.as_str());
    let plain = ask(Method::GET, &path, None).await;
    assert_eq!(plain.header("content-encoding"), "");
    assert_eq!(plain.header("vary"), "accept-encoding");
    for (accepted, is_compressed) in [
        ("gzip, deflate, br, zstd", true),
        ("gzip;q=1.0, ZSTD;q=0.5", true),
        ("gzip, br", false),
        ("zstd;q=0", false),
        ("zstd;q=x", false),
    ] {
        let request = Request::builder().uri(&path).header("accept-encoding", accepted);
        let response = answer(request.body(Body::empty()).unwrap()).await;
        let is_zstd =
            response.headers().get("content-encoding").is_some_and(|coding| coding == "zstd");
        assert_eq!(is_zstd, is_compressed, "{accepted}");
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = if is_zstd { zstd::decode_all(&*bytes).unwrap() } else { bytes.to_vec() };
        assert_eq!(text, plain.text.as_bytes(), "{accepted}");
    }
}

#[tokio::test]
async fn unknown_paths_and_other_methods_are_problems() {
    let version = VERSION.as_str();
    for path in [
        "/dashboard/logs/nothing".to_owned(),
        "/dashboard/logs/assets/".to_owned(),
        "/dashboard/logs/assets/0000000000000000/main.js".to_owned(),
        format!("/dashboard/logs/assets/{version}/"),
        format!("/dashboard/logs/assets/{version}/../main.js"),
        format!("/dashboard/logs/assets/{version}/..%2fmain.js"),
    ] {
        let answer = ask(Method::GET, &path, None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let posted = ask(Method::POST, "/dashboard/logs", None).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(posted.header("allow"), "GET, HEAD");
    assert_eq!(ask(Method::HEAD, "/dashboard/logs", None).await.text, "");
}
