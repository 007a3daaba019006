//! At 2 a.m. with a request id in hand.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, main_log, order, shop};

#[tokio::test]
async fn a_responses_request_id_finds_that_requests_lines_in_order() {
    let shop = shop(&[]);
    let client = shop.client();
    let id = order(&client, "card_good").await;
    order_is_told(&client, &id).await;

    let found = client.search(&format!("request_id={id}&order=oldest")).await;
    let messages: Vec<&str> = found.iter().map(|line| line["message"].as_str().unwrap()).collect();
    let expected = [
        "select_product succeeded",
        "update_stock succeeded",
        "settle succeeded",
        "POST /charges 200",
        "payments answered 200",
        "insert_order succeeded",
        "place_order succeeded",
        "POST /orders 201",
        "mail sent",
        "send_confirmation succeeded",
    ];
    assert_eq!(messages, expected);
    // On whose behalf is known from where the handler knew it; the neighbour never did.
    let users: Vec<&Value> = found.iter().map(|line| &line["user_id"]).collect();
    let (ours, neighbours) = (json!("u1"), Value::Null);
    let (o, n) = (&ours, &neighbours);
    assert_eq!(users, [o, o, n, n, o, o, o, o, o, o]);
    let order_id = &found[9]["fields"]["order_id"];
    assert!(order_id.is_u64());
    assert!(
        found[1..]
            .iter()
            .all(|line| line["fields"]["order_id"] == *order_id || line["module"] == "api")
    );

    let newest_first = client.search(&format!("request_id={id}")).await;
    assert_eq!(newest_first, found.iter().rev().cloned().collect::<Vec<_>>());

    // A reader that is not ours finds the same in the file.
    let mut in_file = main_log(shop.directory());
    in_file.retain(|record| record["request_id"] == id.as_str());
    assert_eq!(found, in_file);
}

/// The confirmation is sent after the response; its last line ends the request's story.
async fn order_is_told(client: &Client, id: &str) {
    crate::support::until("the confirmation is sent", async || {
        let query = format!("request_id={id}&q=%22send_confirmation succeeded%22");
        (!client.search(&query).await.is_empty()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_id_that_the_client_brings_is_kept_and_one_that_is_no_good_is_replaced() {
    let shop = shop(&[]);
    let client = shop.client();
    let ask = async |id: &str| {
        let request = client.request(Method::GET, "/products/tea-green").header("x-request-id", id);
        request.send().await.unwrap().headers()["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(ask("support-case-4711").await, "support-case-4711");
    let found = client.search("request_id=support-case-4711&order=oldest").await;
    assert_eq!(found.last().unwrap()["message"], "GET /products/{sku} 200");

    let made = ask("not an id").await;
    assert_ne!(made, "not an id");
    let found = client.search(&format!("request_id={made}&module=api")).await;
    assert!(found[0]["fields"]["request_id_refused"].is_string());
}

#[tokio::test]
async fn an_error_is_found_with_its_causes_and_its_request() {
    let shop = shop(&[]);
    let client = shop.client();
    let id = order(&client, "card_garbled").await;
    let found = client.search(&format!("request_id={id}&module=orders&q=outcome:error")).await;
    assert_eq!(found.len(), 1);
    let error = &found[0]["error"];
    assert_eq!(error["message"], "the order could not be paid");
    assert_eq!(error["chain"][0], "the payment service's answer can't be read");
    assert_eq!(error["chain"].as_array().unwrap().len(), 2, "{error}");
    let request = client.search(&format!("request_id={id}&q=status:502")).await;
    assert_eq!(request[0]["level"], "ERROR");
}

#[tokio::test]
async fn a_panic_is_logged_with_its_place_its_request_and_its_user() {
    let shop = shop(&[("SHOP_TRAFFIC", "5")]);
    let client = shop.client();
    let panic = crate::support::until("the bug is found", async || {
        client.search("q=outcome:panic&module=api").await.into_iter().next()
    })
    .await;
    let id = panic["request_id"].as_str().unwrap();
    let story = client.search(&format!("request_id={id}&order=oldest")).await;
    let hook = story.iter().find(|line| line["level"] == "CRITICAL").expect("the hook's event");
    assert_eq!(hook["file"], "examples/shop/orders.rs");
    assert!(hook["line"].is_u64());
    assert_eq!(hook["user_id"], "u5");
    assert_eq!(hook["error"]["message"], "attempt to divide by zero");
    let function =
        story.iter().find(|line| line["operation"] == "share" && line["outcome"] == "panic");
    assert_eq!(function.unwrap()["fields"]["ways"], 0);
    assert_eq!(panic["fields"]["status"], 500);
}
