//! Each helper once, with everything that can be said.

use std::time::Duration;

use nexolog_core::service::{Service, Severity};

pub(super) const TOOK: Duration = Duration::from_micros(1_500);

/// Calls every helper; each text is `text`.
pub(super) fn call(service: Service<'_>, text: &str) {
    let t = text;
    let login = || service.user_login().user(t).organization(t).method(t).client(t).reason(t);
    login().succeeded();
    login().failed(t);
    service.user_logout().user(t).organization(t).client(t).reason(t).log();
    service.user_registration().user(t).method(t).client(t).succeeded();
    service.user_registration().method(t).failed(t);

    let call = || service.external_call(t).api(t).method(t).host(t).path(t).attempt(2);
    call().status(200).duration(TOOK).log();
    call().failed(t);
    call().timed_out();
    service.google_api_call(t).path(t).status(429).log();
    let request = || service.api_request(t, t).route(t).client(t).user_agent(t);
    request().status(200).bytes_in(1).bytes_out(2).time_to_headers(TOOK).duration(TOOK).log();
    request().failed(t);

    let query = || service.database_query(t).system(t).database(t).table(t).statement(t).rows(3);
    query().duration(TOOK).succeeded();
    query().failed(t);
    service.data_sync(t).destination(t).records(4).refused(1).bytes(9).succeeded();
    service.background_task(t).task_id(t).queue(t).attempt(1).records(2).succeeded();
    service.campaign_event(t, t).channel(t).recipients(7).succeeded();

    let event = || service.security_event(t).client(t).resource(t).user(t);
    event().severity(Severity::Low).log();
    event().severity(Severity::Critical).log();
    let access = || service.data_access(t, t).resource_id(t).records(1).purpose(t).client(t);
    access().user(t).allowed();
    access().user(t).denied(t);
    let action = || service.admin_action(t).subject(t).resource(t).detail(t).client(t);
    action().user(t).succeeded();
    action().failed(t);

    service.error(t).code(t).backtrace(&t).module("shop").log();
    service.operation("etl", "import").user(t).organization(t).time(|op| op.records(5));
    service.operation("etl", "import").run(|op| op.fail(t));
}

/// How many records that are.
pub(super) const RECORDS: usize = 25;
