//! Statistics from what is known of files, against a naive count of the lines that match.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;

use crate::store::embedded::EmbeddedStore;
use crate::store::index::{Builder, Place, SegmentFacts};
use crate::store::names::FamilyName;
use crate::store::rollup::Rollup;
use crate::store::rollup::tests::{oracle, records};
use crate::store::{Directory, DirectoryOptions, Limits, LogStore as _, Stats, StatsRequest, Stop};

/// What is beside a sealed segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Index {
    Good,
    Missing,
    Damaged,
    /// Without a rollup.
    Bare,
}

fn index() -> impl Strategy<Value = Index> {
    prop_oneof![4 => Just(Index::Good), 1 => Just(Index::Missing), 1 => Just(Index::Damaged), 1 => Just(Index::Bare)]
}

fn text(lines: &[String]) -> String {
    let mut text = lines.join("\n");
    if !lines.is_empty() {
        text.push('\n');
    }
    text
}

fn first_seq(lines: &[String]) -> u64 {
    serde_json::from_str::<serde_json::Value>(&lines[0]).unwrap()["seq"].as_u64().unwrap()
}

/// Writes a sealed segment, compressed where that can be, and its index.
fn seal(root: &Path, lines: &[String], index: Index) {
    let family = FamilyName::main("shop");
    let first_seq = first_seq(lines);
    let mut builder = Builder::new();
    let mut rollup = Rollup::default();
    let mut bytes = Vec::new();
    for block in lines.chunks(3) {
        let text = text(block);
        let packed = pack(&text);
        let place =
            Place { start: bytes.len() as u64, length: u32::try_from(packed.len()).unwrap() };
        builder.block(text.as_bytes(), place);
        rollup.add_text(text.as_bytes());
        bytes.extend(packed);
    }
    let is_packed = cfg!(feature = "compression");
    let name = if is_packed { family.compressed(first_seq) } else { family.sealed(first_seq) };
    fs::write(root.join(&name), bytes).unwrap();
    let facts = SegmentFacts::of(&fs::File::open(root.join(name)).unwrap(), first_seq).unwrap();
    let sections = if index == Index::Bare { Vec::new() } else { rollup.sections() };
    let mut written = builder.finish(facts, is_packed, &sections).unwrap();
    if index == Index::Damaged {
        // The rollup is the last thing in it.
        let at = written.len() - 3;
        written[at] ^= 0x55;
    }
    if index != Index::Missing {
        fs::write(root.join(family.index(first_seq).unwrap()), written).unwrap();
    }
}

#[cfg(feature = "compression")]
fn pack(text: &str) -> Vec<u8> {
    zstd::bulk::compress(text.as_bytes(), 1).unwrap()
}

#[cfg(not(feature = "compression"))]
fn pack(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn ask(store: &EmbeddedStore, text: &str, interval: Option<u64>) -> Stats {
    let request = StatsRequest { filter: super::filter(text), interval };
    store.stats(&request, &Stop::default()).unwrap()
}

/// The bars hold what matches, each its own.
fn check_timeline(stats: &Stats, lines: &[&str]) {
    let width = i64::try_from(stats.interval).unwrap();
    let mut expected = vec![[0; 6]; stats.timeline.len()];
    for line in lines {
        let tree: serde_json::Value = serde_json::from_str(line).unwrap();
        let time: jiff::Timestamp = tree["timestamp"].as_str().unwrap().parse().unwrap();
        let second = time.as_microsecond().div_euclid(1_000_000);
        let level: crate::record::Level = tree["level"].as_str().unwrap().parse().unwrap();
        let bar = (second - stats.timeline[0].start).div_euclid(width);
        expected[usize::try_from(bar).unwrap()][level as usize] += 1;
    }
    let found: Vec<[u64; 6]> = stats.timeline.iter().map(|bar| bar.by_level).collect();
    assert_eq!(found, expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn fault_36_statistics_are_those_of_the_lines_whatever_the_indexes_are(
        lines in records::lines(150),
        cuts in vec((1_usize..40, index()), 0..5),
        grows in 0_usize..40,
        text_of_filter in prop::sample::select(vec![
            "", "level:>=error", "module:api", "-module:database level:>info", "level:error module:auth,api",
            "after:2025-10-09T08:53:30Z", "before:2025-10-09T08:54:00Z module:api", "user_id:user-1", "has:error",
            "timestamp:2025-10-09T08:53:20Z..2025-10-09T12:00:00Z level:>info",
        ]),
        interval in prop_oneof![Just(None), Just(Some(60)), Just(Some(7)), Just(Some(86_400))],
    ) {
        let root = tempfile::tempdir().unwrap();
        let mut rest = lines.as_slice();
        for (count, index) in &cuts {
            let (segment, after) = rest.split_at((*count).min(rest.len()));
            if segment.is_empty() {
                break;
            }
            seal(root.path(), segment, *index);
            rest = after;
        }
        let store = EmbeddedStore::new(root.path().to_owned(), "shop");
        let filter = super::filter(text_of_filter);
        let active = root.path().join("shop.jsonl");
        // The active file is asked about as it grows, each time with what was read of it before.
        for end in [rest.len().saturating_sub(grows), rest.len(), rest.len()] {
            fs::write(&active, text(&rest[..end])).unwrap();
            let hidden = rest.len() - end;
            let visible = lines[..lines.len() - hidden].iter();
            let matching: Vec<&str> =
                visible.filter(|line| filter.matches(line.as_bytes())).map(String::as_str).collect();
            let stats = ask(&store, text_of_filter, interval);
            oracle::check(&stats, matching.iter().copied());
            check_timeline(&stats, &matching);
        }
    }
}

fn lines(from: u64, to: u64) -> Vec<String> {
    (from..to)
        .map(|seq| super::houses::line(seq, 0, "INFO", "api", ",\"user_id\":\"u\"").1)
        .collect()
}

#[test]
fn what_is_known_of_a_sealed_segment_is_not_read_again() {
    let root = tempfile::tempdir().unwrap();
    seal(root.path(), &lines(1, 100), Index::Good);
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    for text in
        ["", "module:api", "level:info", "module:auth", "after:2030-01-01", "level:info module:api"]
    {
        let stats = ask(&store, text, None);
        assert_eq!(stats.scanned, 0, "{text}");
        let expected = if text.contains("auth") || text.contains("2030") { 0 } else { 99 };
        assert_eq!(stats.total, expected, "{text}");
    }
    assert_eq!(ask(&store, "user_id:u", None).scanned, 99);
}

#[test]
fn of_the_active_file_only_what_is_new_is_read() {
    let root = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    let active = root.path().join("shop.jsonl");
    fs::write(&active, text(&lines(1, 50))).unwrap();
    let scanned = |text| ask(&store, text, None).scanned;
    assert_eq!((scanned(""), scanned(""), scanned("module:api")), (49, 0, 0));
    let mut file = fs::OpenOptions::new().append(true).open(&active).unwrap();
    // Half a line is none yet.
    write!(file, "{}{}", text(&lines(50, 60)), &lines(60, 61)[0][..20]).unwrap();
    let stats = ask(&store, "", None);
    assert_eq!((stats.scanned, stats.total, stats.incomplete), (10, 59, None));
    writeln!(file, "{}", &lines(60, 61)[0][20..]).unwrap();
    let stats = ask(&store, "", None);
    assert_eq!((stats.scanned, stats.total, stats.incomplete), (1, 60, None));
}

#[test]
fn an_active_file_that_was_cut_or_replaced_is_counted_anew() {
    let root = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    let active = root.path().join("shop.jsonl");
    let total = || ask(&store, "", None).total;
    fs::write(&active, text(&lines(1, 50))).unwrap();
    assert_eq!(total(), 49);
    // The same file, cut; then longer again, with other lines.
    fs::OpenOptions::new().write(true).open(&active).unwrap().set_len(0).unwrap();
    assert_eq!(total(), 0);
    fs::write(&active, text(&lines(1_000, 1_100))).unwrap();
    assert_eq!(total(), 100);
    // Another file of that name, of the same length and more.
    fs::write(root.path().join("other"), text(&lines(2_000, 2_300))).unwrap();
    fs::rename(root.path().join("other"), &active).unwrap();
    assert_eq!(total(), 300);
    // Sealed, without an index, and a new one begun.
    fs::rename(&active, root.path().join("shop.000000002000.jsonl")).unwrap();
    fs::write(&active, text(&lines(2_300, 2_310))).unwrap();
    assert_eq!(total(), 310);
}

#[test]
fn lines_that_are_none_are_told_of_without_being_read_again() {
    let root = tempfile::tempdir().unwrap();
    let long = "x".repeat(super::super::LONGEST_LINE + 1);
    let odd = [String::from("{\"seq\":3,"), long, String::from("nonsense")];
    let all = [lines(1, 3), odd.to_vec(), lines(4, 6)].concat();
    seal(root.path(), &all, Index::Good);
    fs::write(root.path().join("shop.jsonl"), text(&all[3..])).unwrap();
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    let first = ask(&store, "", None);
    assert_eq!((first.total, first.scanned), (6, 2));
    assert_eq!(first.incomplete.as_deref(), Some("2 lines too long; 3 lines damaged"));
    let second = ask(&store, "", None);
    assert_eq!((second.total, second.scanned), (6, 0));
    assert_eq!(first.incomplete, second.incomplete);
    fs::remove_file(root.path().join(FamilyName::main("shop").index(1).unwrap())).unwrap();
    let read = ask(&store, "", None);
    assert_eq!((read.total, read.incomplete), (6, second.incomplete));
}

#[test]
fn a_directory_more_than_are_followed_is_still_answered_for() {
    let root = tempfile::tempdir().unwrap();
    for number in 0..12 {
        let path = root.path().join(format!("instance-{}", number + 1));
        fs::create_dir(&path).unwrap();
        fs::write(path.join("shop.jsonl"), text(&lines(1, 11))).unwrap();
    }
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    for _ in 0..3 {
        let stats = ask(&store, "", None);
        assert_eq!((stats.total, stats.incomplete), (120, None));
    }
}

#[test]
fn fault_33_statistics_beside_a_writer_count_every_record_once() {
    let root = tempfile::tempdir().unwrap();
    let limits =
        Limits { max_file_size: 4_000, max_backups: None, max_age: None, max_total_size: None };
    let options = DirectoryOptions {
        root: root.path().to_owned(),
        service: "shop".into(),
        main: limits.clone(),
        modules: limits,
    };
    let (mut directory, _) = Directory::open(options).unwrap();
    let mut main = directory.main().unwrap();
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    let written = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut total = 0;
            while total < 2_000 {
                let before = written.load(Ordering::Acquire);
                let stats = ask(&store, "", None);
                assert!(stats.total >= before.max(total), "{} of {before}", stats.total);
                assert_eq!(stats.incomplete, None);
                let in_bars: u64 = stats.timeline.iter().flat_map(|bar| bar.by_level).sum();
                let in_modules: u64 = stats.by_module.iter().map(|module| module.count).sum();
                assert_eq!((in_modules, in_bars), (stats.total, stats.total));
                total = stats.total;
            }
            total
        });
        for _ in 0..2_000 {
            let seq = directory.next_seq();
            let at = i64::try_from(seq).unwrap();
            let (_, text) = super::houses::line(seq, at, "INFO", "auth", ",\"user_id\":\"u\"");
            main.append(seq, format!("{text}\n").as_bytes()).unwrap();
            main.write_out().unwrap();
            written.fetch_add(1, Ordering::Release);
        }
        assert_eq!(reader.join().unwrap(), 2_000);
    });
    directory.wait_for_sealer();
    // Another reader knows nothing yet but what is in the indexes.
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    let stats = ask(&store, "", None);
    assert_eq!((stats.total, stats.users.active_users), (2_000, 1));
    assert!(stats.scanned < 60, "only the active file is read: {}", stats.scanned);
    assert_eq!(ask(&store, "module:auth", None).scanned, 0);
    directory.close(Instant::now() + Duration::from_secs(10)).ok();
}

#[test]
fn what_retention_took_is_in_the_sum_no_longer() {
    let root = tempfile::tempdir().unwrap();
    seal(root.path(), &lines(1, 100), Index::Good);
    seal(root.path(), &lines(100, 130), Index::Good);
    let store = EmbeddedStore::new(root.path().to_owned(), "shop");
    assert_eq!(ask(&store, "", None).total, 129);
    let family = FamilyName::main("shop");
    let packed = cfg!(feature = "compression");
    let name = if packed { family.compressed(1) } else { family.sealed(1) };
    fs::remove_file(root.path().join(name)).unwrap();
    let stats = ask(&store, "", None);
    assert_eq!((stats.total, stats.incomplete), (30, None));
    seal(root.path(), &lines(130, 140), Index::Good);
    assert_eq!(ask(&store, "", None).total, 40);
}
