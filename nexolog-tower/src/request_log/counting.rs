use std::fmt::Debug;

use super::RequestBody;
use super::exchange::Exchange;

/// How the bytes of a request's body are known: [`ByContentLength`] or [`ByReading`].
///
/// It is a type, since counting changes what the service inside is given.
pub trait Counting<B>: sealed::Sealed {
    /// The body that the service inside is given.
    type Body;

    #[doc(hidden)]
    fn wrap(body: B, exchange: Option<&mut ExchangeRef<'_>>) -> Self::Body;
}

/// Keeps what is internal from the trait's signature.
#[derive(Debug)]
pub struct ExchangeRef<'a>(pub(super) &'a mut Exchange);

/// Bytes in are what `content-length` says; unknown where it says nothing. The default.
///
/// ```
/// use nexolog_tower::{ByContentLength, RequestLogLayer};
///
/// let layer: RequestLogLayer<ByContentLength> = RequestLogLayer::new();
/// # let _ = layer;
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct ByContentLength;

/// Bytes in are counted while the service reads them; chosen by
/// [`count_request_body`](super::RequestLogLayer::count_request_body).
///
/// ```
/// use nexolog_tower::{ByReading, RequestLogLayer};
///
/// let layer: RequestLogLayer<ByReading> = RequestLogLayer::new().count_request_body();
/// # let _ = layer;
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct ByReading;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::ByContentLength {}
    impl Sealed for super::ByReading {}
}

impl<B> Counting<B> for ByContentLength {
    type Body = B;

    fn wrap(body: B, _: Option<&mut ExchangeRef<'_>>) -> B {
        body
    }
}

impl<B> Counting<B> for ByReading {
    type Body = RequestBody<B>;

    fn wrap(body: B, exchange: Option<&mut ExchangeRef<'_>>) -> RequestBody<B> {
        RequestBody::new(body, exchange.map(|exchange| exchange.0.count_in()))
    }
}
