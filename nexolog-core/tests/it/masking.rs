//! No secret reaches a file, wherever it was logged.

use std::fmt;
use std::sync::Arc;

use crate::support::{Logged, logged};
use nexolog_core::{
    Context, FieldValue, MaskAction, MaskRule, Masked, Masking, RequestContext, add_field,
    identify, service,
};
use proptest::prelude::*;
use secrecy::SecretString;
use serde_json::json;

/// A secret, and the part of it that nobody may read.
#[derive(Clone, Debug)]
struct Canary {
    text: String,
    secret: String,
}

fn canary() -> impl Strategy<Value = Canary> {
    let same = |text: String| Canary { secret: text.clone(), text };
    let around = |before: &'static str, after: &'static str| {
        move |secret: String| Canary { text: format!("{before}{secret}{after}"), secret }
    };
    prop_oneof![
        "[a-zA-Z0-9_]{12,40}".prop_map(around("Bearer ", "")),
        "[A-Z2-7]{16}".prop_map(|end| format!("AKIA{end}")).prop_map(same),
        "[a-zA-Z0-9]{36}".prop_map(|end| format!("ghp_{end}")).prop_map(same),
        "[0-9]{11}-[a-zA-Z0-9]{20}".prop_map(|end| format!("xoxb-{end}")).prop_map(same),
        "[a-zA-Z0-9]{24}".prop_map(|end| format!("sk_live_{end}")).prop_map(same),
        "[a-zA-Z0-9_-]{34}[a-z]".prop_map(|end| format!("AIza{end}")).prop_map(same),
        "[a-zA-Z0-9_-]{20}\\.eyJ[a-zA-Z0-9_-]{30}\\.[a-zA-Z0-9_-]{42}[a-z]"
            .prop_map(|rest| format!("eyJ{rest}"))
            .prop_map(same),
        "[a-zA-Z0-9+/]{64}"
            .prop_map(around("-----BEGIN PRIVATE KEY-----\n", "\n-----END PRIVATE KEY-----")),
        "[a-zA-Z0-9]{8,20}".prop_map(around("postgres://app:", "@db.example.com/shop")),
        "[a-zA-Z0-9]{8,20}".prop_map(around("password=", "")),
        "[a-zA-Z0-9]{8,20}".prop_map(around("{\"api_key\":\"", "\"}")),
        "[a-zA-Z0-9]{8,20}".prop_map(around("GET /?access_token=", "&page=1")),
        "[a-zA-Z0-9]{8,20}".prop_map(around("Cookie: theme=dark; sid=", "")),
        (0..4_usize).prop_map(move |index| {
            let cards = [
                "4111 1111 1111 1111",
                "5555555555554444",
                "378282246310005",
                "6011-1111-1111-1117",
            ];
            same(cards[index].to_owned())
        }),
        "[a-z]{8,12}@mail\\.example\\.com".prop_map(same),
        "203\\.0\\.113\\.[1-9][0-9]".prop_map(same),
        (0..3_usize).prop_map(move |index| {
            let accounts =
                ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "NO93-8601-1117-947"];
            same(accounts[index].to_owned())
        }),
    ]
}

#[derive(Debug)]
struct Failure(String, Option<Box<Failure>>);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it failed: {}", self.0)
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.1.as_deref().map(|source| source as _)
    }
}

#[derive(Debug)]
#[expect(dead_code, reason = "only its Debug form is looked at")]
struct Login<'a> {
    name: &'a str,
    password: &'a str,
    note: Option<&'a str>,
}

/// Logs the canary in every place that a line has for text.
fn log_everywhere(canary: &Canary) {
    let Canary { text, secret } = canary;
    let text = text.as_str();
    let login = Login { name: "ann", password: secret, note: Some(text) };
    let nested =
        json!({ "body": json!({ "user": { "password": secret, "note": text } }).to_string() });
    let error = Failure(text.to_owned(), Some(Box::new(Failure(text.to_owned(), None))));
    let error: &dyn std::error::Error = &error;
    tracing::info!("message {text} end");
    tracing::error!(error, "failed");
    tracing::warn!(error.message = text, error.backtrace = text, error.type = text, "failed");
    tracing::info!(note = text, display = %text, debug = ?text, password = text, token = ?Some(text), "fields");
    tracing::info!(?login, nested = %nested, debugged = ?nested.to_string(), "values");
    tracing::info!(operation = text, user_id = text, organization_id = text, "reserved");
    tracing::info!(request_id = text, trace_id = text, span_id = text, outcome = text, "ids");
    tracing::info_span!("outer", text, credential = text).in_scope(|| tracing::info!("in a span"));
    let request = Arc::new(RequestContext::new("r1"));
    Context::for_request(request).scope(|| {
        identify(text, Some(text));
        add_field("note", text);
        add_field("client_secret", FieldValue::from(secret.as_str()));
        tracing::info!("in a request");
    });
    let (masked, secret) = (Masked::new(secret), SecretString::from(secret.as_str()));
    tracing::info!(%masked, also = ?masked, ?secret, nested = ?Some(&masked), "known by its type");
    service().user_login().user(text).client(text).failed(text);
    service().database_query(text).statement(text).failed(text);
    service().error(text).backtrace(&text).log();
    service().operation("api", "told").time(|op| {
        op.user(text);
        op.fail(text);
    });
}

/// Everything that is in the directory.
fn written(all: &Logged) -> String {
    let files = std::fs::read_dir(all.directory.path()).unwrap();
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn fault_45_no_secret_is_in_any_file_wherever_it_was_logged(canary in canary()) {
        let masking = Masking::new().with(MaskRule::Email).with(MaskRule::IpAddress);
        let all = logged(|builder| builder.masking(masking), |_| log_everywhere(&canary));
        let written = written(&all);
        prop_assert!(!written.contains(&canary.secret), "{}", line_with(&written, &canary.secret));
        prop_assert_eq!(all.records().len(), 14, "every event is there");
        prop_assert_eq!(all.logs.masked().failed(), 0);
    }
}

fn line_with<'t>(written: &'t str, secret: &str) -> &'t str {
    written.lines().find(|line| line.contains(secret)).unwrap_or_default()
}

#[test]
fn what_is_not_secret_around_a_secret_stays() {
    let login = Login { name: "ann", password: "hunter2", note: None };
    let record = logged(
        |builder| builder,
        |_| {
            tracing::info!(
                ?login,
                pin = 1234,
                token_count = 512,
                card = 4_111_111_111_111_111_u64,
                "paid"
            );
        },
    )
    .record();
    assert_eq!(
        record["fields"],
        json!({
            "login": "Login { name: \"ann\", password: \"***\", note: None }",
            "pin": "***",
            "token_count": 512,
            "card": "***",
        })
    );
}

#[test]
fn a_dropped_value_takes_its_key_with_it() {
    let masking = Masking::new().action(MaskAction::Drop).key("user_id");
    let record = logged(
        |builder| builder.masking(masking),
        |_| tracing::info!(user_id = "u1", password = "hunter2", n = 1, "card 4111111111111111."),
    )
    .record();
    assert_eq!(record["message"], "card .");
    assert_eq!(record["fields"], json!({"n": 1}));
    assert_eq!(record.get("user_id"), None);
}

#[test]
fn hashed_users_stay_comparable() {
    let masking =
        Masking::new().key("user_id").action(MaskAction::Hash).hash_key("0123456789abcdef");
    let records = logged(
        |builder| builder.masking(masking),
        |_| {
            for user_id in ["17", "18"] {
                tracing::info!(user_id, "text");
            }
            tracing::info!(user_id = 17, "number");
        },
    )
    .records();
    let users: Vec<&str> =
        records.iter().map(|record| record["user_id"].as_str().unwrap()).collect();
    assert!(users[0].starts_with("hash:"), "{users:?}");
    assert_eq!(users[0], users[2]);
    assert_ne!(users[0], users[1]);
}

#[test]
fn a_value_is_withheld_and_counted_when_a_rule_panics_or_answers_nonsense() {
    let masking = Masking::new()
        .rule("panics", MaskAction::Redact, |text| {
            assert!(!text.contains("boom"), "as the test wants");
            None
        })
        .rule("nonsense", MaskAction::Redact, |text| text.contains("odd").then_some(3..99))
        .rule("endless", MaskAction::Redact, |text| text.starts_with('x').then_some(0..1));
    let all = logged(
        |builder| builder.masking(masking),
        |_| {
            let long = "x".repeat(5_000);
            tracing::info!(
                a = "boom secret",
                b = "odd secret",
                c = long,
                d = "fine",
                e = "xx!",
                "message"
            );
        },
    );
    let withheld = "<withheld: a masking rule failed>";
    assert_eq!(
        all.record()["fields"],
        json!({"a": withheld, "b": withheld, "c": withheld, "d": "fine", "e": "******!"})
    );
    assert_eq!(all.logs.masked().failed(), 3);
}

#[test]
fn hits_are_counted_by_rule() {
    let masking = Masking::new().rule("patient", MaskAction::Redact, |text| {
        text.find("PAT-").map(|start| start..start + 4)
    });
    let all = logged(
        |builder| builder.masking(masking),
        |_| tracing::info!(password = "x", "PAT-1 PAT-2 paid with 4111111111111111, pin=1234"),
    );
    let counts = all.logs.masked();
    let counted: Vec<_> = counts.iter().filter(|(_, count)| *count > 0).collect();
    assert_eq!(counted, [("key", 2), ("card", 1), ("patient", 2)]);
    let configuration = &all.file("shop.jsonl")[1];
    let told = configuration["fields"]["masking"].as_str().unwrap();
    assert!(
        told.starts_with("key redact, card redact, ") && told.ends_with(", patient redact"),
        "{told}"
    );
}

#[test]
fn half_a_secret_at_the_edge_of_a_cut_is_not_shown() {
    let card = "4111 1111 1111 1111";
    for shift in 0..=card.len() {
        let filler = "word ".repeat(4_000);
        let text = format!("{}{card} and more", &filler[..16 * 1024 - shift]);
        let record = logged(|builder| builder, |_| tracing::info!(text, "cut")).record();
        let shown = record["fields"]["text"].as_str().unwrap();
        assert!(!shown.contains("4111"), "{shift}: {}", &shown[shown.len() - 40..]);
        assert_eq!(record["fields"]["truncated"]["text"], 16 * 1024 - shift + card.len() + 9);
    }
}

#[test]
fn a_choice_that_can_not_be_followed_is_refused_at_the_start() {
    let directory = tempfile::tempdir().unwrap();
    for (masking, expected) in [
        (Masking::new().action(MaskAction::Hash), "masking: hashes need a key; give one"),
        (
            Masking::new().hash_key("short"),
            "masking: the hash key is too short; use at least 16 bytes",
        ),
        (Masking::new().key("--"), "masking: `key` was given no word; use the key of a field"),
    ] {
        let built = nexolog_core::Nexolog::builder("shop")
            .directory(directory.path())
            .masking(masking)
            .build();
        let error = built.err().unwrap().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}
