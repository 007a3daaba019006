//! The shop fills its files, and any tool reads them.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::support::{lines_of, log_files, main_log, parsed, shop, until};

/// The keys that a line may begin with, in their order.
const RESERVED: [&str; 19] = [
    "seq",
    "timestamp",
    "level",
    "module",
    "message",
    "request_id",
    "trace_id",
    "span_id",
    "user_id",
    "organization_id",
    "operation",
    "outcome",
    "duration_ms",
    "error",
    "target",
    "file",
    "line",
    "thread",
    "fields",
];

#[tokio::test]
async fn the_shops_files_fill_and_every_line_passes_jq() {
    let shop = shop(&[("SHOP_TRAFFIC", "9")]);
    let files = ["shop.jsonl", "auth.log", "api.log", "error.log", "database.log", "orders.log"];
    until("the files fill", async || {
        let filled = |name| !lines_of(&shop.directory().join(name)).is_empty();
        files.into_iter().all(filled).then_some(())
    })
    .await;
    let directory = shop.close().await;
    for file in log_files(directory.path()) {
        let lines = lines_of(&file);
        let jq = Command::new("jq").args(["-c", ".seq"]).arg(&file).output().unwrap();
        assert!(jq.status.success(), "{}: {jq:?}", file.display());
        let read = String::from_utf8(jq.stdout).unwrap().lines().count();
        assert_eq!(read, lines.len(), "{}: jq reads one value a line", file.display());
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.ends_with('\n'), "{}: ends with a whole line", file.display());
    }
}

#[tokio::test]
async fn each_line_of_the_main_log_is_in_its_modules_file_and_nowhere_else() {
    let shop = shop(&[("SHOP_TRAFFIC", "9")]);
    until("the panic is logged", async || {
        let records = main_log(shop.directory());
        records.iter().any(|record| record["outcome"] == "panic").then_some(())
    })
    .await;
    let directory = shop.close().await;
    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in lines_of(&directory.path().join("shop.jsonl")) {
        let record: Value = serde_json::from_str(&line).unwrap();
        let text = |key: &str| record[key].as_str().unwrap().to_owned();
        if ["ERROR", "CRITICAL"].contains(&text("level").as_str()) {
            expected.entry("error.log".to_owned()).or_default().push(line.clone());
        }
        expected.entry(format!("{}.log", text("module"))).or_default().push(line);
    }
    let mut files = log_files(directory.path());
    files.retain(|file| file.extension().is_some_and(|it| it == "log"));
    let found: BTreeMap<String, Vec<String>> = files
        .iter()
        .map(|file| (file.file_name().unwrap().to_string_lossy().into_owned(), lines_of(file)))
        .collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn the_main_log_has_no_gap_and_keeps_the_order_of_keys() {
    let shop = shop(&[("SHOP_TRAFFIC", "3")]);
    until("the customers are gone", async || {
        let records = main_log(shop.directory());
        records.iter().any(|record| record["module"] == "traffic").then_some(())
    })
    .await;
    let directory = shop.close().await;
    let path = directory.path().join("shop.jsonl");
    let records = parsed(&path);
    let numbers: Vec<u64> = records.iter().map(|record| record["seq"].as_u64().unwrap()).collect();
    let first = numbers[0];
    assert_eq!(numbers, (first..first + numbers.len() as u64).collect::<Vec<_>>());
    let messages: Vec<&str> = records.iter().filter_map(|it| it["message"].as_str()).collect();
    assert_eq!((messages[0], messages.last()), ("started", Some(&"stopped")));
    for line in lines_of(&path) {
        let places: Vec<usize> = top_level_keys(&line)
            .iter()
            .map(|key| RESERVED.iter().position(|it| it == key).expect(key))
            .collect();
        assert!(places.is_sorted(), "{line}");
    }
}

/// The keys of an object in the order they stand in; a parsed `Value` would not keep it.
fn top_level_keys(line: &str) -> Vec<String> {
    let jq = r#"keys_unsorted | join(" ")"#;
    let mut jq = Command::new("jq")
        .args(["-r", jq])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut jq.stdin.take().unwrap(), line.as_bytes()).unwrap();
    let output = jq.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect()
}

#[tokio::test]
async fn rotated_segments_are_still_lines_that_zstdcat_reads_and_search_finds() {
    let shop = shop(&[("LOG_MAX_FILE_SIZE", "64KiB"), ("SHOP_TRAFFIC", "14")]);
    let client = shop.client();
    until("the customers are gone", async || {
        client.search("module=traffic").await.into_iter().next()
    })
    .await;
    let found = client.search("order=oldest").await;
    let directory = shop.close().await;
    let mut files = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let ending = path.extension().unwrap_or_default();
            name.starts_with("shop.") && (ending == "jsonl" || ending == "zst")
        })
        .collect::<Vec<_>>();
    // Sealed segments are named by their first number, and `shop.jsonl` comes after all of them.
    files.sort_by_key(|path| (path.ends_with("shop.jsonl"), path.clone()));
    assert!(files.len() > 2, "{files:?}");
    let mut lines = Vec::new();
    for file in files {
        let is_compressed = file.extension().is_some_and(|it| it == "zst");
        let tool = if is_compressed { "zstdcat" } else { "cat" };
        let output = Command::new(tool).arg(&file).output().unwrap();
        assert!(output.status.success(), "{}: {output:?}", file.display());
        lines.push(String::from_utf8(output.stdout).unwrap());
    }
    let records: Vec<Value> =
        lines.concat().lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let numbers: Vec<u64> = records.iter().map(|record| record["seq"].as_u64().unwrap()).collect();
    let first = numbers[0];
    assert_eq!(numbers, (first..first + numbers.len() as u64).collect::<Vec<_>>());
    assert_eq!(found, records[..found.len()]);
}
