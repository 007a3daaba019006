//! A large export through a real router, alone in its process, so that its memory can be told from that of others.

#![cfg(feature = "api")]

use std::pin::{Pin, pin};

use axum::body::Body;
use axum::extract::Request;
use http_body::Body as _;
use nexolog_core::{Access, Console, Nexolog, Role};
use tower_service::Service as _;
use tracing_subscriber::layer::SubscriberExt;

const TOKEN: &str = "viewer-token-0123456789";
const RECORDS: u64 = 50_000;

/// Bytes of this process that are in memory, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1_024)
}

#[tokio::test]
async fn an_export_of_any_size_takes_little_memory_and_is_whole() {
    let directory = tempfile::tempdir().unwrap();
    let logs =
        Nexolog::builder("shop").directory(directory.path()).console(Console::Off).build().unwrap();
    let subscriber = tracing_subscriber::registry().with(logs.layer());
    tracing::subscriber::with_default(subscriber, || {
        let filler = "x".repeat(200);
        for number in 0..RECORDS {
            tracing::info!(module = "orders", number, filler, "placed");
            if number % 5_000 == 0 {
                logs.flush().unwrap();
            }
        }
    });
    logs.flush().unwrap();

    let mut router = logs.routes::<()>(Access::tokens([(TOKEN, Role::Viewer)]).unwrap());
    let request = Request::get("/api/v1/logs/export?module=orders&order=oldest")
        .header("authorization", format!("Bearer {TOKEN}"));
    let response = router.call(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
    let mut body = pin!(response.into_body());
    let before = resident();
    let (mut most, mut bytes, mut records) = (0, 0, 0);
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let piece = frame.unwrap().into_data().unwrap();
        bytes += piece.len() as u64;
        assert!(piece.ends_with(b"}\n"), "a piece is made of whole lines");
        for line in str::from_utf8(&piece).unwrap().lines() {
            assert!(line.contains(&format!("\"number\":{records},")), "{records}: {line}");
            records += 1;
        }
        most = most.max(resident().unwrap_or(0));
    }
    assert_eq!(records, RECORDS);
    assert!(bytes > 17_000_000, "{bytes}");
    if let Some(before) = before {
        let grown = most.saturating_sub(before);
        assert!(grown < 10 << 20, "{grown} bytes for an export of {bytes}");
    }
    logs.shutdown().unwrap();
}
