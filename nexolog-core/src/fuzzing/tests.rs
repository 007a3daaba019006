//! What fuzzers found, or should find at once.

use proptest::prelude::*;

#[test]
fn a_line_of_json_is_read_as_a_parser_reads_it() {
    for text in [
        r#"{"seq":1,"timestamp":"2026-11-05T10:00:00.000001Z","level":"INFO","module":"a"}"#,
        r#"{"seq":1,"seq":null,"s\u0065q":2}"#,
        r#" { "fields" : { "a" : [ { "b" : "\ud83d\ude00" } ] } } "#,
        r#"{"seq":1e3,"duration_ms":-0.0}"#,
    ] {
        super::line(text.as_bytes());
    }
}

proptest! {
    #[test]
    fn any_program_gives_one_line(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        super::event(&bytes);
    }

    #[test]
    fn any_bytes_are_a_query(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        super::query(&bytes);
    }

    #[test]
    fn any_bytes_are_a_rollup_or_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        super::rollup(&bytes);
    }
}

#[test]
fn indexes_and_texts_are_taken() {
    super::index(b"NEXOIDX\n\x01\0");
    super::index(b"\x01{\"seq\":1}\n{\"seq\":2,\"message\":\"timeout\"}");
    super::index(b"");
}

#[cfg(feature = "compression")]
#[test]
fn frames_of_several_writers_are_read_in_full() {
    let text = b"{\"seq\":1}\n".repeat(1_000);
    let one = zstd::stream::encode_all(&text[..], 1).unwrap();
    let other = zstd::bulk::compress(&text, 19).unwrap();
    super::frames(&[one, other].concat());
    super::frames(b"");
    super::frames(&[0x28, 0xB5, 0x2F, 0xFD, 0, 0]);
}
