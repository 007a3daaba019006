use std::convert::Infallible;
use std::fmt::Debug;
use std::path::Path;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Empty;
use tower::{Service, ServiceBuilder};
use tower_http::ServiceBuilderExt;
use tower_http::request_id::MakeRequestUuid;
use tower_http::trace::{DefaultMakeSpan, DefaultOnResponse, TraceLayer};
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::layer::SubscriberExt;

use super::{Stack, handler};

/// `tower-http`: an id is set, one JSON line is logged, the id is put on the answer.
pub struct TowerHttp {
    _guard: WorkerGuard,
}

impl Stack for TowerHttp {
    fn start(directory: &Path) -> TowerHttp {
        let file = tracing_appender::rolling::never(directory, "tracing.jsonl");
        let (writer, guard) = NonBlockingBuilder::default().lossy(false).finish(file);
        let json =
            tracing_subscriber::fmt::layer().json().with_span_list(false).with_writer(writer);
        let subscriber = tracing_subscriber::registry().with(json).with(LevelFilter::INFO);
        tracing::subscriber::set_global_default(subscriber).expect("the first subscriber");
        TowerHttp { _guard: guard }
    }

    fn service(
        &self,
    ) -> impl Service<
        Request<Empty<Bytes>>,
        Response = Response<impl Body<Data = Bytes, Error = impl Debug>>,
        Error = Infallible,
    > {
        let trace = TraceLayer::new_for_http()
            .make_span_with(DefaultMakeSpan::new().level(Level::INFO).include_headers(true))
            .on_response(DefaultOnResponse::new().level(Level::INFO));
        ServiceBuilder::new()
            .set_x_request_id(MakeRequestUuid)
            .layer(trace)
            .propagate_x_request_id()
            .service(handler())
    }
}
