//! Bodies that do as they are told.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame};
use tower::BoxError;

/// A body that gives what it was told to, one poll a frame.
pub(crate) struct Script(pub(crate) Vec<Step>);

#[derive(Clone)]
pub(crate) enum Step {
    Data(&'static [u8]),
    Trailers(HeaderMap),
    Wait,
    Fail,
    Panic,
    Log,
}

impl Body for Script {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.0.is_empty() {
            return Poll::Ready(None);
        }
        match self.0.remove(0) {
            Step::Data(data) => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(data))))),
            Step::Trailers(trailers) => Poll::Ready(Some(Ok(Frame::trailers(trailers)))),
            Step::Wait => Poll::Pending,
            Step::Fail => Poll::Ready(Some(Err("backend gone".into()))),
            Step::Panic => panic!("in the body"),
            Step::Log => {
                tracing::info!("from the body");
                self.poll_frame(&mut Context::from_waker(Waker::noop()))
            }
        }
    }
}
