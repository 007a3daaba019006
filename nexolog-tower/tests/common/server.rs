//! A server whose events are collected, for tests over real connections.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tracing_subscriber::layer::SubscriberExt;

use crate::support::{Collector, Seen};

/// A server on loopback whose events are collected; everything runs on the test's own thread.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) log: Collector,
    _collecting: tracing::subscriber::DefaultGuard,
}

impl Server {
    pub(crate) async fn start(app: Router) -> Server {
        let log = Collector::default();
        let filter = tracing_subscriber::filter::Targets::new()
            .with_target("nexolog_tower", tracing::Level::TRACE)
            .with_target("sockets", tracing::Level::TRACE);
        let subscriber = tracing_subscriber::registry().with(filter).with(log.clone());
        let collecting = tracing::subscriber::set_default(subscriber);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = app.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Server { address, log, _collecting: collecting }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes on a connection of their own and reads until the server closes it.
    pub(crate) async fn exchange(&self, request: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        // A broken connection is one way for it to end.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The one event there must be, once it is there.
    pub(crate) async fn only(&self) -> Seen {
        let arrived = async {
            loop {
                let mut seen = self.log.take();
                if let Some(event) = seen.pop() {
                    assert!(seen.is_empty(), "{seen:#?} before {event:#?}");
                    return event;
                }
                tokio::task::yield_now().await;
            }
        };
        let event = tokio::time::timeout(Duration::from_secs(20), arrived).await.expect("no event");
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        assert!(self.log.take().is_empty());
        event
    }
}

pub(crate) fn request(method: &str, path: &str, headers: &str) -> Vec<u8> {
    format!("{method} {path} HTTP/1.1\r\nhost: example.com\r\nconnection: close\r\n{headers}\r\n")
        .into_bytes()
}
