//! Requests in process, without a runtime.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use nexolog_tower::{RequestLogLayer, ResponseBody};
use tower::{Layer, ServiceExt, service_fn};

pub(crate) fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// What a future gives that is ready at once.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    match poll(pin!(future)) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("not ready"),
    }
}

pub(crate) fn get(path: &str) -> Request<()> {
    Request::get(path).body(()).unwrap()
}

/// Sends one request through the layer to `handler` and gives the response.
pub(crate) fn send<B: Body>(
    layer: &RequestLogLayer,
    request: Request<()>,
    handler: impl Fn(Request<()>) -> Response<B>,
) -> Response<ResponseBody<B>> {
    let service = service_fn(|request| std::future::ready(Ok::<_, Infallible>(handler(request))));
    now(layer.layer(service).oneshot(request)).unwrap()
}

pub(crate) fn full(text: &'static str) -> Full<Bytes> {
    Full::new(Bytes::from_static(text.as_bytes()))
}

pub(crate) fn status<B>(status: u16, body: B) -> Response<B> {
    Response::builder().status(status).body(body).unwrap()
}
