use std::convert::Infallible;
use std::fmt::Debug;
use std::path::Path;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Empty;
use nexolog::{Builder, Console, Nexolog, RequestLogLayer};
use tower::{Layer, Service};

use super::{Stack, handler};

/// Nexolog's layer as it comes.
pub struct WithSpan {
    _logs: Nexolog,
}

/// Nexolog's layer without its span.
pub struct WithoutSpan {
    _logs: Nexolog,
}

/// Nexolog's layer as it comes, over files that are never full: what sealing costs is part D.
pub struct NeverSealed {
    _logs: Nexolog,
}

impl Stack for WithSpan {
    fn start(directory: &Path) -> WithSpan {
        WithSpan { _logs: install(directory, |builder| builder) }
    }

    fn service(
        &self,
    ) -> impl Service<
        Request<Empty<Bytes>>,
        Response = Response<impl Body<Data = Bytes, Error = impl Debug>>,
        Error = Infallible,
    > {
        RequestLogLayer::new().layer(handler())
    }
}

impl Stack for WithoutSpan {
    fn start(directory: &Path) -> WithoutSpan {
        WithoutSpan { _logs: install(directory, |builder| builder) }
    }

    fn service(
        &self,
    ) -> impl Service<
        Request<Empty<Bytes>>,
        Response = Response<impl Body<Data = Bytes, Error = impl Debug>>,
        Error = Infallible,
    > {
        RequestLogLayer::new().without_span().layer(handler())
    }
}

impl Stack for NeverSealed {
    fn start(directory: &Path) -> NeverSealed {
        NeverSealed { _logs: install(directory, |builder| builder.max_file_size(NEVER_FULL)) }
    }

    fn service(
        &self,
    ) -> impl Service<
        Request<Empty<Bytes>>,
        Response = Response<impl Body<Data = Bytes, Error = impl Debug>>,
        Error = Infallible,
    > {
        RequestLogLayer::new().layer(handler())
    }
}

const NEVER_FULL: u64 = 1 << 40;

fn install(directory: &Path, configure: impl FnOnce(Builder) -> Builder) -> Nexolog {
    configure(Nexolog::builder("bench").directory(directory).console(Console::Off))
        .install()
        .expect("a fresh directory and process")
}
