//! A service on hyper alone: no router, no framework.
//!
//! ```sh
//! cargo run --example hyper
//! ```
//!
//! `HYPER_ADDR` chooses where it listens (`127.0.0.1:3001`; port 0 picks a free one). Every `LOG_*` variable of
//! Nexolog works, too.

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;
use std::pin::pin;

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use nexolog::{Nexolog, Problem, RequestLogLayer};
use tokio::net::{TcpListener, TcpStream};
use tower::{Layer, Service, service_fn};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let logs = Nexolog::from_env("hyper")?.install()?;
    let address = std::env::var("HYPER_ADDR").unwrap_or_else(|_| "127.0.0.1:3001".to_owned());
    let listener = TcpListener::bind(address).await?;
    eprintln!("listening on http://{}", listener.local_addr()?);

    let layer = RequestLogLayer::new();
    let connections = GracefulShutdown::new();
    let mut stopped = pin!(nexolog::terminated());
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, peer) = accepted?;
                serve(stream, peer, &layer, &connections);
            }
            () = &mut stopped => break,
        }
    }
    connections.shutdown().await;
    logs.shutdown()?;
    Ok(())
}

fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    layer: &RequestLogLayer,
    connections: &GracefulShutdown,
) {
    let logged = layer.layer(service_fn(answer));
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        // The layer looks for the client's address here.
        request.extensions_mut().insert(peer);
        logged.clone().call(request)
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(error = &error as &dyn Error, "a connection ended badly");
        }
    });
}

async fn answer(request: Request<Incoming>) -> Result<Response<String>, Infallible> {
    let order = request.uri().path().strip_prefix("/orders/").map(str::parse::<u64>);
    Ok(match order {
        Some(Ok(order)) => {
            // Nobody else knows what matched.
            nexolog::set_route("/orders/{id}");
            tracing::info!(order, "order looked up");
            Response::new(format!("order {order}\n"))
        }
        Some(Err(_)) => {
            nexolog::set_route("/orders/{id}");
            let problem = Problem::new(StatusCode::BAD_REQUEST);
            problem.detail("an order has a number").into_response()
        }
        None => Problem::new(StatusCode::NOT_FOUND).into_response(),
    })
}
