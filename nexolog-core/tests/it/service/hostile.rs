//! Whatever texts a helper is given, they are data.

use nexolog_core::Masking;
use proptest::prelude::*;

use super::every;
use crate::support::logged;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_hostile_text_is_one_record_and_comes_back_as_it_was(text in hostile()) {
        let configure = |builder: nexolog_core::Builder| builder.masking(Masking::none());
        let all = logged(configure, |logs| every::call(logs.service(), &text));
        let records = all.records();
        prop_assert_eq!(records.len(), every::RECORDS);
        let login = &records[1];
        for value in [
            &login["user_id"],
            &login["organization_id"],
            &login["fields"]["method"],
            &login["fields"]["client"],
            &login["fields"]["reason"],
        ] {
            prop_assert_eq!(value.as_str(), Some(text.as_str()));
        }
        prop_assert_eq!(&login["module"], "auth");
        prop_assert_eq!(&login["fields"]["event.name"], "user_login");
        let error = &records[RECORD_OF_ERROR]["error"];
        prop_assert_eq!(error["message"].as_str(), Some(text.as_str()));
    }
}

const RECORD_OF_ERROR: usize = 22;

/// Texts up to some hundred bytes, with what ends strings, lines and records.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{0,12}",
        any::<String>(),
        Just("\"}\n{\"seq\":1,\"level\":\"CRITICAL\"}\n".to_owned()),
        Just("\u{1b}[2J\u{202e}\u{2028}\0".to_owned()),
        Just("{} {0} %s \n\nStack backtrace:\n   0: main".to_owned()),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}
