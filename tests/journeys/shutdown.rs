//! The end: quick, and with everything written.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::Value;

use crate::support::{Stream, main_log, order, shop, until};

#[tokio::test]
async fn fault_90_ctrl_c_with_two_open_streams_ends_the_shop_within_two_seconds() {
    let mut shop = shop(&[("SHOP_TRAFFIC", "100")]);
    let client = shop.client();
    let mut streams = [Stream::open(&client, "").await, Stream::open(&client, "module=auth").await];
    until("traffic flows", async || streams[1].record().await).await;

    let asked = Instant::now();
    shop.signal("INT");
    assert!(shop.exit().await.success());
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");

    for stream in &mut streams {
        let mut last = None;
        while let Some(event) = stream.next().await {
            last = Some(event);
        }
        assert_eq!(last.expect("an event").kind, "end", "a stream says goodbye");
    }
    let records = main_log(shop.directory());
    assert_eq!(records.last().unwrap()["message"], "stopped");
    assert!(records.iter().any(|record| record["message"] == "the shop is closed"));
    let lost: Vec<_> = records.iter().filter(|record| record["message"] == "lost").collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[tokio::test]
async fn what_was_answered_before_the_end_is_in_the_files() {
    for signal in ["INT", "TERM"] {
        let mut shop = shop(&[]);
        let client = shop.client();
        let mut ids = Vec::new();
        for _ in 0..20 {
            let response = client.request(Method::GET, "/products/kettle").send().await.unwrap();
            ids.push(response.headers()["x-request-id"].to_str().unwrap().to_owned());
        }
        shop.signal(signal);
        assert!(shop.exit().await.success());
        let records = main_log(shop.directory());
        for id in ids {
            let of_request = |record: &&Value| record["request_id"] == id.as_str();
            // The query and the request itself.
            assert_eq!(records.iter().filter(of_request).count(), 2, "{id} before {signal}");
        }
    }
}

#[tokio::test]
async fn work_that_outlives_its_request_is_done_and_logged_before_the_end() {
    let mut shop = shop(&[]);
    let id = order(&shop.client(), "card_good").await;
    // The confirmation is on its way, and nobody waits for it.
    shop.signal("INT");
    assert!(shop.exit().await.success());
    let records = main_log(shop.directory());
    let of_order = |message: &str| {
        let is_it = |it: &&Value| it["message"] == message && it["request_id"] == id.as_str();
        records.iter().filter(is_it).count()
    };
    assert_eq!([of_order("mail sent"), of_order("send_confirmation succeeded")], [1, 1]);
    assert!(records.iter().all(|record| record["message"] != "lost"));
}
