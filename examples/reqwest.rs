//! Calls to another service with reqwest: the request's id and trace go along, and each call is one line.
//!
//! ```sh
//! cargo run --example reqwest --features client
//! ```
//!
//! It starts the other service by itself, calls it from within a request, prints what was logged, and ends.

use std::error::Error;
use std::sync::Arc;

use http::{Request, Response};
use nexolog::{Context, Nexolog, PropagateLayer, RequestContext, RequestLogLayer};
use tokio::net::TcpListener;
use tower::{Service, ServiceBuilder, ServiceExt, service_fn};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let logs = Nexolog::from_env("reqwest")?.install()?;
    let base = start_payments().await?;

    let mut payments = ServiceBuilder::new()
        .layer(PropagateLayer::new("payments"))
        .service(client(reqwest::Client::new()));

    // In a service behind `RequestLogLayer` the request is already there.
    let request = RequestContext::new("r-4711")
        .with_trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
    let calls = async {
        for path in ["/charges", "/broken"] {
            let request =
                Request::post(format!("{base}{path}")).body(reqwest::Body::from("9.50"))?;
            let response = payments.ready().await?.call(request).await?;
            let (head, body) = response.into_parts();
            let body = http_body_util::BodyExt::collect(body).await?.to_bytes();
            println!("{path}: {}, {} bytes", head.status, body.len());
        }
        Ok::<_, Box<dyn Error>>(())
    };
    Context::for_request(Arc::new(request)).attach(calls).await?;
    logs.shutdown()?;
    Ok(())
}

/// reqwest as a tower service of `http` types, which is what layers work on.
fn client(
    client: reqwest::Client,
) -> impl Service<
    Request<reqwest::Body>,
    Response = Response<reqwest::Body>,
    Error = reqwest::Error,
    Future: Send,
> + Clone {
    service_fn(move |request: Request<reqwest::Body>| {
        let client = client.clone();
        async move { client.execute(request.try_into()?).await.map(Response::from) }
    })
}

/// The other service, on a free port; gives its address.
async fn start_payments() -> std::io::Result<String> {
    let app = axum::Router::new()
        .route("/charges", axum::routing::post(|| async { "charged" }))
        .layer(RequestLogLayer::new());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(base)
}
