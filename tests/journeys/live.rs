//! Following the log.

use crate::support::{Stream, main_log, shop};

#[tokio::test]
async fn a_stream_that_is_cut_and_resumed_gives_each_line_exactly_once() {
    let shop = shop(&[("SHOP_TRAFFIC", "12")]);
    let client = shop.client();
    let mut stream = Stream::open(&client, "").await;
    let mut seen = Vec::new();
    let is_last = |record: &serde_json::Value| record["module"] == "traffic";
    loop {
        let (id, record) = stream.record().await.expect("the stream goes on");
        let last = is_last(&record);
        seen.push(record);
        if last {
            break;
        }
        if seen.len() % 60 == 0 {
            // A connection that breaks; what comes meanwhile is not lost.
            drop(stream);
            client.get("/products/kettle").await;
            stream = Stream::open(&client, &format!("cursor={id}")).await;
        }
    }
    assert!(seen.len() > 180, "resumed at least three times");
    let first = seen[0]["seq"].as_u64().unwrap();
    let mut expected = main_log(shop.directory());
    let end = expected.iter().position(is_last).unwrap();
    expected.truncate(end + 1);
    expected.retain(|record| record["seq"].as_u64().unwrap() >= first);
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_stream_shows_what_its_filter_lets_through_and_nothing_of_itself() {
    let shop = shop(&[("SHOP_TRAFFIC", "8")]);
    let client = shop.client();
    let mut stream = Stream::open(&client, "q=event.name:user_login outcome:error").await;
    // The second of these customers, and the eighth, forget their password twice each.
    let users: Vec<String> = [stream.record().await, stream.record().await]
        .into_iter()
        .map(|record| record.unwrap().1["user_id"].as_str().unwrap().to_owned())
        .collect();
    assert!(users.iter().all(|user| ["u2", "u8"].contains(&user.as_str())), "{users:?}");
}
