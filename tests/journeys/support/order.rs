use reqwest::Method;
use serde_json::{Value, json};

use super::Client;

/// Signs up, logs in and orders; gives the id of the order's request, as its response says it.
pub(crate) async fn order(client: &Client, card: &str) -> String {
    let account = json!({ "email": "ada@example.com", "password": "tea, hot" });
    let post = |path: &'static str| client.request(Method::POST, path);
    post("/signup").json(&account).send().await.unwrap().error_for_status().unwrap();
    let session = post("/login").json(&account).send().await.unwrap().text().await.unwrap();
    let session: Value = serde_json::from_str(&session).unwrap();
    // The shop's customers have tokens of their own; the logs' token is none of the shop's business.
    let wish = json!({ "sku": "tea-green", "quantity": 2, "card": card });
    let response = client
        .with_token(None)
        .request(Method::POST, "/orders")
        .bearer_auth(session["token"].as_str().unwrap())
        .json(&wish)
        .send()
        .await
        .unwrap();
    response.headers()["x-request-id"].to_str().unwrap().to_owned()
}
