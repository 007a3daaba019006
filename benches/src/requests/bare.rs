use std::convert::Infallible;
use std::fmt::Debug;
use std::path::Path;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Empty;
use tower::Service;

use super::{Stack, handler};

/// The handler alone.
pub struct Bare;

impl Stack for Bare {
    fn start(_directory: &Path) -> Bare {
        Bare
    }

    fn service(
        &self,
    ) -> impl Service<
        Request<Empty<Bytes>>,
        Response = Response<impl Body<Data = Bytes, Error = impl Debug>>,
        Error = Infallible,
    > {
        handler()
    }
}
