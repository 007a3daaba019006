use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tempfile::tempdir;

use super::retention::{kept, opened, plant};
use super::support::{names_in, options};
use crate::store::fs::Disk;
use crate::store::holds::Holds;
use crate::store::names::HOLDS_FILE;
use crate::store::{DirectoryOptions, Hold, HoldError, StoreReport};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn holds(root: &Path) -> Holds {
    Holds::new(root.to_owned())
}

fn place(root: &Path, name: &str, query: &str) {
    holds(root).place(Hold::query(name, "a reason", query)).unwrap();
}

/// Keeps so many segments of each family.
fn keeping(root: &Path, count: u32) -> DirectoryOptions {
    let mut options = options(root, 10_000);
    options.main.max_backups = Some(count);
    options.modules.max_backups = Some(count);
    options
}

fn removed(reports: &[StoreReport]) -> Vec<u64> {
    let seq = |report: &StoreReport| match report {
        StoreReport::Removed(removed) => Some(removed.first_seq),
        _ => None,
    };
    reports.iter().filter_map(seq).collect()
}

#[test]
fn what_a_hold_covers_stays_and_pushes_out_nothing_newer() {
    let root = tempdir().unwrap();
    for first in [10, 20, 30, 40, 50] {
        plant(root.path(), "shop.jsonl", first, 0, 0);
        plant(root.path(), "auth.log", first, 0, 0);
    }
    place(root.path(), "case-17", "seq:22");
    let (_directory, reports) = opened(keeping(root.path(), 2));
    assert_eq!(kept(root.path()), [20, 40, 50]);
    let auth = names_in(root.path()).iter().filter(|name| name.starts_with("auth.")).count();
    assert_eq!(auth, 3, "copies are held as well");
    assert_eq!(removed(&reports), [10, 30, 10, 30]);
    let told: Vec<_> = reports
        .iter()
        .filter_map(|report| match report {
            StoreReport::Held { family, held, .. } => Some((family.active(), held.clone())),
            _ => None,
        })
        .collect();
    let names: Vec<&str> = told.iter().map(|(family, _)| family.as_str()).collect();
    assert_eq!(names, ["auth.log", "shop.jsonl"]);
    for (family, held) in told {
        assert_eq!((held.segments, held.over_limits), (1, true), "{family}");
        assert!(held.bytes > 0);
        assert!(held.holds.iter().map(|name| &**name).eq(["case-17"]));
    }
}

#[test]
fn a_hold_that_is_released_keeps_nothing_any_more() {
    let root = tempdir().unwrap();
    for first in [10, 20, 30] {
        plant(root.path(), "shop.jsonl", first, 0, 0);
    }
    place(root.path(), "one", "seq:11");
    place(root.path(), "two", "seq:12..22");
    drop(opened(keeping(root.path(), 1)));
    assert_eq!(kept(root.path()), [10, 20, 30]);
    holds(root.path()).release("two").unwrap();
    drop(opened(keeping(root.path(), 1)));
    assert_eq!(kept(root.path()), [10, 30]);
    holds(root.path()).release("one").unwrap();
    assert!(!root.path().join(HOLDS_FILE).exists());
    drop(opened(keeping(root.path(), 1)));
    assert_eq!(kept(root.path()), [30]);
}

#[test]
fn a_hold_on_a_time_keeps_what_was_logged_then_however_old() {
    let root = tempdir().unwrap();
    for (first, days) in [(10, 90), (20, 60), (30, 50), (40, 1)] {
        plant(root.path(), "shop.jsonl", first, days, days);
    }
    let now = SystemTime::now();
    let hold = Hold::between("outage", "insurance", now - DAY * 70..now - DAY * 55);
    holds(root.path()).place(hold).unwrap();
    let mut options = options(root.path(), 10_000);
    options.main.max_age = Some(30 * DAY);
    let (_directory, reports) = opened(options);
    assert_eq!(kept(root.path()), [20, 40]);
    assert_eq!(removed(&reports), [10, 30]);
    let told = reports.iter().find_map(|report| match report {
        StoreReport::Held { held, .. } => Some((held.segments, held.over_limits)),
        _ => None,
    });
    assert_eq!(told, Some((1, false)), "no limit on the disk is passed by it");
}

#[test]
fn relative_times_are_counted_from_when_the_hold_was_placed() {
    let root = tempdir().unwrap();
    plant(root.path(), "shop.jsonl", 10, 10, 10);
    plant(root.path(), "shop.jsonl", 20, 0, 0);
    place(root.path(), "week", "last:7d");
    // As if it had been placed five days ago.
    let file = root.path().join(HOLDS_FILE);
    let text = fs::read_to_string(&file).unwrap();
    let created = jiff::Timestamp::try_from(SystemTime::now() - 5 * DAY).unwrap();
    let (head, rest) = text.split_once(r#""created":""#).unwrap();
    let rest = rest.split_once('"').unwrap().1;
    fs::write(&file, format!("{head}\"created\":\"{created:.6}\"{rest}")).unwrap();
    drop(opened(keeping(root.path(), 1)));
    assert_eq!(kept(root.path()), [10, 20]);
}

#[test]
fn holds_that_can_not_be_read_keep_everything_and_that_is_told() {
    for text in [
        "",
        "{",
        r#"{"version":2,"holds":[]}"#,
        r#"{"version":1,"holds":[],"more":1}"#,
        r#"{"version":1,"holds":[{"name":"a","reason":"b","created":null,"query":"a","x":1}]}"#,
        r#"{"version":1,"holds":[{"name":"a","reason":"b","created":null,"query":"level:"}]}"#,
        r#"{"version":1,"holds":[{"name":"a","reason":"b","created":null,"from":"soon","to":null}]}"#,
    ] {
        let root = tempdir().unwrap();
        for first in [10, 20] {
            plant(root.path(), "shop.jsonl", first, 0, 0);
        }
        fs::write(root.path().join(HOLDS_FILE), text).unwrap();
        let (_directory, reports) = opened(keeping(root.path(), 0));
        assert_eq!(kept(root.path()), [10, 20], "{text}");
        let is_told = |report: &StoreReport| matches!(report, StoreReport::Failed { doing, .. } if *doing == "reading the legal holds");
        assert!(reports.iter().any(is_told), "{text}: {reports:?}");
        // Nor is it written over: somebody has to look at it.
        let placed = holds(root.path()).place(Hold::query("b", "c", "d"));
        assert!(matches!(placed, Err(HoldError::File(_))), "{text}");
        assert_eq!(fs::read_to_string(root.path().join(HOLDS_FILE)).unwrap(), text);
    }
}

#[test]
fn a_segment_that_can_not_be_read_could_have_a_record_that_is_held() {
    let root = tempdir().unwrap();
    fs::write(root.path().join("shop.000000000001.jsonl.zst"), b"no frame").unwrap();
    plant(root.path(), "shop.jsonl", 10, 0, 0);
    place(root.path(), "case", "user_id:nobody");
    drop(opened(keeping(root.path(), 0)));
    assert_eq!(kept(root.path()), [1]);
}

#[test]
fn directories_beneath_are_held_by_the_same_file() {
    let root = tempdir().unwrap();
    let beneath = root.path().join("instance-1");
    fs::create_dir(&beneath).unwrap();
    for first in [10, 20, 30] {
        plant(&beneath, "shop.jsonl", first, 0, 0);
    }
    place(root.path(), "case", "seq:25");
    let (_directory, reports) = opened(keeping(root.path(), 0));
    assert_eq!(kept(&beneath), [20]);
    let instance = reports.iter().find_map(|report| match report {
        StoreReport::Held { instance, .. } => *instance,
        _ => None,
    });
    assert_eq!(instance, Some(1));
}

#[test]
fn a_hold_that_can_not_be_meant_is_refused_and_names_why() {
    let root = tempdir().unwrap();
    let now = SystemTime::now();
    let place = |hold| holds(root.path()).place(hold);
    let of = |query: &str| Hold::query("name", "reason", query);
    for (hold, wanted) in [
        (Hold::query("", "reason", "word"), "name"),
        (Hold::query(&"x".repeat(65), "reason", "word"), "name"),
        (Hold::query("a\nb", "reason", "word"), "name"),
        (Hold::query("name", " ", "word"), "reason"),
        (Hold::query("name", &"x".repeat(1_001), "word"), "reason"),
        (of(" "), "query"),
        (of("level:"), "query"),
        (of("(word"), "query"),
        (of(&"word ".repeat(10_000)), "query"),
        (Hold::between("name", "reason", ..), "from"),
        (Hold::between("name", "reason", now..now), "to"),
    ] {
        match place(hold.clone()) {
            Err(HoldError::Invalid { parameter, .. }) => assert_eq!(parameter, wanted, "{hold:?}"),
            other => panic!("{hold:?}: {other:?}"),
        }
    }
    assert!(!root.path().join(HOLDS_FILE).exists());
    place(of("word")).unwrap();
    let (again, is_new) = place(of("word")).unwrap();
    assert!(!is_new && again.created().is_some());
    assert!(matches!(place(of("other")), Err(HoldError::Exists { .. })));
    assert!(matches!(holds(root.path()).release("none"), Err(HoldError::Unknown { .. })));
}

#[test]
fn the_file_says_what_it_holds_in_plain_json_for_its_owner_only() {
    let root = tempdir().unwrap();
    let hold = |second| SystemTime::UNIX_EPOCH + Duration::from_secs(second);
    let all = [
        Hold::query("case \"17\"", "létter", "user_id:u123 \"a phrase\""),
        Hold::between("from", "why", hold(1_000_000_000)..),
        Hold::between("both", "why", hold(1_000_000_000)..=hold(1_000_000_001)),
    ];
    for hold in &all {
        holds(root.path()).place(hold.clone()).unwrap();
    }
    let file = root.path().join(HOLDS_FILE);
    let mut json: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    for hold in json["holds"].as_array_mut().unwrap() {
        let created = hold.as_object_mut().unwrap().remove("created").unwrap();
        assert!(created.as_str().unwrap().ends_with('Z'));
    }
    let (from, to) = ("2001-09-09T01:46:40.000000Z", "2001-09-09T01:46:41.000001Z");
    assert_eq!(
        json,
        serde_json::json!({"version": 1, "holds": [
            {"name": "case \"17\"", "reason": "létter", "query": "user_id:u123 \"a phrase\""},
            {"name": "from", "reason": "why", "from": from, "to": null},
            {"name": "both", "reason": "why", "from": from, "to": to},
        ]})
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let listed = holds(root.path()).list().unwrap();
    let names: Vec<&str> = listed.iter().map(Hold::name).collect();
    assert_eq!(names, ["case \"17\"", "from", "both"]);
    assert_eq!(
        listed[2].times(),
        (Some(hold(1_000_000_000)), Some(hold(1_000_000_001) + Duration::from_micros(1)))
    );
    assert!(holds(root.path()).refresh(&Disk).is_ok());
}
