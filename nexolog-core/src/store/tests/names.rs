use std::collections::HashMap;

use proptest::prelude::*;

use crate::store::names::{
    FamilyKind, FamilyName, IndexName, SealedFile, SegmentName, SegmentState, instance_directory,
    is_temp, parse_instance_directory,
};

fn names_to_try() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z0-9_-]{0,80}",
        "(con|prn|aux|nul|com[0-9]|lpt[0-9]|audit|error|nexolog|instance-1|\\.|\\.\\.|/|-)(x|%|%6f)?",
        "[A-Za-z./\\\\%:]{0,40}",
    ]
}

proptest! {
    #[test]
    fn a_file_name_reads_back_as_what_it_was_built_from(
        name in names_to_try(), main: bool, seq: u64, state in 0..3
    ) {
        let family = if main { FamilyName::main(&name) } else { FamilyName::module(&name) };
        let state = match state {
            0 => SegmentState::Active,
            1 => SegmentState::Sealed { first_seq: seq, compressed: false },
            _ => SegmentState::Sealed { first_seq: seq, compressed: true },
        };
        let (sealed, index) = (family.clone(), family.index(seq));
        let built = SegmentName { family, state };
        let file = match state {
            SegmentState::Active => None,
            SegmentState::Sealed { compressed: false, .. } => Some((seq, SealedFile::Plain)),
            SegmentState::Sealed { compressed: true, .. } => Some((seq, SealedFile::Compressed)),
        };
        prop_assert_eq!(sealed.sealed_file(&built.file_name()), file);
        let file = index.map(|name| sealed.sealed_file(&name));
        prop_assert_eq!(file, main.then_some(Some((seq, SealedFile::Index))));
        prop_assert_eq!(SegmentName::parse(&built.file_name()), Some(built));
    }

    #[test]
    fn the_name_of_an_index_reads_back_and_is_no_segments(name in names_to_try(), first_seq: u64) {
        let family = FamilyName::main(&name);
        let file = family.index(first_seq).unwrap();
        prop_assert_eq!(SegmentName::parse(&file), None);
        let temp = file.clone() + ".tmp";
        prop_assert!(is_temp(&temp));
        prop_assert_eq!(IndexName::parse(&file), Some(IndexName { family, first_seq }));
        prop_assert_eq!(FamilyName::module(&name).index(first_seq), None);
    }

    #[test]
    fn any_module_gives_a_legal_short_lower_case_name_inside_the_directory(name in names_to_try()) {
        for family in [FamilyName::module(&name), FamilyName::main(&name)] {
            let stem = family.stem();
            prop_assert!((1..=64).contains(&stem.len()), "{stem}");
            prop_assert!(!stem.starts_with('-'));
            let legal = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-' | '%');
            prop_assert!(stem.chars().all(legal), "{stem}");
            prop_assert!(!["con", "prn", "aux", "nul", "com1", "lpt9"].contains(&stem));
        }
    }

    #[test]
    fn a_name_that_was_not_cut_reads_back(name in names_to_try()) {
        match FamilyName::module(&name).original() {
            Some(original) => prop_assert_eq!(original, name),
            None => prop_assert!(name.len() > 20, "only long names may be cut"),
        }
    }

    #[test]
    fn different_names_give_different_files(names in prop::collection::vec(names_to_try(), 2..40)) {
        let mut seen: HashMap<String, String> = HashMap::new();
        for name in names {
            let file = FamilyName::module(&name).active();
            if let Some(before) = seen.insert(file, name.clone()) {
                prop_assert_eq!(before, name);
            }
        }
    }

    #[test]
    fn no_text_that_is_read_as_a_name_is_written_differently(text in "[a-z0-9%_-]{0,70}(\\.[0-9]{11,21})?\\.(log|jsonl)(\\.zst)?") {
        if let Some(name) = SegmentName::parse(&text) {
            prop_assert_eq!(name.file_name(), text.clone());
        }
        let stem = text.split('.').next().unwrap_or_default();
        for family in [FamilyName::main(stem), FamilyName::module(stem)] {
            let sealed = SegmentName::parse(&text).filter(|name| name.family == family);
            let first_seq = sealed.and_then(|name| match name.state {
                SegmentState::Active => None,
                SegmentState::Sealed { first_seq, .. } => Some(first_seq),
            });
            prop_assert_eq!(family.sealed_file(&text).map(|(seq, _)| seq), first_seq);
        }
    }
}

#[test]
fn ordinary_names_stay_readable() {
    let main = FamilyName::main("shop");
    assert_eq!(main.active(), "shop.jsonl");
    assert_eq!(main.sealed(123_456), "shop.000000123456.jsonl");
    assert_eq!(main.compressed(123_456), "shop.000000123456.jsonl.zst");
    let auth = FamilyName::module("user_mgmt");
    assert_eq!(auth.active(), "user_mgmt.log");
    assert_eq!(auth.compressed(u64::MAX), "user_mgmt.18446744073709551615.log.zst");
}

#[test]
fn hostile_names_are_escaped() {
    let file = |module: &str| FamilyName::module(module).active();
    assert_eq!(file("../x"), "%2e%2e%2fx.log");
    assert_eq!(file("CON"), "%43%4f%4e.log");
    assert_eq!(file("con"), "%63on.log");
    assert_eq!(file("lpt1"), "%6cpt1.log");
    assert_eq!(file(""), "%.log");
    assert_eq!(file("-rf"), "%2drf.log");
    assert_eq!(file("a.b"), "a%2eb.log");
    assert_eq!(FamilyName::main("audit").active(), "%61udit.jsonl");
}

#[test]
fn overlong_names_are_cut_and_still_told_apart() {
    let long = "x".repeat(300);
    let one = FamilyName::module(&(long.clone() + "1"));
    let two = FamilyName::module(&(long + "2"));
    assert_ne!(one.active(), two.active());
    assert_eq!(one.stem().len(), 64);
    assert_eq!(one.original(), None);
    assert_eq!(FamilyName::module(&"x".repeat(64)).stem(), "x".repeat(64));
    let escaped = FamilyName::module(&"é".repeat(30));
    let kept = escaped.stem().split("%%").next().unwrap_or_default().len();
    assert_eq!(kept % 3, 0, "no half escape: {}", escaped.stem());
}

#[test]
fn names_that_are_not_exactly_ours_are_foreign() {
    for foreign in [
        "",
        ".",
        "..",
        ".log",
        "auth",
        "auth.txt",
        "Auth.log",
        "auth.log.1",
        "auth.log.gz",
        "auth.log.zst",
        "shop.jsonl.zst",
        "shop.jsonl.torn",
        "auth.log.torn",
        "shop.jsonl.tmp",
        "nexolog.lock",
        "nexolog.state",
        "audit.jsonl",
        "audit.000000000001.jsonl",
        "shop.00000000001.jsonl",
        "shop.0000000000001.jsonl",
        "shop.99999999999999999999999.jsonl",
        "shop.+00000000001.jsonl",
        "shop.000000000001.idx",
        "shop.000000000001.jsonl.zst.tmp",
        "shop.000000000001.000000000002.jsonl",
        "a b.log",
        "%41.log.log",
        "%61uth.log",
        "%6.log",
        "%zz.log",
        "con.log",
        "-x.log",
        "é.log",
        "%%.log",
        "instance-1",
    ] {
        assert_eq!(SegmentName::parse(foreign), None, "{foreign}");
    }
    let prefix = SegmentName::parse("app-auth.000000000001.jsonl").map(|name| name.family);
    assert_ne!(prefix, Some(FamilyName::main("app")));
}

#[test]
fn the_name_of_an_index_is_exactly_one_that_is_built() {
    let file = FamilyName::main("shop").index(123_456);
    assert_eq!(file.as_deref(), Some("shop.000000123456.idx"));
    for foreign in [
        "shop.idx",
        "shop.1.idx",
        "shop.000000000001.log.idx",
        "shop.000000000001.jsonl.idx",
        "shop.0000000000001.idx",
        "audit.000000000001.idx",
        "Shop.000000000001.idx",
        "shop.eu.000000000001.idx",
        "shop.000000000001.idx.zst",
    ] {
        assert_eq!(IndexName::parse(foreign), None, "{foreign}");
    }
}

#[test]
fn the_error_file_is_a_module_file() {
    let name = SegmentName::parse("error.log");
    assert_eq!(name.as_ref().map(|name| name.family.kind()), Some(FamilyKind::Module));
    assert_eq!(name.map(|name| name.family), Some(FamilyName::module("error")));
}

#[test]
fn only_our_own_temp_files_are_temp_files() {
    for ours in
        ["nexolog.state.tmp", "shop.000000000001.jsonl.zst.tmp", "auth.000000000001.log.zst.tmp"]
    {
        assert!(is_temp(ours), "{ours}");
    }
    for foreign in
        ["a.tmp", "shop.jsonl.tmp", "nexolog.lock.tmp", "Shop.000000000001.jsonl.zst.tmp", ".tmp"]
    {
        assert!(!is_temp(foreign), "{foreign}");
    }
}

#[test]
fn instance_directories_read_back() {
    for number in [1, 2, 10, u32::MAX] {
        assert_eq!(parse_instance_directory(&instance_directory(number)), Some(number));
    }
    for foreign in
        ["instance-", "instance-0", "instance-01", "instance-+1", "instance-x", "Instance-1"]
    {
        assert_eq!(parse_instance_directory(foreign), None, "{foreign}");
    }
}
