use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use tokio::time::timeout;

use super::Call;
use crate::api::metrics::{Source, page};
use crate::api::openapi::{Gives, Operation};
use crate::api::problem::Problem;
use crate::api::service::Api;

pub(in crate::api) static METRICS: Operation = Operation {
    id: "metrics",
    summary: "What the logger counts, in the text format of Prometheus",
    about: "Counters begin with the process. Not for who has a scope.",
    gives: &[Gives::Text(
        "text/plain",
        "# HELP nexolog_events_total Records in the main log, by module and level.\n\
         # TYPE nexolog_events_total counter\n\
         nexolog_events_total{module=\"orders\",level=\"INFO\"} 42\n",
        "The text format of Prometheus, version 0.0.4.",
    )],
    ..Operation::NEW
};

/// `GET metrics`: what the logger counts. It answers even while every search thread is taken, without the figures of
/// the store then.
pub(in crate::api) async fn metrics(api: &Api, call: Call) -> Result<Response, Problem> {
    call.params()?;
    let whole = call.reach().all_of_it()?;
    let look = api.order(whole, |backend| Ok(backend.store.storage()?));
    let storage = timeout(api.limits.patience, look).await.ok().and_then(Result::ok);
    let source = Source {
        service: api.name(),
        control: api.backend(whole).control.as_ref(),
        storage,
        searches: &api.searches,
        viewers: api.viewers.count(),
    };
    let kind = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((kind, page(&source)).into_response())
}
