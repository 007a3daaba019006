use super::support::{base64, masked, masked_by, percent};
use crate::privacy::{MaskAction, MaskRule, Masking};

const JWT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
const PEM: &str = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAvxkW5mQ0b7m2Zs5cQ0b7m2Zs5cMIIEowIBAAKCAQEAvxkW5\nmQ0b7m2Zs5c=\n-----END RSA PRIVATE KEY-----";

#[test]
fn values_under_keys_are_masked_in_every_notation() {
    for (text, expected) in [
        ("password=hunter2", "password=***"),
        ("login password=hunter2 user=ann", "login password=*** user=ann"),
        ("password: hunter2", "password: ***"),
        ("Password : hunter2, user: ann", "Password : ***, user: ann"),
        (
            "Login { user: \"ann\", password: \"hunter2\" }",
            "Login { user: \"ann\", password: \"***\" }",
        ),
        ("Login { token: Some(\"abc\"), n: 3 }", "Login { token: ***, n: 3 }"),
        ("Login { token: Token { inner: \"a}b\" }, n: 3 }", "Login { token: ***, n: 3 }"),
        ("Login { token: None, n: 3 }", "Login { token: None, n: 3 }"),
        ("Login { secrets: [\"a\", \"b\"], n: 3 }", "Login { secrets: ***, n: 3 }"),
        (r#"{"user":"ann","password":"hun\"ter2"}"#, r#"{"user":"ann","password":"***"}"#),
        (r#"{"pin":1234,"n":1}"#, r#"{"pin":***,"n":1}"#),
        (
            r#"body={\"password\":\"hun\\\"ter2\",\"n\":1}"#,
            r#"body={\"password\":\"***\",\"n\":1}"#,
        ),
        (r#"{\\\"apiKey\\\": \\\"abc\\\"}"#, r#"{\\\"apiKey\\\": \\\"***\\\"}"#),
        (r#"{"body":"{\"password\":\"cut off","n":1}"#, r#"{"body":"{\"password\":\"***","n":1}"#),
        ("{\n  \"password\":\n    \"hunter2\"\n}", "{\n  \"password\":\n    \"***\"\n}"),
        ("{'password': 'hunter2'}", "{'password': '***'}"),
        ("{:password=>\"hunter2\"}", "{:password=>\"***\"}"),
        ("headers[\"x-api-key\"] = abc", "headers[\"x-api-key\"] = ***"),
        ("GET /a?token=abc&page=2", "GET /a?token=***&page=2"),
        ("GET /a?page=2&access_token=abc#top", "GET /a?page=2&access_token=***"),
        ("Authorization: Bearer abc.def, retry", "Authorization: ***, retry"),
        (
            "authorization: Digest username=\"ann\", response=\"ff\"\nnext",
            "authorization: ***\nnext",
        ),
        ("Cookie: sid=abc; theme=dark\r\nHost: x", "Cookie: ***\r\nHost: x"),
        ("{\"cookie\": \"sid=abc; theme=dark\"}", "{\"cookie\": \"***\"}"),
        ("set-cookie: sid=abc; Path=/; HttpOnly", "set-cookie: ***"),
        ("card number: 1234, next", "card number: ***, next"),
        ("your API key = abc", "your API key = ***"),
        ("password=a,b)c;d user=ann", "password=*** user=ann"),
        ("password=a,user=ann", "password=***,user=ann"),
        ("(password=abc)", "(password=***)"),
        ("--password=abc", "--password=***"),
        ("password=\"unclosed and more", "password=\"***"),
        ("token: ***", "token: ***"),
        ("pin=1", "pin=***"),
        ("пароль password=пароль ok", "пароль password=*** ok"),
    ] {
        assert_eq!(masked(text), expected, "{text}");
    }
}

#[test]
fn values_that_are_no_secrets_stay() {
    for text in [
        "token_count: 512, max_tokens=4096",
        "Usage { tokens: 512 }",
        "secret_count: Some(3)",
        "std::token::parse failed",
        "if password == null",
        "password != x",
        "password:",
        "password=",
        "at 12:30:45 in a:b",
        "status: ok, path=/orders/1, order_id=77",
        "tokenizer: fast, keyboard=qwerty, error_code=17",
        "https://example.com:8080/a@b",
        "ssh://git@example.com/repo",
        "key: value",
        "number: 7",
        "Bearer authentication failed",
        "basic functionality",
        "Basic authentication is required",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn values_that_look_like_secrets_are_masked_wherever_they_stand() {
    for (text, expected) in [
        ("paid with 4111 1111 1111 1111 today".to_owned(), "paid with *** today"),
        ("got Bearer s3cr3t-t0ken.".to_owned(), "got Bearer ***"),
        ("sent basic dXNlcjpwYXNz now".to_owned(), "sent basic *** now"),
        (format!("jwt {JWT}."), "jwt ***."),
        (format!("jwt '{JWT}'"), "jwt '***'"),
        (format!("jwt →{JWT}…"), "jwt →***…"),
        (format!("a\n{PEM}\nb"), "a\n***\nb"),
        (format!("{PEM:?}"), "\"***\""),
        (PEM[..80].to_owned(), "***"),
        ("id AKIAIOSFODNN7EXAMPLE!".to_owned(), "id ***!"),
        ("ghp_0123456789abcdefghijklmnopqrstuvwxyz".to_owned(), "***"),
        ("xoxb-123456789012-abcdefABCDEF".to_owned(), "***"),
        ("x/sk_live_0123456789abcdefABCDEFGH?".to_owned(), "x/***?"),
        ("AIzaSyA0123456789abcdefghijklmnopqrstuvw".to_owned(), "***"),
        (
            "postgres://app:p4ss@db.example.com:5432/x".to_owned(),
            "postgres://app:***@db.example.com:5432/x",
        ),
        ("redis://:p4ss@db".to_owned(), "redis://:***@db"),
        ("amqp://app:pa/ss@db, retry".to_owned(), "amqp://app:***@db, retry"),
        ("mongodb://a:p@ss@one,two/x".to_owned(), "mongodb://a:***@one,two/x"),
    ] {
        assert_eq!(masked(&text), expected, "{text}");
    }
}

#[test]
fn fault_45_secrets_are_found_through_one_level_of_encoding() {
    let secrets = [
        "password=hunter2",
        "{\"card\":\"4111 1111 1111 1111\"}",
        JWT,
        PEM,
        "Bearer 0123456789abcdef",
        "https://app:p4ss@example.com/",
    ];
    for secret in secrets {
        let encoded = [
            base64(secret),
            base64(secret).replace('=', ""),
            base64(secret).replace('+', "-").replace('/', "_"),
            percent(secret),
        ];
        for encoded in encoded {
            for text in [
                encoded.clone(),
                format!("got {encoded} here"),
                format!("q?data={encoded}&x=1"),
                format!("\"{encoded}\""),
            ] {
                let shown = masked(&text);
                assert!(!shown.contains(&encoded), "{secret}: {shown}");
                assert!(shown.contains("***"), "{secret}: {shown}");
            }
        }
    }
    assert_eq!(
        masked("a=1%20&card=4111%201111%201111%201111&b=%C3%A9"),
        "a=1%20&card=***&b=%C3%A9"
    );
    assert_eq!(masked("%ff%fe token%3Dabc%20x"), "%ff%fe token%3D***%20x");
}

#[test]
fn e_mail_addresses_are_masked_by_choice() {
    let text =
        "from ann.o'neil+x@mail.example.com, to <bob@example.org>. not @here or a@b or x@1.22";
    assert_eq!(masked(text), text);
    assert_eq!(
        masked_by(&Masking::new().with(MaskRule::Email), text),
        "from ***, to <***>. not @here or a@b or x@1.22"
    );
    let hashed = Masking::new().with(MaskRule::Email).action(MaskAction::Hash).hash_key([1; 32]);
    let shown = masked_by(&hashed, "ann@example.com and ann@example.com");
    let parts: Vec<&str> = shown.split(" and ").collect();
    assert!(parts[0].starts_with("hash:") && parts[0] == parts[1], "{shown}");
}

#[test]
fn bank_accounts_are_masked_in_groups_and_without_if_their_check_digits_are_right() {
    for number in [
        "DE89 3704 0044 0532 0130 00",
        "GB82 WEST 1234 5698 7654 32",
        "NL91 ABNA 0417 1643 00",
        "NO93 8601 1117 947",
        "KZ86 125K ZT50 0410 0100",
        "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
        "FR14 2004 1010 0505 0001 3M02 606",
    ] {
        let bare = number.replace(' ', "");
        for number in [number, &number.replace(' ', "-"), &bare, &number.replace(' ', "+")] {
            assert_eq!(masked(&format!("to {number}, please")), "to ***, please");
            assert_eq!(masked(number), "***");
            assert_eq!(masked(&base64(&format!("account {number}"))), "***");
        }
        // Another digit, another country, a longer word.
        let last = if number.ends_with('0') { "1" } else { "0" };
        let wrong = format!("{}{last}", &number[..number.len() - 1]);
        for text in [wrong.clone(), wrong.replace(' ', ""), format!("X{bare}"), format!("{bare}X")]
        {
            assert_eq!(masked(&text), text);
        }
    }
    let masking = Masking::new().action(MaskAction::Hash).hash_key([1; 32]);
    let hash = |text| masked_by(&masking, text);
    assert_eq!(hash("DE89 3704 0044 0532 0130 00"), hash("DE89370400440532013000"));
}

#[test]
fn ip_addresses_are_masked_by_choice() {
    let masking = Masking::new().with(MaskRule::IpAddress);
    for (text, expected) in [
        ("from 203.0.113.7:51234 to 10.0.0.1.", "from ***:51234 to ***."),
        ("[2001:db8::8a2e:370:7334]:443, ::1 and fe80::1: gone", "[***]:443, *** and ***: gone"),
        (
            "at 12:30:45, v1.2.3, 1.2.3.4.5, 300.1.1.1, std::fmt",
            "at 12:30:45, v1.2.3, 1.2.3.4.5, 300.1.1.1, std::fmt",
        ),
        ("x1.2.3.4 and 1.2.3.4x and a_1.2.3.4", "x1.2.3.4 and 1.2.3.4x and a_1.2.3.4"),
    ] {
        assert_eq!(masked_by(&masking, text), expected);
        assert_eq!(masked(text), text);
    }
}

#[test]
fn each_rule_can_be_taken_out_and_given_an_action() {
    let text = "pin=1234 card 4111111111111111 Bearer 0123456789abcdef";
    let masking = Masking::new().without(MaskRule::Key).without(MaskRule::Bearer);
    assert_eq!(masked_by(&masking, text), "pin=1234 card *** Bearer 0123456789abcdef");
    let masking = Masking::none().with(MaskRule::Bearer);
    assert_eq!(masked_by(&masking, text), "pin=1234 card 4111111111111111 Bearer ***");
    let masking =
        Masking::new().action(MaskAction::Drop).action_of(MaskRule::Card, MaskAction::Partial);
    assert_eq!(masked_by(&masking, text), "pin= card ***1111 Bearer ");
}

#[test]
fn the_same_card_has_the_same_hash_however_it_is_grouped() {
    let masking = Masking::new().action(MaskAction::Hash).hash_key([1; 32]);
    assert_eq!(masked_by(&masking, "4111 1111 1111 1111"), masked_by(&masking, "4111111111111111"));
}

#[test]
fn own_keys_and_rules_are_applied_beside_the_built_in_ones() {
    let masking = Masking::new().key("home-address").public_key("page_token").rule(
        "patient",
        MaskAction::Partial,
        |text| {
            let start = text.find("PAT-")?;
            Some(start..start + 12)
        },
    );
    assert_eq!(
        masked_by(
            &masking,
            "homeAddress: \"1 Main St\", page_token: abc, PAT-00001234 and PAT-00005678"
        ),
        "homeAddress: \"***\", page_token: abc, ***1234 and ***5678"
    );
}
