//! A gRPC service: the standard health service, on tonic.
//!
//! ```sh
//! cargo run --example tonic
//! ```
//!
//! `TONIC_ADDR` chooses where it listens (`127.0.0.1:3002`; port 0 picks a free one). Every `LOG_*` variable of
//! Nexolog works, too.

use std::error::Error;

use nexolog::{Nexolog, RequestLogLayer};
use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::{TcpConnectInfo, TcpIncoming};
use tonic_health::ServingStatus;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let logs = Nexolog::from_env("tonic")?.install()?;
    let address = std::env::var("TONIC_ADDR").unwrap_or_else(|_| "127.0.0.1:3002".to_owned());
    let listener = TcpListener::bind(address).await?;
    eprintln!("listening on http://{}", listener.local_addr()?);

    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_service_status("shop.Orders", ServingStatus::Serving).await;
    // tonic tells of the connection in a type of its own.
    let layer = RequestLogLayer::new()
        .peer_address(|extensions| extensions.get::<TcpConnectInfo>()?.remote_addr());
    Server::builder()
        .layer(layer)
        .add_service(health)
        .serve_with_incoming_shutdown(TcpIncoming::from(listener), nexolog::terminated())
        .await?;
    logs.shutdown()?;
    Ok(())
}
