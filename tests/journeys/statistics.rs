//! What the page's numbers say, against counts from the file.

use serde_json::{Value, json};

use crate::support::{main_log, shop, until};

#[tokio::test]
async fn statistics_add_up_to_what_the_file_says() {
    let shop = shop(&[("SHOP_TRAFFIC", "12")]);
    let client = shop.client();
    until("the customers are gone", async || {
        client.search("module=traffic").await.into_iter().next()
    })
    .await;
    // Up to one line, since the shop goes on.
    let newest = client.search("").await[0]["seq"].as_u64().unwrap();
    let stats = client.json(&format!("/api/v1/logs/stats?q=seq:<={newest}")).await;
    let mut records = main_log(shop.directory());
    records.retain(|record| record["seq"].as_u64().unwrap() <= newest);

    let count = |is: &dyn Fn(&Value) -> bool| records.iter().filter(|record| is(record)).count();
    let event = |record: &Value, name: &str| record["fields"]["event.name"] == name;
    assert_eq!(stats["total"], json!(records.len()));
    for level in ["INFO", "WARNING", "ERROR", "CRITICAL"] {
        assert_eq!(stats["levels"][level], json!(count(&|it| it["level"] == level)), "{level}");
    }
    for module in stats["modules"].as_array().unwrap() {
        assert_eq!(
            module["count"],
            json!(count(&|it| it["module"] == module["module"])),
            "{module}"
        );
    }
    assert_eq!(stats["requests"]["total"], json!(count(&|it| event(it, "request"))));
    let failed = count(&|it| {
        event(it, "request") && it["fields"]["status"].as_u64().is_some_and(|it| it >= 500)
    });
    assert!(failed > 0);
    assert_eq!(stats["requests"]["failed"], json!(failed));
    let login =
        |outcome: &'static str| count(&|it| event(it, "user_login") && it["outcome"] == outcome);
    assert!(login("error") > 0);
    assert_eq!(stats["users"]["logins"], json!(login("success")));
    assert_eq!(stats["users"]["failed_logins"], json!(login("error")));
    assert_eq!(stats["users"]["logouts"], json!(count(&|it| event(it, "user_logout"))));
    assert_eq!(stats["users"]["active"], json!(12));
    let payments = &stats["external"][0];
    assert_eq!(payments["service"], "payments");
    assert_eq!(payments["calls"], json!(count(&|it| event(it, "external_call"))));
    assert!(payments["failures"].as_u64().unwrap() > 0);
    let queries = count(&|it| it["module"] == "database" && it["duration_ms"].is_number());
    assert_eq!(stats["response_times"]["database"]["count"], json!(queries));
}
