//! The whole store beside a writer that rotates, packs, dies and starts again.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::indexes::{self, State, state};
use super::{page, request};
use crate::query::tests::differential::ask;
use crate::query::tests::oracle::Ask;
use crate::record::arbitrary::{record, render};
use crate::store::embedded::EmbeddedStore;
use crate::store::{Directory, DirectoryOptions, Family, Limits, Order};

/// What happens to a log.
#[derive(Clone, Debug)]
enum Act {
    Write(Vec<Map<String, Value>>),
    Rotate,
    /// The sealer is waited for.
    Settle,
    /// The writer is gone without a word, and another one comes.
    Die,
    /// It ends in order, and another one comes.
    Restart,
    /// Somebody harms the indexes.
    Harm(Vec<State>),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => vec(record(), 1..12).prop_map(Act::Write),
        2 => Just(Act::Rotate),
        2 => Just(Act::Settle),
        1 => Just(Act::Die),
        1 => Just(Act::Restart),
        1 => vec(state(), 1..4).prop_map(Act::Harm),
    ]
}

/// A writer at work.
struct Writer {
    main: Family,
    directory: Directory,
}

impl Writer {
    fn new(root: &Path) -> Writer {
        let limits = Limits { max_file_size: 4_000, ..Limits::default() };
        let options = DirectoryOptions {
            root: root.to_owned(),
            service: "shop".into(),
            main: limits.clone(),
            modules: limits,
        };
        let (mut directory, _) = Directory::open(options).unwrap();
        Writer { main: directory.main().unwrap(), directory }
    }

    fn write(&mut self, record: &Map<String, Value>) -> (u64, String) {
        let seq = self.directory.next_seq();
        let line = render(seq, record);
        self.main.append(seq, format!("{line}\n").as_bytes()).unwrap();
        (seq, line)
    }
}

/// Numbers of the written records that match.
fn naive(written: &[(u64, String)], ask: &Ask) -> Vec<u64> {
    let matches = |line: &str| ask.says_yes_to(&serde_json::from_str::<Value>(line).unwrap());
    written.iter().filter(|(_, line)| matches(line)).map(|(seq, _)| *seq).collect()
}

/// All pages, oldest first whatever the order.
fn found(store: &EmbeddedStore, ask: &Ask, order: Order) -> Vec<u64> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = page(store, &request(&ask.write(), order, 4, cursor));
        assert_eq!(page.incomplete, None);
        found.extend(page.records.iter().map(|(cursor, _)| cursor.seq));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    if order == Order::NewestFirst {
        found.reverse();
    }
    found
}

fn live(root: &Path, acts: &[Act], ask: &Ask) {
    let store = EmbeddedStore::new(root.to_owned(), "shop");
    let written = Mutex::new(Vec::new());
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Asks all the while.
        scope.spawn(|| {
            while !is_done.load(Ordering::Acquire) {
                for order in [Order::OldestFirst, Order::NewestFirst] {
                    let before = naive(&written.lock().unwrap(), ask);
                    let found = found(&store, ask, order);
                    let is_each_once = found.is_sorted_by(|a, b| a < b);
                    assert!(is_each_once, "{found:?}");
                    assert!(before.iter().all(|seq| found.contains(seq)), "{found:?} {before:?}");
                }
            }
        });
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut writer = Writer::new(root);
            for act in acts {
                writer = perform(act, writer, root, &written);
                let written = written.lock().unwrap().clone();
                for order in [Order::OldestFirst, Order::NewestFirst] {
                    assert_eq!(found(&store, ask, order), naive(&written, ask), "{act:?}");
                }
            }
        }));
        is_done.store(true, Ordering::Release);
        checked.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

fn perform(
    act: &Act,
    mut writer: Writer,
    root: &Path,
    written: &Mutex<Vec<(u64, String)>>,
) -> Writer {
    match act {
        Act::Write(records) => {
            for record in records {
                let line = writer.write(record);
                writer.main.write_out().unwrap();
                written.lock().unwrap().push(line);
            }
        }
        Act::Rotate => writer.main.rotate().unwrap(),
        Act::Settle => writer.directory.wait_for_sealer(),
        Act::Die => {
            drop(writer);
            return Writer::new(root);
        }
        Act::Restart => {
            let Writer { main, mut directory } = writer;
            drop(main);
            directory.close(Instant::now() + Duration::from_secs(30)).unwrap();
            drop(directory);
            return Writer::new(root);
        }
        Act::Harm(states) => indexes::harm(root, states),
    }
    writer
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn fault_33_whatever_happens_to_the_files_each_record_is_found_once(
        acts in vec(act(), 1..14), ask in ask(),
    ) {
        let root = tempfile::tempdir().unwrap();
        live(root.path(), &acts, &ask);
    }
}
