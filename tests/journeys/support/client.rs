use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;

pub(crate) const VIEWER: &str = "viewer-token-of-the-journeys";
pub(crate) const ADMIN: &str = "admin-token-of-the-journeys";

/// Somebody who asks a logs API.
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<&'static str>,
}

impl Client {
    /// An admin at the API below `base`, which is without a final slash.
    pub(crate) fn admin(base: impl Into<String>) -> Client {
        Client { http: reqwest::Client::new(), base: base.into(), token: Some(ADMIN) }
    }

    pub(crate) fn with_token(&self, token: Option<&'static str>) -> Client {
        Client { http: self.http.clone(), base: self.base.clone(), token }
    }

    /// The same somebody with connections of their own.
    pub(crate) fn anew(&self) -> Client {
        Client { http: reqwest::Client::new(), base: self.base.clone(), token: self.token }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// The JSON of an answer that must be 200.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        let status = response.status();
        let body = response.text().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Everything that a search finds, page after page, in the order of the answer.
    pub(crate) async fn search(&self, query: &str) -> Vec<Value> {
        let mut found = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/api/v1/logs/search?limit=1000&{query}{cursor}");
            let answer = self.json(&path).await;
            assert_eq!(answer["complete"], true, "{answer}");
            found.extend(answer["logs"].as_array().unwrap().iter().cloned());
            match answer["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return found,
            }
        }
    }
}
