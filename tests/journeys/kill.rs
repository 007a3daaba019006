//! SIGKILL in mid traffic, and the start after it.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use nexolog::{Console, Nexolog};
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;

use crate::support::{ADMIN, Client, Shop, access, main_log, serve, shop, until};

/// Names the log directory to the process that is to be killed.
const DIRECTORY: &str = "NEXOLOG_JOURNEY_KILLED";

/// How many lines a flush confirms.
const BATCH: u64 = 25;

/// The child of the test below: it logs without end, and says on standard output what a flush confirmed.
#[test]
#[ignore = "runs until it is killed; the test below starts it"]
fn logs_until_it_is_killed() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let logs = Nexolog::builder("shop").directory(directory).console(Console::Off).build().unwrap();
    let subscriber = tracing_subscriber::registry().with(logs.layer());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..3_u64 {
            let logs = logs.clone();
            scope.spawn(move || {
                for number in 1_u64.. {
                    tracing::info!(module = "orders", thread, number, "counted");
                    if number % BATCH == 0 {
                        logs.flush().unwrap();
                        // The test harness holds `print!` back, and half a line would be misread.
                        let line = format!("\nconfirmed {thread} {number}\n");
                        std::io::stdout().write_all(line.as_bytes()).unwrap();
                    }
                }
            });
        }
    });
}

/// Runs the child until it has confirmed so many batches, kills it, and tells the last number that was
/// confirmed of each thread.
fn killed_after(batches: usize, directory: &Path) -> [u64; 3] {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::logs_until_it_is_killed", "--ignored", "--nocapture"])
        .env(DIRECTORY, directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut confirmed = [0; 3];
    let mut seen = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
        let Some(confirmation) = line.strip_prefix("confirmed ") else { continue };
        let (thread, number) = confirmation.split_once(' ').unwrap();
        confirmed[thread.parse::<usize>().unwrap()] = number.parse().unwrap();
        seen += 1;
        if seen == batches {
            // SIGKILL; what the child said until then is still read.
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(seen >= batches, "the child ended early");
    confirmed
}

fn numbers_of(thread: u64, records: &[Value]) -> Vec<u64> {
    let of_thread = records.iter().filter(|it| it["fields"]["thread"] == thread);
    of_thread.map(|record| record["fields"]["number"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn fault_01_after_sigkill_no_confirmed_line_is_lost_and_search_works() {
    let directory = tempfile::tempdir().unwrap();
    for round in 0..4 {
        let directory = directory.path().join(round.to_string());
        let confirmed = killed_after(20 + round * 13, &directory);
        // SIGKILL seldom tears a line, a machine that stops does.
        let mut file = OpenOptions::new().append(true).open(directory.join("shop.jsonl")).unwrap();
        file.write_all(br#"{"seq":999,"timestamp":"2026-"#).unwrap();

        let builder = Nexolog::builder("shop").directory(&directory).console(Console::Off);
        let logs = builder.build().unwrap();
        let client = Client::admin(serve(logs.routes(access())).await);
        let found = client.search("module=orders&order=oldest").await;
        for thread in 0..3 {
            let numbers = numbers_of(thread, &found);
            let expected: Vec<u64> = (1..=numbers.len() as u64).collect();
            assert_eq!(numbers, expected, "each line once, in order, none missing in between");
            assert!(numbers.len() as u64 >= confirmed[usize::try_from(thread).unwrap()]);
        }
        let recovered = client.search("module=nexolog&q=message:recovered").await;
        assert_eq!(recovered.len(), 1, "{recovered:?}");
        let seqs: Vec<u64> = client
            .search("order=oldest")
            .await
            .iter()
            .map(|it| it["seq"].as_u64().unwrap())
            .collect();
        assert!(seqs.is_sorted_by(|one, other| one < other), "no number is given twice");
        logs.shutdown().unwrap();
        assert!(main_log(&directory).len() >= found.len(), "every line of the file can be parsed");
        let torn: Vec<String> = std::fs::read_dir(&directory)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_string_lossy().contains(".torn"))
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect();
        assert!(
            torn.iter().any(|text| text.contains(r#"{"seq":999,"timestamp":"2026-"#)),
            "{torn:?}"
        );
    }
}

#[tokio::test]
async fn a_shop_that_was_killed_in_mid_traffic_opens_again_and_finds_its_lines() {
    let shop = shop(&[("SHOP_TRAFFIC", "100")]);
    let client = shop.client();
    // What a search has shown was written.
    let shown = until("there is something to lose", async || {
        let found = client.search("q=NOT module:nexolog").await;
        (found.len() > 60).then_some(found)
    })
    .await;
    let directory = shop.kill().await;

    let shop = Shop::open(directory, &[]);
    let again = shop.client();
    let newest = shown[0]["seq"].as_u64().unwrap();
    let found = again.search(&format!("q=NOT module:nexolog seq:<={newest}")).await;
    assert_eq!(found, shown);
    let starts = again.search("module=nexolog&q=message:started").await;
    assert_eq!(starts.len(), 2);
    let told = again.with_token(Some(ADMIN)).json("/api/v1/logs/health").await;
    assert_eq!(told["writing"], true);
}
