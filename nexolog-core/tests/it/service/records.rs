//! One helper after the other.

use std::time::Duration;

use nexolog_core::service::{Service, Severity};
use nexolog_core::{Catalogue, Level, Nexolog};
use serde_json::{Value, json};

use crate::support::{Logged, logged};

/// The only record that `log` makes, without what differs from run to run.
fn written<R>(log: impl FnOnce(Service<'_>) -> R) -> Value {
    let log = |logs: &Nexolog| {
        // What is audited waits when it is dropped.
        let _told = log(logs.service());
    };
    let mut record = logged(|builder| builder, log).record();
    let record = record.as_object_mut().unwrap();
    assert_eq!(record["file"], file!());
    for key in ["seq", "timestamp", "thread", "file", "line", "target"] {
        assert!(record.remove(key).is_some(), "{key}");
    }
    Value::Object(std::mem::take(record))
}

const TOOK: Duration = Duration::from_micros(12_500);

#[test]
fn a_sign_in_names_its_user_organization_method_and_success() {
    let login = |service: Service<'_>| {
        service.user_login().user("u1").organization("acme").method("password").succeeded();
    };
    assert_eq!(
        written(login),
        json!({
            "level": "INFO", "module": "auth", "message": "user logged in", "user_id": "u1",
            "organization_id": "acme", "outcome": "success",
            "fields": {"event.name": "user_login", "method": "password"},
        })
    );
}

#[test]
fn a_refused_sign_in_is_a_warning_with_the_reason_whoever_it_was() {
    let unknown = None::<&str>;
    let login = |service: Service<'_>| {
        service.user_login().user(unknown).client("203.0.113.0").failed("no such user");
    };
    assert_eq!(
        written(login),
        json!({
            "level": "WARNING", "module": "auth", "message": "login refused: no such user",
            "outcome": "error",
            "fields": {
                "event.name": "user_login", "reason": "no such user", "client": "203.0.113.0"
            },
        })
    );
}

#[test]
fn sign_outs_and_registrations_are_told() {
    let logout = written(|service| service.user_logout().user(&"u1".to_owned()).log());
    assert_eq!(
        logout,
        json!({
            "level": "INFO", "module": "auth", "message": "user logged out", "user_id": "u1",
            "outcome": "success", "fields": {"event.name": "user_logout"},
        })
    );
    let joined =
        written(|service| service.user_registration().user("u2").method("form").succeeded());
    assert_eq!(
        joined,
        json!({
            "level": "INFO", "module": "user_mgmt", "message": "user registered", "user_id": "u2",
            "outcome": "success", "fields": {"event.name": "user_registration", "method": "form"},
        })
    );
    let refused = written(|service| service.user_registration().failed("address taken"));
    assert_eq!((&refused["level"], &refused["outcome"]), (&json!("WARNING"), &json!("error")));
    assert_eq!(refused["fields"]["reason"], "address taken");
}

#[test]
fn an_external_call_names_its_service_path_status_and_duration() {
    let call = |service: Service<'_>| {
        service.external_call("payments").path("/charges").status(201).duration(TOOK).log();
    };
    assert_eq!(
        written(call),
        json!({
            "level": "INFO", "module": "api", "message": "payments answered 201",
            "outcome": "success", "duration_ms": 12.5,
            "fields": {
                "event.name": "external_call", "service": "payments", "path": "/charges",
                "status": 201
            },
        })
    );
}

#[test]
fn the_status_says_how_a_call_and_a_request_ended() {
    for (status, outcome, level) in [
        (200, "success", "INFO"),
        (404, "success", "INFO"),
        (408, "timeout", "INFO"),
        (500, "error", "ERROR"),
        (503, "error", "ERROR"),
        (504, "timeout", "ERROR"),
    ] {
        let call = written(|service| service.external_call("payments").status(status).log());
        let request =
            written(|service| service.api_request("GET", "/").status(status).duration(TOOK).log());
        for record in [&call, &request] {
            assert_eq!(record["outcome"], outcome, "{status}");
            assert_eq!(record["level"], level, "{status}");
        }
        assert_eq!(request["message"], format!("GET / {status}"));
        assert_eq!(request["fields"]["event.name"], "request");
        assert_eq!(request["fields"]["time_to_headers_ms"], 12.5);
    }
}

#[test]
fn a_call_without_an_answer_has_the_error_with_its_sources() {
    let error = std::io::Error::other("connection reset".parse::<u8>().unwrap_err());
    let call = written(|service| service.external_call("payments").failed(&error));
    assert_eq!(call["message"], "payments could not be called: invalid digit found in string");
    assert_eq!((&call["level"], &call["outcome"]), (&json!("ERROR"), &json!("error")));
    assert_eq!(call["error"]["type"], "std::io::error::Error");
    let late = written(|service| service.external_call("payments").timed_out());
    assert_eq!((&late["level"], &late["outcome"]), (&json!("ERROR"), &json!("timeout")));
}

#[test]
fn a_call_belongs_to_the_service_s_module_if_there_is_one() {
    let catalogue = Catalogue::default().with_module("Shop", "payments");
    let all = logged(
        |builder| builder.catalogue(catalogue),
        |logs| {
            logs.service().external_call("payments").log();
            logs.service().external_call("slack").log();
            logs.service().external_call("unheard_of").log();
            logs.service().google_api_call("searchconsole").status(200).log();
            logs.service().external_call("slack").module("notices").log();
        },
    );
    let modules: Vec<_> = all.records().iter().map(|record| record["module"].clone()).collect();
    assert_eq!(modules, ["payments", "slack", "api", "google_apis", "notices"]);
    let google = &all.records()[3]["fields"];
    assert_eq!((&google["service"], &google["api"]), (&json!("google"), &json!("searchconsole")));
}

#[test]
fn queries_syncs_tasks_and_campaigns_say_what_they_did() {
    let query = |service: Service<'_>| {
        service.database_query("select_order").table("orders").rows(2).duration(TOOK).succeeded();
    };
    assert_eq!(
        written(query),
        json!({
            "level": "INFO", "module": "database", "message": "select_order succeeded",
            "operation": "select_order", "outcome": "success", "duration_ms": 12.5,
            "fields": {"event.name": "database_query", "table": "orders", "rows": 2},
        })
    );
    let result: Result<(), _> = Err(std::fmt::Error);
    let task = written(|service| service.background_task("digest").attempt(3).result(&result));
    assert_eq!(task["operation"], "digest");
    assert_eq!((&task["module"], &task["level"]), (&json!("scheduler"), &json!("ERROR")));
    assert_eq!(task["error"]["type"], "core::fmt::Error");
    let sync = written(|service| service.data_sync("ga4").records(12).failed("no answer"));
    assert_eq!(sync["message"], "ga4 could not be synced: no answer");
    assert_eq!((&sync["module"], &sync["fields"]["records"]), (&json!("etl"), &json!(12)));
    assert_eq!(sync["error"], json!({"message": "no answer", "chain": []}));
    let campaign = written(|service| service.campaign_event("launched", "spring").succeeded());
    assert_eq!(campaign["message"], "campaign spring: launched");
    assert_eq!(campaign["module"], "campaign_generator");
    assert_eq!(campaign["fields"]["campaign_id"], "spring");
}

#[test]
fn what_is_slow_is_a_warning_and_a_chosen_level_beats_all() {
    let query = |service: Service<'_>, slow| {
        service.database_query("q").duration(TOOK).slow(slow).succeeded();
    };
    assert_eq!(written(|service| query(service, TOOK))["level"], "WARNING");
    assert_eq!(written(|service| query(service, 2 * TOOK))["level"], "INFO");
    let at = |level| written(|service| service.database_query("q").level(level).failed("why"));
    assert_eq!(at(Level::Warning)["level"], "WARNING");
    assert_eq!(at(Level::Critical)["level"], "CRITICAL");
}

#[test]
fn the_severity_of_a_security_event_is_its_level() {
    for (severity, level) in [
        (None, "WARNING"),
        (Some(Severity::Low), "INFO"),
        (Some(Severity::Medium), "WARNING"),
        (Some(Severity::High), "ERROR"),
        (Some(Severity::Critical), "CRITICAL"),
    ] {
        let record = written(|service| {
            let event = service.security_event("token_reused").user("u1");
            match severity {
                Some(severity) => event.severity(severity).log(),
                None => event.log(),
            };
        });
        assert_eq!(record["level"], level);
        assert_eq!(record["message"], "security event: token_reused");
        let severity = severity.unwrap_or(Severity::Medium).as_str();
        let fields =
            json!({"event.name": "security_event", "kind": "token_reused", "severity": severity});
        assert_eq!(record["fields"], fields);
    }
}

#[test]
fn accesses_and_powers_are_told_with_who_and_what() {
    let export = |service: Service<'_>| {
        let access = service.data_access("export", "customers").user("u7").records(1_200);
        access.purpose("case 17").allowed();
    };
    assert_eq!(
        written(export),
        json!({
            "level": "INFO", "module": "security", "message": "export of customers",
            "user_id": "u7", "outcome": "success",
            "fields": {
                "event.name": "data_access", "action": "export", "resource": "customers",
                "records": 1200, "purpose": "case 17"
            },
        })
    );
    let denied = written(|service| service.data_access("read", "salaries").denied("no"));
    assert_eq!((&denied["level"], &denied["outcome"]), (&json!("WARNING"), &json!("error")));
    let role = |service: Service<'_>| {
        service.admin_action("change_role").user("u1").subject("u7").detail("admin").succeeded();
    };
    assert_eq!(
        written(role),
        json!({
            "level": "INFO", "module": "security", "message": "admin action: change_role",
            "user_id": "u1", "outcome": "success",
            "fields": {
                "event.name": "admin_action", "action": "change_role", "subject": "u7",
                "detail": "admin"
            },
        })
    );
    let failed = written(|service| service.admin_action("wipe").failed("two must agree"));
    assert_eq!(failed["message"], "admin action failed: wipe: two must agree");
    assert_eq!((&failed["level"], &failed["outcome"]), (&json!("WARNING"), &json!("error")));
}

#[test]
fn the_request_is_on_the_record_and_its_user_unless_another_is_named() {
    use std::sync::Arc;

    use nexolog_core::{Context, RequestContext};

    let all = logged(
        |builder| builder,
        |logs| {
            let request = RequestContext::new("r-1");
            request.identify("u1", Some("acme"));
            Context::for_request(Arc::new(request)).scope(|| {
                logs.service().user_logout().log();
                logs.service().user_login().user("u2").succeeded();
            });
        },
    );
    let records = all.records();
    for (record, user) in records.iter().zip(["u1", "u2"]) {
        assert_eq!(record["request_id"], "r-1");
        assert_eq!(
            (&record["user_id"], &record["organization_id"]),
            (&json!(user), &json!("acme"))
        );
    }
}

#[test]
fn a_level_that_is_off_writes_nothing_and_the_module_decides() {
    let all = logged(
        |builder| builder.level("error,auth=info"),
        |logs| {
            logs.service().user_login().succeeded();
            logs.service().database_query("q").succeeded();
            logs.service().database_query("q").failed("why");
        },
    );
    let messages: Vec<_> = all.records().iter().map(|it| it["message"].clone()).collect();
    assert_eq!(messages, ["user logged in", "q failed: why"]);
}

#[test]
fn an_audited_call_can_be_awaited() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let all = logged(
        |builder| builder,
        |logs| runtime.block_on(async { logs.service().user_login().user("u1").succeeded().await }),
    );
    assert_eq!(all.record()["user_id"], "u1");
}

#[test]
fn secrets_in_any_field_are_masked() {
    let all: Logged = logged(
        |builder| builder,
        |logs| {
            let statement = "select * from users where password='hunter2'";
            logs.service().database_query("q").statement(statement).succeeded();
            logs.service().user_login().failed("bad token=abcdef");
        },
    );
    let text = std::fs::read_to_string(all.directory.path().join("shop.jsonl")).unwrap();
    assert!(!text.contains("hunter2") && !text.contains("abcdef"), "{text}");
}
