use super::{matches, now, read};
use crate::query::Filter;
use crate::query::parser::parse_strict;
use crate::record::Level;

const LINE: &str = concat!(
    r#"{"seq":7,"timestamp":"2026-11-05T11:30:00.250000Z","level":"WARNING","module":"database","#,
    r#""message":"Payment \"A-7\" was refused by main() in 5 s","request_id":"0199f3c2","user_id":"U1","#,
    r#""operation":"Orders::place","outcome":"error","duration_ms":1500.5,"#,
    r#""error":{"type":"PoolTimeout","message":"no connection","chain":["timed out","os error 110"]},"#,
    r#""target":"shop::orders","file":"src/orders.rs","line":42,"thread":"tokio-1","#,
    r#""fields":{"status":503,"path":"/api/v1/orders","bytes":12000000,"a.b":1,"a":{"c":"x y"},"tags":["red","Green"],"#,
    r#""version":"1.10","took_s":2,"ok":true,"none":null,"message":"inner","über":"ja"}}"#,
);

#[track_caller]
fn yes(texts: &[&str]) {
    for text in texts {
        assert!(matches(text, LINE), "should match: {text}");
    }
}

#[track_caller]
fn no(texts: &[&str]) {
    for text in texts {
        assert!(!matches(text, LINE), "should not match: {text}");
    }
}

#[test]
fn words_are_found_in_every_value_in_any_letter_case() {
    yes(&[
        "refused",
        "REFUSED",
        "fused",
        "0199F3",
        "orders::PLACE",
        "pooltimeout",
        "110",
        "503",
        "x",
        "green",
    ]);
    yes(&[
        "main()",
        "\"was refused\"",
        "\"\\\"A-7\\\"\"",
        "“was refused”",
        "/api/v1",
        "tokio",
        "ja",
        "",
        "   ",
    ]);
    no(&[
        "accepted",
        "\"refused was\"",
        "request_id",
        "status",
        "WARNING",
        "2026-11-05",
        "\"über\"",
    ]);
}

#[test]
fn keys_compare_ids_exactly_and_text_in_any_letter_case() {
    yes(&[
        "user_id:U1",
        "module:database",
        "module:auth,database",
        "operation:orders::place",
        "outcome:ERROR",
    ]);
    yes(&[
        "path:/api/v1/orders",
        "a.c:\"X Y\"",
        "tags:green",
        "ok:true",
        "fields.message:inner",
        "\"über\":JA",
        "über:ja",
    ]);
    no(&[
        "user_id:u1",
        "module:Database",
        "module:data",
        "user_id:U",
        "path:/api/v1",
        "tags:gre",
        "none:null",
    ]);
}

#[test]
fn prose_is_searched_and_can_be_compared() {
    yes(&[
        "message:refused",
        "error:timed",
        "error:pooltimeout",
        "error.chain:OS",
        "error.type:pooltimeout",
    ]);
    no(&["error.type:pool", "message:=refused", "error:refused", "error.message:timed"]);
}

#[test]
fn lists_can_stand_in_brackets() {
    yes(&[
        "user_id:(U1 OR U2)",
        "user_id:(U2, U1)",
        "status:(404 500..599)",
        "module:(auth OR \"database\") payment",
    ]);
    yes(&["(user_id:(U2 OR U1))", "-user_id:(U2 OR U3)", "user_id:( U1 )"]);
    no(&["user_id:(U2 OR U3)", "user_id:(U1) nothing", "status:(<500 OR >=504)"]);
}

#[test]
fn numbers_are_compared_with_units() {
    yes(&[
        "status:503",
        "status:503.0",
        "status:500..599",
        "status:500..",
        "status:..503",
        "status:=503",
    ]);
    yes(&[
        "duration_ms:>200",
        "duration_ms:>1.5s",
        "duration_ms:<2s",
        "duration_ms:1s..1501ms",
        "took_s:2000ms",
    ]);
    yes(&[
        "bytes:>=12MB",
        "bytes:>11MiB",
        "version:1.10",
        "version:>1",
        "line:42",
        "seq:7",
        "status:200,500..510",
    ]);
    no(&[
        "status:50",
        "status:>503",
        "status:504..",
        "duration_ms:>=1501ms",
        "bytes:>12MB",
        "version:1.1",
        "path:>1",
    ]);
}

#[test]
fn levels_have_an_order() {
    yes(&[
        "level:warning",
        "level:WARN",
        "level:>=warning",
        "level:>info",
        "level:<error",
        "level:info..error",
    ]);
    yes(&["level:error,warn", "level:warn*", "level:..warning", "level:*", "-level:error"]);
    no(&[
        "level:error",
        "level:>warning",
        "level:<=info",
        "level:fatal",
        "level:err,crit",
        "level:error..",
    ]);
}

#[test]
fn wildcards_and_existence() {
    yes(&[
        "pay*fused",
        "path:/api/*/orders",
        "path:*",
        "has:path",
        "has:error",
        "has:a.c",
        "user_id:U*",
        "operation:*PLACE",
    ]);
    yes(&["-has:none", "-none:*", "*", "message:*refused*", "has:status,nothing"]);
    no(&["user_id:u*", "path:api*", "has:nothing", "refused*payment", "\"pay*fused\""]);
}

#[test]
fn regular_expressions_search() {
    yes(&[
        "/refus(ed|al)/",
        "/Refused by/",
        "path:/v\\d\\/orders$/",
        "message:/^payment/",
        "error:/time(d)? ?out/",
    ]);
    no(&["/(?-i)REFUSED/", "message:/refused$/", "path:/^v1/"]);
}

#[test]
fn times_are_as_long_as_they_are_written() {
    yes(&[
        "last:1h",
        "after:2026-11-05",
        "before:2026-11-06",
        "timestamp:2026-11-05",
        "after:-31m",
        "before:now-29m",
    ]);
    yes(&[
        "timestamp:2026-11-05T11:30",
        "timestamp:2026-11-05T11:30:00Z",
        "timestamp:2026-11-05T12:30:00+01:00",
    ]);
    yes(&[
        "timestamp:>2026-11-04",
        "timestamp:<=2026-11-05",
        "timestamp:2026-11-01..2026-11-05",
        "timestamp:1793878200",
    ]);
    yes(&[
        "after:today",
        "timestamp:today",
        "-timestamp:yesterday",
        "after:1793878200250",
        "last:1h30m",
        "last:1w",
    ]);
    no(&[
        "last:29m",
        "last:0.25h",
        "after:2026-11-06",
        "timestamp:>2026-11-05",
        "timestamp:<2026-11-05",
        "before:today",
    ]);
    no(&[
        "timestamp:2026-11-05T11:30:01Z",
        "before:2026-11-05T11:30:00.25Z",
        "timestamp:yesterday",
    ]);
}

#[test]
fn parts_are_combined() {
    yes(&[
        "refused payment",
        "refused AND payment",
        "nothing OR refused",
        "nothing OR nobody OR payment",
    ]);
    yes(&[
        "(nothing OR refused) -accepted",
        "NOT nothing",
        "NOT (nothing refused)",
        "-(-refused)",
        "--verbose OR payment",
    ]);
    yes(&[
        "payment (refused OR (nothing AND nobody))",
        "nothing nobody OR payment refused",
        "NOT NOT payment",
        "NOT -payment",
    ]);
    no(&[
        "refused nothing",
        "-payment",
        "NOT (payment OR nothing)",
        "payment AND nothing",
        "nobody OR payment nothing",
    ]);
    no(&["payment or nothing and", "--verbose", "->"]);
}

#[test]
fn what_can_not_be_read_is_text_with_a_warning_at_its_place() {
    let cases: &[(&str, usize, &str)] = &[
        ("level:loud", 6, "`loud` is no level"),
        ("x level:>=loud", 8, "`loud` is no level"),
        ("duration_ms:>fast", 12, "is no number"),
        ("last:soon", 5, "is no duration"),
        ("after:soon", 6, "is no time"),
        ("status:500..x", 7, "a range needs numbers"),
        ("status:", 0, "a value is missing"),
        ("module:a,,b", 9, "a value is missing"),
        ("/a(b/", 0, "can't be used"),
        ("\"never closed", 0, "never closed"),
        ("(a OR b", 0, "never closed"),
        ("a )", 2, "closes nothing"),
        ("()", 0, "nothing in it"),
        ("OR a", 0, "both sides"),
        ("a AND", 2, "both sides"),
        ("a NOT", 2, "something after it"),
        ("user_id:(a OR b", 8, "never closed"),
        ("user_id:(a AND b)", 11, "only values"),
        ("user_id:()", 0, "a value is missing"),
        ("duration_ms:>/x/", 12, "can't be compared"),
    ];
    for (text, position, message) in cases {
        let parsed = read(text);
        let first = parsed.warnings.first().unwrap_or_else(|| panic!("no warning: {text}"));
        assert_eq!(first.position, *position, "{text}: {first:?}");
        assert!(first.message.contains(message), "{text}: {first:?}");
        let error = parse_strict(text, now()).unwrap_err();
        assert_eq!((error.position, &error.message), (first.position, &first.message));
    }
    let line = r#"{"seq":1,"message":"it said level:loud here"}"#;
    assert!(read("level:loud").filter.matches(line.as_bytes()));
    assert!(!read("level:loud").filter.matches(LINE.as_bytes()));
}

#[test]
fn colons_in_ordinary_text_make_no_keys() {
    let line = r#"{"seq":1,"message":"at 12:30:45 http://example.com/x std::io::Error C:\\x"}"#;
    for text in ["12:30:45", "http://example.com/x", "std::io", "io::Error"] {
        assert!(matches(text, line), "{text}");
    }
}

#[test]
fn ranges_in_text_and_commas_in_words_are_text() {
    let line = r#"{"seq":1,"message":"a,b","fields":{"path":"../x","span":"a..b"}}"#;
    for text in ["a,b", "path:../x", "span:a..b", "path:=../x"] {
        assert!(matches(text, line), "{text}");
    }
}

#[test]
fn folding_reaches_beyond_ascii() {
    let line = r#"{"seq":1,"message":"STRASSE \u00dcBER ΟΔΥΣΣΕΥΣ","fields":{"k":"\u212a"}}"#;
    for text in ["straße", "über", "ÜBER", "οδυσσευς", "οδυσσευσ", "k:K"] {
        assert!(matches(text, line), "{text}");
    }
}

#[test]
fn filters_made_in_code() {
    let all = Filter::all();
    let cases = [
        (all.clone(), true),
        (Filter::at_least(Level::Warning), true),
        (Filter::at_least(Level::Error), false),
        (Filter::levels([Level::Warning, Level::Info]), true),
        (Filter::levels([]), false),
        (Filter::one_of("user_id", ["x".into(), "U1".into()]), true),
        (Filter::one_of("user_id", ["u1".into()]), false),
        (Filter::one_of("status", ["503".into()]), true),
        (Filter::one_of("module", []), false),
        (Filter::between(Some(1_793_878_200_250_000), None), true),
        (Filter::between(None, Some(1_793_878_200_250_000)), false),
        (Filter::and([all.clone(), Filter::at_least(Level::Error)]), false),
        (Filter::and([]), true),
    ];
    for (filter, expected) in cases {
        assert_eq!(filter.matches(LINE.as_bytes()), expected, "{filter:?}");
    }
    assert_eq!(Filter::and([all.clone(), all.clone()]), all);
}

#[test]
fn what_is_no_record_matches_nothing() {
    for text in ["", "x", "-x", "level:>=trace", "NOT has:x"] {
        for line in ["", "\0\0\0", "[1]", "{\"seq\":1", "{\"seq\":1,\"message\":\"x\"", "x"] {
            assert!(!matches(text, line), "{text} on {line}");
        }
    }
}
