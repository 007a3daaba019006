use proptest::prelude::*;

use super::records::lines;
use super::rollup;
use crate::record::Level;
use crate::store::rollup::bytes::{In, Out};
use crate::store::rollup::{
    Unpacker, check_rollup, read_chosen_over_time, read_facts, read_over_time, read_totals,
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn numbers_texts_and_floats_are_read_as_written(
        number: u64, signed: i64, float in 0.0..1e15_f64, millis in 0_u32..9_999_999, text: String,
    ) {
        let millis = f64::from(millis) / 1_000.0;
        let mut out = Out::default();
        out.number(number);
        out.signed(signed);
        out.float(float);
        out.float(millis);
        out.text(&text);
        let mut input = In::new(&out.bytes);
        prop_assert_eq!(input.number(), Some(number));
        prop_assert_eq!(input.signed(), Some(signed));
        prop_assert_eq!(input.float(), Some(float));
        prop_assert_eq!(input.float(), Some(millis));
        prop_assert_eq!(input.text(), Some(text.as_str()));
        prop_assert!(input.is_empty());
    }

    #[test]
    fn what_is_read_is_what_was_written(lines in lines(200)) {
        let mut rollup = rollup(&lines);
        let (section, slots) = rollup.clone().encode().unwrap();
        let unpacker = &mut Unpacker::default();
        prop_assert_eq!(read_facts(&section), Some(rollup.facts));
        let read = read_totals(&section, true, unpacker).unwrap();
        prop_assert_eq!(read_over_time(&slots, unpacker), Some(rollup.over_time()));
        let chosen = |level: Option<Level>, module: Option<&str>| level > Some(Level::Info) || module == Some("api");
        prop_assert_eq!(
            read_chosen_over_time(&slots, &chosen, unpacker), rollup.chosen_over_time(&chosen)
        );
        // Written again, it is the same.
        rollup.totals = read;
        prop_assert_eq!(rollup.encode().unwrap(), (section, slots));
    }

    #[test]
    fn any_bytes_are_read_or_refused(totals: Vec<u8>, slots: Vec<u8>) {
        check_rollup(&totals, &slots);
    }

    #[test]
    fn fault_36_changed_bytes_are_read_or_refused(
        lines in lines(100), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        for is_slots in [false, true] {
            let (mut totals, mut slots) = rollup(&lines).encode().unwrap();
            let section = if is_slots { &mut slots } else { &mut totals };
            for (at, byte) in &changes {
                let at = at.index(section.len());
                section[at] = *byte;
            }
            check_rollup(&totals, &slots);
        }
    }
}

#[test]
fn fault_36_every_cut_is_read_or_refused() {
    let lines: Vec<String> = (1..400)
        .map(|seq| {
            format!(
                "{{\"seq\":{seq},\"timestamp\":\"2026-03-01T10:{:02}:00.000000Z\",\"level\":\"INFO\",\"module\":\"m{}\",\"user_id\":\"u{seq}\",\"operation\":\"o{}\",\"duration_ms\":{seq}.5}}",
                seq % 60, seq % 7, seq % 5
            )
        })
        .collect();
    let (totals, slots) = rollup(&lines).encode().unwrap();
    for end in 0..totals.len() {
        assert!(read_totals(&totals[..end], true, &mut Unpacker::default()).is_none());
        check_rollup(&totals[..end], &slots);
    }
    for end in 0..slots.len() {
        check_rollup(&totals, &slots[..end]);
    }
}

#[test]
fn a_length_that_is_not_there_reserves_nothing() {
    let mut out = Out::default();
    // Version, no span, nothing left out, and four gigabytes of text.
    for number in [1, 0, 0, 0, u64::from(u32::MAX), 3] {
        out.number(number);
    }
    out.bytes.extend([1, 2, 3]);
    assert!(read_totals(&out.bytes, false, &mut Unpacker::default()).is_none());
}
