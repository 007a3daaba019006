use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Pattern, PatternMiner};

/// Texts and counts of the patterns in these messages.
fn mined<M: AsRef<str>>(messages: impl IntoIterator<Item = M>) -> BTreeMap<String, u64> {
    let mut miner = PatternMiner::new();
    for message in messages {
        miner.add(message.as_ref());
    }
    miner.patterns().into_iter().map(|pattern| (pattern.text(), pattern.count())).collect()
}

fn text(message: &str) -> String {
    let mut miner = PatternMiner::new();
    miner.add(message);
    miner.patterns()[0].text()
}

#[test]
fn what_looks_like_a_value_is_left_out() {
    let cases = [
        ("order 17 shipped", "order <*> shipped"),
        ("took 1.5 ms (at most 20 ms)", "took <*> (at most <*>)"),
        ("job-7f3a: done.", "<*>: done."),
        ("from 10.0.0.1:8080 to fe:80:ca:ff", "from <*> to <*>"),
        ("GET /orders/17?page=2 by user ann", "GET <*> by user <*>"),
        ("path=/var/log/x.log size=12", "path=<*> size=<*>"),
        ("see https://example.com/a#b", "see <*>"),
        ("resolved api.eu.example.com", "resolved <*>"),
        ("at Tue Nov 25 10:00:00 2026", "at <*>"),
        ("free: 900 B, used: 1.2 KB", "free: <*>, used: <*>"),
        ("sent (12 KB) of <1 s", "sent of <*>"),
        ("depth........12", "depth ........ <*>"),
        ("über 12 größer", "über <*> größer"),
    ];
    for (message, pattern) in cases {
        assert_eq!(text(message), pattern, "{message}");
    }
}

#[test]
fn what_is_a_word_stays() {
    let messages = [
        "cache is cold",
        "user from nowhere",
        "com.example.Main failed",
        "May I come in? It may rain",
        "wait...",
        "a b c",
        "()",
    ];
    for message in messages {
        let kept = text(message).replace("<*>", "").replace(' ', "");
        let all = message.replace(' ', "");
        assert!(kept.len() + 3 >= all.len(), "{message}: {kept}");
    }
}

const NAMES: [&str; 6] = ["ann", "bob", "cy", "dan", "eve", "fay"];

#[test]
fn six_words_in_one_place_are_a_hole_and_five_are_not() {
    let opened = |name: &str| format!("opened the door for {name} at once");
    let five = mined(NAMES[..5].iter().map(|name| opened(name)));
    assert_eq!(five.len(), 5);
    let six = mined(NAMES.iter().map(|name| opened(name)));
    assert_eq!(six, BTreeMap::from([("opened the door for <*> at once".to_owned(), 6)]));
}

#[test]
fn a_word_where_others_have_a_value_is_one_too() {
    let messages = ["rank 3 of the queue", "rank unknown of the queue", "rank 4 of the queue"];
    assert_eq!(mined(messages), BTreeMap::from([("rank <*> of the queue".to_owned(), 3)]));
}

#[test]
fn two_places_that_vary_together_are_holes() {
    let words = ["ash", "birch", "cedar", "elm", "fir", "larch", "oak", "pine"];
    let colours = ["red", "blue", "green", "white", "black", "grey", "pink", "brown"];
    let messages = words
        .iter()
        .zip(colours)
        .map(|(word, colour)| format!("painted the house of {word} in {colour} before noon"));
    let pattern = "painted the house of <*> in <*> before noon".to_owned();
    assert_eq!(mined(messages), BTreeMap::from([(pattern, 8)]));
}

/// Short sentences are told apart by the words that are left, not lumped together.
#[test]
fn a_hole_needs_words_that_say_what_happened() {
    let services = ["cron", "dns", "mail", "print", "proxy", "time", "web", "sound"];
    assert_eq!(mined(services.iter().map(|name| format!("{name} started"))).len(), 8);
}

#[test]
fn keys_lead_to_the_pattern_that_a_message_is_of_by_now() {
    let mut miner = PatternMiner::new();
    let keys: Vec<_> =
        NAMES.iter().filter_map(|name| miner.add(&format!("said hello to {name} again"))).collect();
    let texts: Vec<_> =
        keys.iter().filter_map(|key| miner.pattern_of(*key)).map(Pattern::text).collect();
    assert_eq!(texts, vec!["said hello to <*> again"; 6]);
    assert_eq!(miner.patterns()[0].example(), "said hello to ann again");
}

/// Numbers as words, so that no two are alike and none is a value.
fn word(number: usize) -> String {
    let letters = number.to_string().into_bytes().into_iter().map(|digit| (digit + 49) as char);
    letters.collect()
}

#[test]
fn patterns_without_number_are_bounded_and_what_has_no_room_is_counted() {
    let mut miner = PatternMiner::new();
    let count = 66_000;
    for number in 0..count {
        // Of one word each: nothing to be alike in.
        miner.add(&word(number));
    }
    let told: u64 = miner.patterns().iter().map(|pattern| pattern.count()).sum();
    assert_eq!(miner.patterns().len(), 4096);
    assert_eq!(told + miner.unplaced(), count as u64);
}

#[test]
fn a_name_that_is_always_another_takes_no_room() {
    let mut miner = PatternMiner::new();
    for number in 0..66_000 {
        assert!(miner.add(&format!("the visitor {} went home early", word(number))).is_some());
    }
    let patterns = miner.patterns();
    assert_eq!(patterns.len(), 1);
    assert_eq!(patterns[0].count(), 66_000);
}

#[test]
fn a_message_of_any_length_is_read_to_a_bound() {
    let long = format!("begins with words {}", "x ".repeat(1 << 20));
    let longer = format!("begins with words {}", "x ".repeat(2 << 20));
    assert_eq!(mined([long, longer]).len(), 1);
    let hostile =
        ["\0\0", "\u{202e}abc", "<*> * <*>", "", " ", "((((", "....", "a=", "=", "\u{1b}[0m"];
    let total: u64 = mined(hostile).values().sum();
    assert_eq!(total, 10);
}

/// Sentences with values, names and rare words in them.
fn messages() -> impl Strategy<Value = Vec<String>> {
    let sentence = prop_oneof![
        4 => (0..4u32, "[a-z]{1,3}").prop_map(|(n, name)| format!("user {name} bought {n} books today")),
        4 => "[a-f]{1,2}".prop_map(|name| format!("could not reach {name} while waiting for it")),
        2 => ("[a-d]", "[e-h]").prop_map(|(a, b)| format!("moved it from {a} over to {b} at last")),
        1 => "\\PC{0,40}",
    ];
    proptest::collection::vec(sentence, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_message_is_counted_once(messages in messages()) {
        let total: u64 = mined(&messages).values().sum();
        prop_assert_eq!(total, messages.len() as u64);
    }

    /// Ids are of any use only if another process finds the same.
    #[test]
    fn messages_of_one_skeleton_are_of_one_pattern(messages in messages()) {
        let mut miner = PatternMiner::new();
        let keys: Vec<_> = messages.iter().map(|message| miner.add(message)).collect();
        let again: Vec<_> = messages.iter().map(|message| miner.add(message)).collect();
        for (before, now) in keys.iter().zip(&again) {
            let of = |key: &Option<_>| key.and_then(|key| miner.pattern_of(key)).map(Pattern::id);
            prop_assert_eq!(of(before), of(now));
        }
    }
}
