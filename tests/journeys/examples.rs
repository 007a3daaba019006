//! The smaller examples run, and their requests are logged as they should be.

use serde_json::{Value, json};
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::support::{Example, events, run_example};

#[tokio::test]
async fn hyper_without_a_router_logs_its_requests() {
    let example = Example::start("hyper", "HYPER_ADDR");
    let mut ids = Vec::new();
    for (path, status, body) in
        [("/orders/7?t=1", 200, "order 7"), ("/orders/x", 400, "a number"), ("/", 404, "Not Found")]
    {
        let answer = reqwest::get(format!("{}{path}", example.base)).await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        let text = answer.text().await.unwrap();
        assert!(text.contains(body), "{text}");
        assert_eq!(status >= 400, text.contains(&format!("\"request_id\":\"{id}\"")), "{text}");
        ids.push(id);
    }
    let logged = example.requests().await;
    let told = |key: &str| logged.iter().map(|it| it["fields"][key].clone()).collect::<Vec<_>>();
    let routes = [json!("/orders/{id}"), json!("/orders/{id}"), Value::Null];
    assert_eq!(told("route"), routes);
    assert_eq!(told("status"), [200, 400, 404]);
    assert_eq!(told("client"), ["127.0.0.0"; 3]);
    let logged_ids: Vec<&str> =
        logged.iter().map(|it| it["request_id"].as_str().unwrap()).collect();
    assert_eq!(logged_ids, ids);
}

#[tokio::test]
async fn grpc_statuses_are_on_tonics_lines() {
    let example = Example::start("tonic", "TONIC_ADDR");
    let channel = Endpoint::from_shared(example.base.clone()).unwrap().connect().await.unwrap();
    let mut client = HealthClient::new(channel);
    for (service, known) in [("shop.Orders", true), ("shop.Nothing", false)] {
        let asked = HealthCheckRequest { service: service.to_owned() };
        assert_eq!(client.check(asked).await.is_ok(), known);
    }
    drop(client);
    let logged = example.requests().await;
    assert_eq!(logged.len(), 2);
    // From the trailers of an answer, and from the head of one that has nothing else.
    for (record, status) in logged.iter().zip([0, 5]) {
        let fields = &record["fields"];
        assert_eq!(
            (&record["outcome"], &fields["grpc_status"]),
            (&json!("success"), &json!(status))
        );
        assert_eq!(
            (&fields["path"], &fields["version"]),
            (&json!("/grpc.health.v1.Health/Check"), &json!("2"))
        );
        assert_eq!((&fields["status"], &fields["client"]), (&json!(200), &json!("127.0.0.0")));
    }
}

#[test]
fn calls_through_reqwest_carry_the_id_and_are_logged() {
    let directory = run_example("reqwest");
    let calls = events(&directory, "reqwest", "external_call");
    let requests = events(&directory, "reqwest", "request");
    assert_eq!((calls.len(), requests.len()), (2, 2));
    for ((call, request), status) in calls.iter().zip(&requests).zip([200, 404]) {
        assert_eq!(
            (&call["request_id"], &request["request_id"]),
            (&json!("r-4711"), &json!("r-4711"))
        );
        assert_eq!(call["trace_id"], request["trace_id"]);
        assert_eq!(
            (&call["fields"]["service"], &call["fields"]["status"]),
            (&json!("payments"), &json!(status))
        );
        assert!(call["duration_ms"].as_f64().unwrap() >= request["duration_ms"].as_f64().unwrap());
    }
}
