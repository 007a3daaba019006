//! Clients that mean no good, or are merely many, against a shop that goes on.

use std::path::Path;

use axum::Router;
use axum::body::Body;
use http::Request;
use nexolog::{Console, Nexolog};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::support::{ADMIN, Client, Shop, VIEWER, access, log_files, logger, shop, until};

const API: &str = "/api/v1/logs";

#[tokio::test]
async fn fault_58_no_token_is_in_any_file_however_it_was_sent() {
    let shop = shop(&[("LOG_LEVEL", "trace")]);
    let client = shop.client();
    let mangled = "mangled-token-of-the-journeys";
    for token in [ADMIN, VIEWER, mangled] {
        let anybody = client.with_token(None);
        let send = async |request: reqwest::RequestBuilder| drop(request.send().await.unwrap());
        for path in ["/search", "/no/such/route"] {
            let path = format!("{API}{path}");
            send(anybody.request(Method::GET, &path).bearer_auth(token)).await;
            send(anybody.request(Method::GET, &path).header("authorization", token)).await;
            send(anybody.request(Method::GET, &format!("{path}?token={token}"))).await;
            send(anybody.request(Method::GET, &format!("{path}?access_token={token}"))).await;
        }
        let session = format!("{API}/session");
        let body = json!({"token": token});
        send(anybody.request(Method::POST, &session).json(&body)).await;
        // To the service's own routes, whose requests are logged.
        send(anybody.request(Method::GET, "/products/kettle").bearer_auth(token)).await;
        let path = format!("/products/kettle?token={token}");
        send(anybody.request(Method::GET, &path)).await;
    }
    let directory = shop.close().await;
    let files = log_files(directory.path());
    assert!(files.len() > 1);
    for file in files {
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        for token in [ADMIN, VIEWER, mangled] {
            let line = text.lines().find(|line| line.contains(token));
            assert_eq!(line, None, "{}", file.display());
        }
    }
}

/// The paths that a trace of system calls names.
fn touched(trace: &str) -> impl Iterator<Item = &Path> {
    trace.lines().flat_map(|line| line.split('"').skip(1).step_by(2)).map(Path::new)
}

#[tokio::test]
async fn fault_60_hostile_names_open_nothing_outside_the_log_directory() {
    let outside = tempfile::tempdir().unwrap();
    let trace = outside.path().join("trace");
    let victims = ["victim.log", "victim.jsonl", "victim.000000000001.log.zst"];
    for victim in victims {
        std::fs::write(outside.path().join(victim), "untouched").unwrap();
    }
    let directory = tempfile::tempdir_in(outside.path()).unwrap();
    let shop = Shop::open_traced(directory, &trace);
    let client = shop.client();
    let root = shop.directory().to_owned();
    let begin = std::fs::read_to_string(&trace).unwrap().len();

    for name in [
        "..%2fvictim",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%252e%252e%252fvictim",
        "..%5cvictim",
        "....%2f%2fvictim",
        "%2fetc%2fpasswd",
        "victim%00.log",
        "%c0%ae%c0%ae%c0%afvictim",
        "Li4vdmljdGlt",
        "..",
    ] {
        for (method, path) in [
            (Method::GET, format!("/search?module={name}")),
            (Method::GET, format!("/search?cursor=1.{name}")),
            (Method::GET, format!("/context?id=1.{name}")),
            (Method::GET, format!("/requests/{name}")),
            (Method::GET, format!("/stats?module={name}")),
            (Method::GET, format!("/{name}")),
            (Method::DELETE, format!("/cleanup?older_than_days=0&module={name}")),
            (Method::DELETE, format!("/holds?name={name}")),
        ] {
            let response = client.request(method, &format!("{API}{path}")).send().await.unwrap();
            assert!(response.status() != StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        }
        let level = json!({"module": name, "level": "info"});
        let request = client.request(Method::PUT, &format!("{API}/levels")).json(&level);
        request.send().await.unwrap();
    }
    for victim in victims {
        assert_eq!(std::fs::read_to_string(outside.path().join(victim)).unwrap(), "untouched");
    }
    let trace = std::fs::read_to_string(&trace).unwrap();
    let touched: Vec<&Path> = touched(&trace[begin..]).collect();
    assert!(touched.iter().any(|path| path.starts_with(&root)), "searches open files");
    for path in touched {
        let shown = path.display().to_string();
        // Threads that start look at the machine.
        let is_system = ["/proc", "/sys", "/dev"].iter().any(|own| path.starts_with(own));
        assert!(path.starts_with(&root) || path.is_relative() || is_system, "{shown}");
        assert!(!shown.contains("..") && !shown.contains("victim"), "{shown}");
    }
}

#[tokio::test]
async fn as_many_may_follow_as_the_service_says() {
    let log = logger("shop", |builder| builder.viewers(1));
    let app: Router = log.logs.routes(access());
    let follow = async || {
        let request = Request::get(format!("{API}/stream"));
        let request = request.header("authorization", format!("Bearer {VIEWER}"));
        app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    };
    let first = follow().await;
    assert_eq!(first.status(), StatusCode::OK);
    assert_eq!(follow().await.status(), StatusCode::SERVICE_UNAVAILABLE);
    drop(first);
    assert_eq!(follow().await.status(), StatusCode::OK);
    let none = Nexolog::builder("shop").waiting_searches(0).console(Console::Off).build();
    assert!(none.unwrap_err().to_string().contains("waiting_searches"));
}

/// A number of the system's account of the shop.
fn account(shop: &Shop, key: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", shop.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

fn open_files(shop: &Shop) -> usize {
    std::fs::read_dir(format!("/proc/{}/fd", shop.id())).unwrap().count()
}

/// 200 clients at once: they search, follow, and leave in the middle of the answer.
async fn crowd(client: &Client) {
    let mut clients = JoinSet::new();
    for number in 0..200_u32 {
        // A connection of its own.
        let client = client.anew();
        clients.spawn(async move {
            let path = match number % 4 {
                0 => "/search?limit=1000".to_owned(),
                1 => "/stream?cursor=0".to_owned(),
                2 => format!("/search?q=nothing-{number}"),
                _ => "/stats".to_owned(),
            };
            let mut response = client.get(&format!("{API}{path}")).await;
            match response.status() {
                StatusCode::OK if number % 3 == 0 => drop(response.chunk().await.unwrap()),
                StatusCode::OK if number % 4 != 1 => drop(response.bytes().await.unwrap()),
                StatusCode::OK => drop(response.chunk().await.unwrap()),
                status => {
                    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
                    assert!(response.headers().contains_key("retry-after"), "{path}");
                }
            }
        });
    }
    while let Some(gone) = clients.join_next().await {
        gone.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_67_two_hundred_clients_come_and_go_and_leave_nothing_behind() {
    let shop = shop(&[("SHOP_TRAFFIC", "40")]);
    let client = shop.client();
    let emptied = async || {
        until("everybody has left", async || {
            let health = client.json(&format!("{API}/health")).await;
            (health["viewers"] == 0 && open_files(&shop) < 60).then_some(())
        })
        .await;
    };
    // The first rounds fill what is kept for all time: threads, pools, tables.
    for _ in 0..3 {
        crowd(&client).await;
    }
    emptied().await;
    let (memory, threads) = (account(&shop, "VmRSS:"), account(&shop, "Threads:"));
    for _ in 0..5 {
        crowd(&client).await;
    }
    emptied().await;
    let grown = account(&shop, "VmRSS:").saturating_sub(memory);
    assert!(grown < 16 << 10, "a thousand clients left {grown} KiB behind");
    // One that has just read ahead for a search ends a moment after the search does.
    until("threads are as many as before", async || {
        (account(&shop, "Threads:") <= threads).then_some(())
    })
    .await;
    assert!(shop.close().await.path().exists());
}
