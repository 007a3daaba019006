use std::fs::{self, File, OpenOptions};
use std::io::Write as _;

#[cfg(feature = "compression")]
use super::houses::packed;
use super::houses::{Form, House, build, line, plain_lines, text};
use super::{all, seqs};
use crate::store::embedded::EmbeddedStore;
use crate::store::{LogStore as _, Order, StatsRequest, Stop};

const ORDERS: [Order; 2] = [Order::NewestFirst, Order::OldestFirst];

#[test]
fn fault_37_junk_between_lines_is_skipped_and_counted() {
    let root = tempfile::tempdir().unwrap();
    let store = build(&[House::new("", Vec::new())], root.path());
    let good = plain_lines(2);
    let junk: [&[u8]; 6] = [b"", b"\0\0\0", b"\xff\xfe", b"{\"seq\":", b"{\"seq\":9}", b"[]"];
    let mut text = good[0].1.clone().into_bytes();
    for piece in junk {
        text.push(b'\n');
        text.extend_from_slice(piece);
    }
    text.extend_from_slice(format!("\n{}\n{{\"seq\":3,\"torn", good[1].1).as_bytes());
    fs::write(root.path().join("shop.jsonl"), text).unwrap();
    for order in ORDERS {
        let mut found = all(&store, "", order);
        found.records.sort_by_key(|(cursor, _)| cursor.seq);
        assert_eq!(seqs(&found), [1, 2]);
        assert_eq!(found.incomplete.as_deref(), Some("5 lines damaged"));
    }
}

#[test]
fn a_line_that_hits_but_is_no_json_is_left_out() {
    let root = tempfile::tempdir().unwrap();
    let store = build(&[House::new("", Vec::new())], root.path());
    let (_, good) = line(1, 1, "INFO", "auth", ",\"message\":\"x\"");
    let bad =
        good.replace("\"message\":\"x\"", "\"message\":\"x\",\"fields\":{]}").replace(":1,", ":2,");
    fs::write(root.path().join("shop.jsonl"), format!("{good}\n{bad}\n")).unwrap();
    let found = all(&store, "", Order::NewestFirst);
    assert_eq!(seqs(&found), [1]);
    assert_eq!(found.incomplete.as_deref(), Some("1 line damaged"));
}

#[test]
fn fault_37_a_huge_hole_is_stepped_over() {
    let root = tempfile::tempdir().unwrap();
    let lines = plain_lines(6);
    let store = build(&[House::new("", Vec::new())], root.path());
    // A sparse file costs no disk; 64 MiB of NULs lie between the lines.
    let mut file = File::create(root.path().join("shop.jsonl")).unwrap();
    file.write_all(super::houses::text(&lines[..3]).as_bytes()).unwrap();
    let length = file.metadata().unwrap().len();
    file.set_len(length + (64 << 20)).unwrap();
    let mut file = OpenOptions::new().append(true).open(root.path().join("shop.jsonl")).unwrap();
    file.write_all(format!("\n{}", super::houses::text(&lines[3..])).as_bytes()).unwrap();
    for order in ORDERS {
        let mut found = all(&store, "", order);
        found.records.sort_by_key(|(cursor, _)| cursor.seq);
        assert_eq!(seqs(&found), [1, 2, 3, 4, 5, 6]);
        assert_eq!(found.incomplete.as_deref(), Some("1 line too long"));
    }
}

#[test]
fn lines_up_to_the_cap_are_read_and_longer_ones_counted() {
    let root = tempfile::tempdir().unwrap();
    let sized = |seq: u64, length: usize| {
        let (_, short) = line(seq, 1, "INFO", "auth", ",\"message\":\"\"");
        line(
            seq,
            1,
            "INFO",
            "auth",
            &format!(",\"message\":\"{}\"", "x".repeat(length - short.len())),
        )
    };
    let cap = super::super::plain::LONGEST_LINE;
    let lines = vec![
        sized(1, 300),
        sized(2, cap - 1),
        sized(3, cap + 1),
        sized(4, 300 << 10),
        sized(5, 300),
    ];
    for form in [None, Some(Form::Plain), Some(Form::Packed(1)), Some(Form::Packed(9))] {
        if cfg!(not(feature = "compression")) && matches!(form, Some(Form::Packed(_))) {
            continue;
        }
        let root =
            root.path().join(format!("{form:?}").replace(|c: char| !c.is_alphanumeric(), ""));
        let mut house = House::new("", lines.clone());
        if let Some(form) = form {
            house = house.cut(9, form);
        }
        fs::create_dir(&root).unwrap();
        let store = build(&[house], &root);
        for order in ORDERS {
            let mut found = all(&store, "", order);
            found.records.sort_by_key(|(cursor, _)| cursor.seq);
            assert_eq!(seqs(&found), [1, 2, 4, 5], "{form:?} {order:?}");
            assert_eq!(found.incomplete.as_deref(), Some("1 line too long"), "{form:?} {order:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn fault_29_links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    build(&[House::new("", plain_lines(3))], outside.path());
    let root = tempfile::tempdir().unwrap();
    symlink(outside.path().join("shop.jsonl"), root.path().join("shop.000000000001.jsonl"))
        .unwrap();
    symlink(outside.path(), root.path().join("instance-1")).unwrap();
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    assert!(all(&store, "", Order::NewestFirst).records.is_empty());
    symlink(outside.path().join("shop.jsonl"), root.path().join("shop.jsonl")).unwrap();
    let found = all(&store, "", Order::NewestFirst);
    assert!(found.records.is_empty());
    assert_eq!(found.incomplete.as_deref(), Some("1 segment that can't be read"));
}

#[test]
fn statistics_say_what_they_left_out_too() {
    let root = tempfile::tempdir().unwrap();
    let store = build(&[House::new("", plain_lines(3))], root.path());
    let mut file = OpenOptions::new().append(true).open(root.path().join("shop.jsonl")).unwrap();
    file.write_all(b"junk\n").unwrap();
    let request = StatsRequest { filter: super::filter(""), interval: None };
    let stats = store.stats(&request, &Stop::default()).unwrap();
    assert_eq!((stats.total, stats.incomplete.as_deref()), (3, Some("1 line damaged")));
}

#[test]
fn fault_37_a_half_line_at_the_end_of_a_sealed_segment_is_skipped_and_counted() {
    let lines = plain_lines(5);
    // Its head is whole, and it is no record all the same.
    let half = &lines[3].1[..lines[3].1.len() - 3];
    let plain = [text(&lines[..3]), half.to_owned()].concat().into_bytes();
    let forms = [
        ("shop.000000000001.jsonl", plain),
        #[cfg(feature = "compression")]
        ("shop.000000000001.jsonl.zst", {
            let mut frames = packed(&lines[..3], 2);
            frames.extend(zstd::bulk::compress(half.as_bytes(), 1).unwrap());
            frames
        }),
    ];
    for (name, sealed) in forms {
        let root = tempfile::tempdir().unwrap();
        let store = build(&[House::new("", lines[4..].to_vec())], root.path());
        fs::write(root.path().join(name), sealed).unwrap();
        for order in ORDERS {
            let mut found = all(&store, "", order);
            found.records.sort_by_key(|(cursor, _)| cursor.seq);
            assert_eq!(seqs(&found), [1, 2, 3, 5], "{name}");
            assert_eq!(found.incomplete.as_deref(), Some("1 line damaged"), "{name}");
        }
        let request = StatsRequest { filter: super::filter(""), interval: None };
        let stats = store.stats(&request, &Stop::default()).unwrap();
        assert_eq!(stats.total, 4, "{name}");
    }
}
