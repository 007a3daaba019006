//! `mask` and `hash` give what the masking of lines gives.
//!
//! Alone in its file: the key belongs to the whole process.

extern crate nexolog_core as nexolog;

mod support;

use std::collections::BTreeMap;

use nexolog::{Console, MaskAction, MaskRule, Masking, Nexolog};
use nexolog_macros::logged;
use support::collect;
use tracing_subscriber::layer::SubscriberExt;

#[logged(hash(customer, password = customer, number = customer_number, absent), mask(card))]
fn pay(customer: &str, customer_number: u32, absent: Option<u8>, card: &str) {
    let _ = (customer, customer_number, absent, card);
}

fn call() {
    pay("Ann 0815", 4711, None, "my card");
}

/// The values of the one line with this message, by key.
fn line(lines: &str, message: &str) -> BTreeMap<String, String> {
    let line = lines.lines().find(|line| line.contains(message)).expect("a line of it");
    let fields = line.split_once("\"fields\":{").expect("fields").1;
    fields
        .trim_end_matches('}')
        .split(',')
        .filter_map(|pair| pair.split_once(':'))
        .map(|(key, value)| (key.trim_matches('"').to_owned(), value.trim_matches('"').to_owned()))
        .collect()
}

#[test]
fn what_stands_for_a_value_is_what_the_policy_gives() {
    // Without a key, a hash could be made of any guess.
    collect(|log| {
        call();
        let event = log.only();
        assert_eq!((event.field("customer"), event.field("card")), ("***", "***"));
        assert!(!event.has("absent"));
    });

    let directory = tempfile::tempdir().unwrap();
    let masking = Masking::new()
        .key("phone")
        .action_of(MaskRule::Key, MaskAction::Hash)
        .hash_key("thirty-two bytes that are random");
    let logs = Nexolog::builder("shop")
        .directory(directory.path())
        .console(Console::Off)
        .masking(masking)
        .build()
        .unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(logs.layer()), || {
        tracing::info!(phone = "Ann 0815", "by policy");
        tracing::info!(phone = 4711, "by policy, a number");
        call();
    });
    logs.shutdown().unwrap();
    let lines = std::fs::read_to_string(directory.path().join("shop.jsonl")).unwrap();
    let event = line(&lines, "pay succeeded");
    assert_eq!(event["customer"], line(&lines, "by policy\"")["phone"]);
    assert!(event["customer"].starts_with("hash:"), "{event:?}");
    assert_eq!(
        event["password"], event["customer"],
        "a hash under a secret key is not hashed again"
    );
    assert_eq!(event["number"], line(&lines, "by policy, a number")["phone"]);
    assert_eq!(event["card"], "***");
    assert!(!lines.contains("0815") && !lines.contains("my card"), "{lines}");

    // Other layers do not see the value either.
    collect(|log| {
        call();
        assert_eq!(log.only().field("customer"), event["customer"]);
    });
}

/// A `Debug` or `Display` that would tell is not even asked.
#[test]
fn a_masked_value_is_not_looked_at() {
    struct Secret;
    impl std::fmt::Display for Secret {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("looked at")
        }
    }
    #[logged(mask(secret))]
    fn keep_whole(secret: &Secret) {
        let _ = secret;
    }
    collect(|log| {
        keep_whole(&Secret);
        assert_eq!(log.only().field("secret"), "***");
    });
}
