use proptest::prelude::*;

use super::support::masked;
use crate::privacy::WITHHELD;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn ids_and_times_are_never_masked(
        text in prop_oneof![
            // UUIDs, of digits alone too, and without dashes.
            "[0-9a-f]{8}-[0-9a-f]{4}-[1-7][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
            "[0-9]{8}-[0-9]{4}-[1-7][0-9]{3}-[89][0-9]{3}-[0-9]{12}",
            "[0-9A-F]{8}-[0-9A-F]{4}-[1-7][0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}",
            "[0-9a-f]{32}", "[0-9a-f]{40}", "[0-9a-f]{64}", "[0-9a-f]{16}[a-f]", "0x[0-9a-f]{12,16}",
            // Times: RFC 3339, seconds to nanoseconds since 1970.
            "20[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{3,9})?(Z|\\+0[0-9]:00)",
            "20[0-9]{12}", "1[6-9][0-9]{8}", "1[6-9][0-9]{11}", "1[6-9][0-9]{14}", "1[6-9][0-9]{17}",
            // Order numbers, versions, addresses, phone numbers, amounts, fractions.
            "ORD-20[0-9]{2}-[0-9]{6}", "#[0-9]{4,12}", "v[0-9]{1,2}\\.[0-9]{1,3}\\.[0-9]{1,4}",
            "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}:[0-9]{2,5}",
            "\\+49 1[0-9]{2} [0-9]{7}", "[0-9]{1,9}\\.[0-9]{2} EUR", "[0-9]\\.[0-9]{10,19}",
            // A ULID, paths, names in code.
            "0[0-7][0-9A-HJKMNP-TV-Z]{24}", "/api/v[0-9]/orders/[0-9]{1,10}/items", "[a-z]{3,10}(::[a-z_]{3,16}){1,4}",
        ],
        place in 0..4_usize,
    ) {
        let text = match place {
            0 => text,
            1 => format!("order {text} placed"),
            2 => format!("Order {{ id: \"{text}\", n: 1 }}"),
            _ => format!("id={text}, next={text}"),
        };
        prop_assert_eq!(masked(&text), text);
    }

    #[test]
    fn any_text_is_masked_without_a_failure(text in "\\PC{0,200}") {
        prop_assert_ne!(masked(&text), WITHHELD);
    }

    #[test]
    fn text_made_of_signs_is_masked_without_a_failure(
        text in "((password|Token|eyJ|%[0-9a-f]{2}|://|-----BEGIN |PRIVATE KEY|Bearer |cookie|AKIA|[0-9]{4}|[=:\"'\\\\{}\\[\\]()@;,&. \n+\\-%]|é|\u{1f600}|[a-zA-Z0-9]{1,12})){0,40}"
    ) {
        prop_assert_ne!(masked(&text), WITHHELD);
    }
}

#[test]
fn what_begins_like_a_token_and_goes_on_as_none_is_left() {
    for text in [
        "ya29.ääääääääääääääääääääää",
        "(ya29.)(ya29.)(ya29.)(ya29.)",
        "ya29.",
        "ya29. and then",
        "ya29.\u{0}\u{80}",
        "sk-",
        "xoxb-.",
        "eyJ.",
    ] {
        assert_eq!(masked(text), text);
    }
}
