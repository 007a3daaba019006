use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use nexolog_core::Nexolog;

use crate::child;
use crate::ledger::{self, Ledger};
use crate::support::logged;

fn is_trouble(record: &serde_json::Value) -> bool {
    record["message"] == "trouble"
}

#[test]
fn fault_29_a_link_in_the_place_of_the_main_log_stops_the_start_and_its_victim_is_untouched() {
    for name in ["shop.jsonl", "nexolog.lock"] {
        let root = tempfile::tempdir().unwrap();
        let victim = root.path().join("victim");
        fs::write(&victim, b"precious").unwrap();
        let directory = root.path().join("logs");
        fs::create_dir(&directory).unwrap();
        symlink(&victim, directory.join(name)).unwrap();
        let refused = Nexolog::builder("shop").directory(&directory).build().unwrap_err();
        assert!(refused.to_string().contains("symbolic link"), "{name}: {refused}");
        assert_eq!(fs::read(&victim).unwrap(), b"precious");
    }
}

#[test]
fn fault_29_links_at_a_module_and_at_a_rotated_name_are_not_followed_and_nothing_is_lost() {
    let root = tempfile::tempdir().unwrap();
    let victim = root.path().join("victim");
    fs::write(&victim, b"precious").unwrap();
    let all = logged(
        |builder| builder.max_file_size(64 << 10),
        |logs| {
            for name in [
                "work.log",
                "error.log",
                "shop.000000000001.jsonl",
                "shop.000000000001.jsonl.zst",
                "shop.000000000001.jsonl.zst.tmp",
            ] {
                symlink(&victim, logs.directory().join(name)).unwrap();
            }
            for number in 0..300 {
                let padding = "x".repeat(300);
                tracing::info!(module = "work", number, padding, "a line");
                tracing::error!(module = "work", number, "an error");
            }
        },
    );
    assert_eq!(fs::read(&victim).unwrap(), b"precious");
    let records = ledger::main_log(all.directory.path());
    assert_eq!(Ledger::of(&records), Ledger { present: 600, lost: 0, removed: 0, suppressed: 0 });
    let told = records.iter().find(|record| is_trouble(record)).unwrap();
    assert!(told["fields"]["what"].as_str().unwrap().contains("symbolic link"), "{told}");
}

#[test]
fn fault_30_pipes_and_directories_in_the_place_of_files_hold_nobody_up() {
    let pipe = |path: &Path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    let root = tempfile::tempdir().unwrap();
    pipe(&root.path().join("shop.jsonl"));
    let refused = Nexolog::builder("shop").directory(root.path()).build().unwrap_err();
    assert!(refused.to_string().contains("in the place of a log file"), "{refused}");

    let all = logged(
        |builder| builder,
        |logs| {
            pipe(&logs.directory().join("work.log"));
            fs::create_dir(logs.directory().join("other.log")).unwrap();
            for number in 0..100 {
                tracing::info!(module = "work", number, "a line");
                tracing::info!(module = "other", number, "a line");
            }
        },
    );
    let records = ledger::main_log(all.directory.path());
    assert_eq!(Ledger::of(&records), Ledger { present: 200, lost: 0, removed: 0, suppressed: 0 });
    assert!(records.iter().any(is_trouble), "{records:#?}");
}

#[test]
#[ignore = "a child of the test below"]
fn writes_under_an_umask() {
    if !child::is("faults::planted::writes_under_an_umask") {
        return;
    }
    let logs = child::builder().max_file_size(64 << 10).install().unwrap();
    for number in 0..500 {
        tracing::info!(module = "work", number, padding = "x".repeat(300), "a line");
        tracing::error!(module = "work", number, "an error");
    }
    logs.shutdown().unwrap();
    std::process::exit(0);
}

#[test]
fn fault_31_nobody_else_may_read_the_logs_whatever_the_umask() {
    for umask in ["000", "077"] {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("logs");
        let child = child::command("faults::planted::writes_under_an_umask", &directory);
        let mut shell = Command::new("sh");
        shell.args(["-c", "umask $0 && exec \"$@\"", umask]);
        shell.arg(child.get_program()).args(child.get_args());
        let variables = child.get_envs().filter_map(|(name, value)| Some((name, value?)));
        assert!(shell.envs(variables).output().unwrap().status.success());
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&directory), 0o700);
        let names = ledger::names(&directory);
        assert!(names.len() > 6, "{names:?}");
        for name in names {
            assert_eq!(mode(&directory.join(&name)), 0o600, "{name} under umask {umask}");
        }
    }
}

#[test]
fn fault_32_files_keep_to_their_size_and_no_record_is_split_or_lost_at_the_edge() {
    const LIMIT: usize = 64 << 10;
    let all = logged(
        |builder| builder.max_file_size(LIMIT as u64),
        |_| {
            for number in 0..400_usize {
                // Lengths of all kinds, so that lines end right before, at and behind the edge.
                let padding = "x".repeat(number * 7_919 % 15_000);
                tracing::info!(module = "work", number, padding, "a line");
            }
        },
    );
    let directory = all.directory.path();
    let records = ledger::main_log(directory);
    assert_eq!(Ledger::of(&records), Ledger { present: 400, lost: 0, removed: 0, suppressed: 0 });
    let seqs = ledger::seqs(&records);
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
    let mut files = 0;
    let names = ledger::names(directory);
    // The audit trail is a file of another kind: it has a format of its own, and no segments.
    let is_segment = |name: &&String| name.starts_with("shop.") && name.contains(".jsonl");
    for name in names.iter().filter(is_segment) {
        let path = directory.join(name);
        let text = Command::new("zstd").args(["-dcf"]).arg(&path).output().unwrap().stdout;
        assert!((1..=LIMIT).contains(&text.len()), "{name} has {} bytes", text.len());
        assert_eq!(ledger::records(&path)[0]["message"], "started", "{name} says whose it is");
        files += 1;
    }
    assert!(files > 40, "{files} files");
}
