//! What a layer costs the request that goes through it, in process.

mod bare;
mod nexolog;
mod tower_http;

use std::convert::Infallible;
use std::fmt::Debug;
use std::hint::black_box;
use std::path::Path;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{Empty, Full};
use tower::{Service, service_fn};

pub use self::bare::Bare;
pub use self::nexolog::{NeverSealed, WithSpan, WithoutSpan};
pub use self::tower_http::TowerHttp;

use crate::driver::Options;
use crate::figures::{Figures, quantile};
use crate::{allocations, clocks};

/// A stack of layers around the handler.
pub trait Stack: Sized {
    /// Starts whatever the layers log to, with files in `directory`.
    fn start(directory: &Path) -> Self;

    /// The handler with the layers around it.
    fn service(
        &self,
    ) -> impl Service<
        Request<Empty<Bytes>>,
        Response = Response<impl Body<Data = Bytes, Error = impl Debug>>,
        Error = Infallible,
    >;
}

/// Processor time and allocations of a request, its building and the reading of its answer included.
pub fn in_process<S: Stack>(_options: &Options) -> Figures {
    const BURST: u64 = 200;
    let directory = tempfile::tempdir().expect("room for files");
    let stack = S::start(directory.path());
    let mut service = stack.service();
    let mut burst = |requests: u64| {
        for _ in 0..requests {
            black_box(answered(&mut service));
        }
    };
    burst(BURST);
    let mut times = Vec::new();
    for _ in 0..300 {
        let before = clocks::thread_cpu();
        burst(BURST);
        times.push((clocks::thread_cpu() - before).as_nanos() as f64 / BURST as f64);
        std::thread::sleep(Duration::from_millis(2));
    }
    let mut figures = Figures::default();
    figures.set("request", quantile(&mut times, 0.5));
    let allocated = allocations::during(|| burst(BURST)) as f64 / BURST as f64;
    figures.set("allocations", allocated);
    figures
}

/// Sends a request through and reads the answer to its end; gives its bytes.
fn answered<S, B>(service: &mut S) -> usize
where
    S: Service<Request<Empty<Bytes>>, Response = Response<B>, Error = Infallible>,
    B: Body<Data = Bytes, Error: Debug>,
{
    let request = Request::get("/orders/42?page=2")
        .header("host", "shop.example.com")
        .header("user-agent", "curl/8.5.0")
        .header("accept", "application/json")
        .body(Empty::new())
        .expect("a valid request");
    let mut context = Context::from_waker(Waker::noop());
    assert!(service.poll_ready(&mut context).is_ready());
    let mut future = pin!(service.call(request));
    let Poll::Ready(Ok(response)) = future.as_mut().poll(&mut context) else {
        panic!("the handler is ready at once");
    };
    let mut body = pin!(response.into_body());
    let mut bytes = 0;
    while let Poll::Ready(Some(frame)) = body.as_mut().poll_frame(&mut context) {
        bytes += frame.expect("a body that does not fail").data_ref().map_or(0, Bytes::len);
    }
    bytes
}

type Handled = Result<Response<Full<Bytes>>, Infallible>;

/// The handler; it has no name of its own, since a tower service of a function can't be named.
fn handler() -> impl Service<
    Request<Empty<Bytes>>,
    Response = Response<Full<Bytes>>,
    Error = Infallible,
    Future = std::future::Ready<Handled>,
> + Clone {
    service_fn(|_request| {
        std::future::ready(Ok(Response::new(Full::new(Bytes::from_static(b"{\"order\":42}")))))
    })
}
