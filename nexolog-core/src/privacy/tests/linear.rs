use crate::privacy::MaskRule;
use crate::privacy::keys::KeyRules;
use crate::privacy::rule::RuleSet;
use crate::privacy::scan::{Scanner, work};

/// Four times what a value can have.
const LENGTH: usize = 256 << 10;

/// Work for each byte of a text made of `unit`.
fn work_of(unit: &str, length: usize) -> usize {
    let text = unit.repeat(length / unit.len());
    let keys = KeyRules { built_in: true, ..KeyRules::default() };
    let scanner =
        Scanner { rules: RuleSet::default().with(MaskRule::Email).with(MaskRule::IpAddress), keys };
    work::of(|| scanner.find(&text, &mut Vec::new())) / length
}

#[test]
fn fault_46_the_work_on_a_hostile_text_grows_as_its_length_does() {
    let units = [
        "a",
        "1",
        "4111 ",
        "4111-1111-1111-1111-",
        "DE89 3704 0044 ",
        "DE89 ",
        "DE89",
        "DE89 1111 1111 1111 x",
        "1.2.3.4",
        "1.2.3.4 ",
        "::1:",
        "=",
        ":",
        "a=",
        "a:b",
        "password",
        "password=",
        "password=\"",
        "password=\\\"",
        "password={",
        "password=[(",
        "password: A {",
        "token=Bearer ",
        "cookie=a; ",
        "cookie=a;b ",
        "a,b=",
        "password=a,a",
        "eyJ",
        "eyJabcdefgh.",
        "eyJhbGciOiJI.e",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----aaaaaaaaaaaaaaaa-----END ",
        "Bearer aaaaaaaaaaaa",
        "Bearer aaaaaaaa ",
        "AKIA",
        "sk-",
        "xoxb-",
        "://",
        "://a:b",
        "://a:b@",
        "http://a:b/@",
        "@",
        "a@a.a",
        "a@",
        "%41",
        "%",
        "%41%",
        "QUFB",
        "QUFB-",
        "QUFBQUFBQUFB/",
        "QUFBQUFB\u{7f}",
        "YWJjZGVm",
        "\\",
        "\"",
        "\\\"",
        "é",
        "\u{1f600}",
        "aaaaaaaaaaaa ",
        "id ",
        "card number: ",
        "number ",
        "api key=",
        " ",
        "\n",
    ];
    for unit in units {
        let short = work_of(unit, LENGTH / 16);
        let long = work_of(unit, LENGTH);
        assert!(long <= 200, "{unit:?}: {long} a byte");
        assert!(long <= short + short / 4 + 1, "{unit:?}: {short} a byte, then {long}");
    }
}
