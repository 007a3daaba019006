//! What helpers tell the audit trail, read from its file.

use std::path::Path;
use std::sync::Arc;

use nexolog_core::service::{Service, Severity};
use nexolog_core::{Builder, Context, MaskAction, MaskRule, Masking, RequestContext};
use serde_json::{Value, json};

use super::every;
use crate::support::{Logged, logged, records};

/// The entries that helpers made, each value without its salt.
fn told(directory: &Path) -> Vec<Value> {
    let entries = records(&directory.join("audit.jsonl")).into_iter();
    let told = entries.filter(|entry| entry["kind"] == "event");
    told.map(|mut entry| {
        for value in entry["values"].as_object_mut().unwrap().values_mut() {
            *value = value[1].take();
        }
        let keys = ["action", "outcome", "numbers", "values"];
        keys.iter().map(|key| ((*key).to_owned(), entry[key].take())).collect()
    })
    .collect()
}

/// Calls `log`, and reads the trail before anything else happens.
fn at_once<R>(
    configure: impl FnOnce(Builder) -> Builder,
    log: impl FnOnce(Service<'_>) -> R,
) -> Vec<Value> {
    let mut entries = Vec::new();
    let all = logged(configure, |logs| {
        drop(log(logs.service()));
        entries = told(logs.directory());
        assert!(logs.verify_audit().unwrap().is_consistent());
    });
    drop(all);
    entries
}

#[test]
fn an_entry_is_on_the_disk_when_the_statement_ends() {
    let entries = at_once(
        |builder| builder,
        |service| {
            let login = service.user_login().user("u1").organization("acme").method("password");
            login.client("203.0.113.0").succeeded();
            service.user_login().user("u2").failed("wrong password");
        },
    );
    assert_eq!(
        entries,
        [
            json!({
                "action": "user_login", "outcome": "success", "numbers": {},
                "values": {
                    "principal": "u1", "organization": "acme", "method": "password",
                    "address": "203.0.113.0", "module": "auth"
                },
            }),
            json!({
                "action": "user_login", "outcome": "error", "numbers": {},
                "values": {"principal": "u2", "reason": "wrong password", "module": "auth"},
            }),
        ]
    );
}

#[test]
fn what_an_auditor_asks_for_is_in_the_trail_and_nothing_else() {
    let entries = at_once(|builder| builder, |service| every::call(service, "x"));
    let actions: Vec<_> = entries.iter().map(|it| it["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        [
            "user_login",
            "user_login",
            "user_logout",
            "security_event",
            "security_event",
            "data_access",
            "data_access",
            "admin_action",
            "admin_action",
        ]
    );
    let event = &entries[4];
    assert_eq!(
        (&event["outcome"], &event["values"]["severity"]),
        (&json!("told"), &json!("critical"))
    );
    assert_eq!(entries[5]["numbers"], json!({"records": 1}));
    assert_eq!(entries[8]["outcome"], "error");
}

#[test]
fn no_level_keeps_an_entry_out_of_the_trail() {
    let quiet = |builder: Builder| builder.level("off");
    let entries = at_once(quiet, |service| {
        service.admin_action("wipe").user("u1").succeeded();
        service.security_event("probe").severity(Severity::Low).log();
    });
    assert_eq!(entries.len(), 2);
}

#[test]
fn the_request_says_who_it_was_unless_the_call_does() {
    let request = RequestContext::new("r-1");
    request.identify("u1", Some("acme"));
    let context = Context::for_request(Arc::new(request));
    let entries = at_once(
        |builder| builder,
        |service| {
            context.scope(|| {
                service.user_logout().log();
                service.data_access("read", "salaries").user("u9").denied("no");
            });
        },
    );
    let who = |entry: &Value| {
        let values = &entry["values"];
        ["principal", "organization", "request_id"]
            .map(|key| values[key].as_str().unwrap().to_owned())
    };
    assert_eq!(who(&entries[0]), ["u1", "acme", "r-1"]);
    assert_eq!(who(&entries[1]), ["u9", "acme", "r-1"]);
}

#[test]
fn the_trail_is_masked_as_the_records_are() {
    let masking = || Masking::new().action_of(MaskRule::Card, MaskAction::Partial).key("subject");
    let entries = at_once(
        |builder| builder.masking(masking()),
        |service| {
            let action = service.admin_action("refund").subject("u7").user("u1");
            action.detail("to 4111 1111 1111 1111, token=abc").succeeded();
        },
    );
    let values = &entries[0]["values"];
    assert_eq!(values["detail"], "to ***1111, token=***");
    assert_eq!((&values["subject"], &values["principal"]), (&json!("***"), &json!("u1")));
}

#[test]
fn an_awaited_entry_is_on_the_disk_and_many_at_once_are_all_there() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let entries = at_once(
        |builder| builder,
        |service| {
            runtime.block_on(async {
                service.user_login().user("u1").succeeded().await;
                let tickets: Vec<_> =
                    (0..50).map(|_| service.user_logout().user("u1").log().into_future()).collect();
                for ticket in tickets {
                    ticket.await;
                }
            });
        },
    );
    assert_eq!(entries.len(), 51);
}

#[test]
fn a_trail_that_can_not_be_written_harms_nobody_and_the_record_is_there() {
    let all: Logged = logged(
        |builder| builder,
        |logs| {
            let service = logs.service();
            logs.shutdown().unwrap();
            service.user_login().user("u1").succeeded();
        },
    );
    assert_eq!(told(all.directory.path()).len(), 0);
    assert_eq!(all.logs.counters().lost_late, 1);
}
