use std::fs;
use std::io::Write as _;
use std::sync::Arc;
use std::thread;

use super::support::{Fixture, NEVER, PATIENCE, check, entry};
use crate::audit::entry::Entry;
use crate::audit::{AuditError, AuditFlaw, Draft, Kind};

fn kinds(fixture: &Fixture) -> Vec<String> {
    fixture.lines().iter().map(|line| Entry::parse(line.as_bytes()).unwrap().kind).collect()
}

#[test]
fn an_entry_is_in_the_file_when_its_ticket_says_so_and_the_run_is_framed() {
    let fixture = Fixture::new();
    fixture.write(7);
    let lines = fixture.lines();
    assert_eq!(lines.len(), 2);
    let first = Entry::parse(lines[0].as_bytes()).unwrap();
    assert_eq!(
        (first.seq, first.kind.as_str(), first.value("service")),
        (1, "started", Some("shop"))
    );
    let second = Entry::parse(lines[1].as_bytes()).unwrap();
    assert_eq!(second.numbers["records"], 7);
    assert!(second.value("query").unwrap().contains("größe"));
    assert!(lines[1].is_ascii() && !lines[1].contains('\u{7f}'));
    assert_eq!(fixture.trail.state().head.to_string(), format!("2:{}", second.hash));
    fixture.trail.close(PATIENCE).unwrap();
    assert_eq!(kinds(&fixture), ["started", "read", "stopped"]);
    assert_eq!(fixture.trail.append(entry(8)).wait(PATIENCE), Err(AuditError::Ended));
    assert_eq!(fixture.trail.note(entry(8)).wait(PATIENCE), Err(AuditError::Ended));
    fixture.trail.close(PATIENCE).unwrap();
    assert_eq!(fixture.lines().len(), 3);
}

#[test]
fn two_entries_that_say_the_same_commit_to_it_by_other_hashes() {
    let fixture = Fixture::new();
    fixture.write(1);
    fixture.write(1);
    let entries = fixture.lines();
    let commits: Vec<_> = entries[1..]
        .iter()
        .map(|line| Entry::parse(line.as_bytes()).unwrap().commits["principal"])
        .collect();
    assert_ne!(commits[0], commits[1], "a salt keeps an erased value from being guessed");
}

#[test]
fn fault_79_a_check_while_many_write_is_never_a_false_alarm() {
    let fixture = Fixture::new();
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let trail = Arc::clone(&fixture.trail);
            thread::spawn(move || {
                for number in 0..50 {
                    trail.append(entry(number)).wait(PATIENCE).unwrap();
                }
            })
        })
        .collect();
    let mut checks = 0;
    while checks < 1000 && (checks < 20 || writers.iter().any(|writer| !writer.is_finished())) {
        let report = fixture.trail.verify(&[]).unwrap();
        assert!(report.is_consistent(), "{report}");
        checks += 1;
    }
    for writer in writers {
        writer.join().unwrap();
    }
    let report = fixture.trail.verify(&[fixture.trail.state().head]).unwrap();
    assert_eq!((report.entries, report.anchored), (201, Some(201)));
}

#[test]
fn a_crash_leaves_a_trail_that_goes_on_and_says_that_no_end_was_written() {
    let fixture = Fixture::new();
    fixture.write(1);
    let crashed = fs::read(fixture.path()).unwrap();
    let fixture = fixture.again();
    fixture.write(2);
    fixture.trail.close(PATIENCE).unwrap();
    let report = check(&fs::read(fixture.path()).unwrap());
    assert_eq!((report.runs, report.unclean_runs), (2, 0));
    // As if the first run had been killed in the middle of a line.
    fs::write(fixture.path(), [crashed.as_slice(), b"{\"v\":1,\"seq\":3,\"timest"].concat())
        .unwrap();
    let fixture = Fixture::again(fixture);
    fixture.write(3);
    assert_eq!(kinds(&fixture), ["started", "read", "started", "disturbed", "read"]);
    let torn = Entry::parse(fixture.lines()[3].as_bytes()).unwrap();
    assert_eq!((torn.action.as_str(), torn.numbers["torn_bytes"]), ("torn", 22));
    let aside = fs::read_to_string(fixture.path().with_extension("jsonl.torn")).unwrap();
    assert!(aside.starts_with("{\"v\":1,\"seq\":3"), "{aside}");
    let report = fixture.trail.verify(&[]).unwrap();
    assert!(report.is_consistent(), "{report}");
    assert_eq!((report.runs, report.unclean_runs), (2, 1));
}

#[test]
fn a_file_that_is_removed_cut_or_written_to_while_it_is_in_use_is_told_and_stays_found_out() {
    type Deed = fn(&std::path::Path);
    let deeds: [(&str, Deed, AuditFlaw, u64); 4] = [
        ("file_removed", |path| fs::remove_file(path).unwrap(), AuditFlaw::Missing, 1),
        (
            "file_renamed",
            |path| {
                fs::copy(path, path.with_extension("copy")).unwrap();
                fs::rename(path, path.with_extension("old")).unwrap();
                fs::write(path, "").unwrap();
            },
            AuditFlaw::Missing,
            1,
        ),
        (
            "file_truncated",
            |path| {
                let text = fs::read_to_string(path).unwrap();
                let lines: Vec<&str> = text.split_inclusive('\n').collect();
                fs::OpenOptions::new()
                    .write(true)
                    .open(path)
                    .unwrap()
                    .set_len(lines[..2].concat().len() as u64)
                    .unwrap();
            },
            AuditFlaw::Missing,
            3,
        ),
        (
            "file_extended",
            |path| {
                let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
                file.write_all(b"{\"v\":1}\n").unwrap();
            },
            AuditFlaw::Inserted,
            4,
        ),
    ];
    for (cause, deed, flaw, seq) in deeds {
        let (tell, told) = std::sync::mpsc::channel();
        let fixture = Fixture::on(
            Arc::new(crate::store::Disk),
            Box::new(move |_, message, fields| {
                tell.send((message.to_owned(), fields[1].1.clone())).unwrap();
            }),
        );
        fixture.write(1);
        fixture.write(2);
        deed(&fixture.path());
        if cause != "file_extended" {
            let report = fixture.trail.verify(&[]).unwrap();
            assert!(!report.is_consistent(), "{cause}: the writer knows better: {report}");
        }
        fixture.write(3);
        let news = told.recv_timeout(PATIENCE).unwrap();
        assert_eq!(news, ("audit trail disturbed".to_owned(), cause.to_owned()));
        let report = fixture.trail.verify(&[]).unwrap();
        let finding = report.finding.unwrap();
        assert_eq!((finding.flaw, finding.seq), (flaw, seq), "{cause}: {}", finding.detail);
        let lines = fixture.lines();
        let entries: Vec<_> =
            lines.iter().filter_map(|line| Entry::parse(line.as_bytes()).ok()).collect();
        let disturbed = entries.iter().find(|entry| entry.kind == "disturbed").unwrap();
        assert_eq!((disturbed.action.as_str(), disturbed.seq), (cause, 4));
    }
}

#[test]
fn fault_29_a_link_in_the_place_of_the_trail_is_not_followed() {
    let fixture = Fixture::new();
    fixture.write(1);
    let victim = fixture.home.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    fs::remove_file(fixture.path()).unwrap();
    std::os::unix::fs::symlink(&victim, fixture.path()).unwrap();
    let error = fixture.trail.append(entry(2)).wait(PATIENCE).unwrap_err().to_string();
    assert!(error.contains("symbolic link"), "{error}");
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    assert!(!fixture.trail.state().writing);
    fs::remove_file(fixture.path()).unwrap();
    fixture.write(3);
    assert!(fixture.trail.state().writing);
    let missed = fixture.lines().iter().any(|line| line.contains("\"kind\":\"missed\""));
    assert!(missed, "{:?}", fixture.lines());
}

#[test]
fn the_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = Fixture::new();
    fixture.write(1);
    assert_eq!(fs::metadata(fixture.path()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn seals_come_by_themselves_and_a_missing_one_is_found() {
    let every = std::time::Duration::from_millis(5);
    let fixture = Fixture::sealing(every);
    while kinds(&fixture).iter().filter(|kind| *kind == "sealed").count() < 3 {
        thread::yield_now();
    }
    fixture.trail.close(PATIENCE).unwrap();
    drop(fixture);
    // A run that was asleep at the time.
    let fixture = Fixture::sealing(NEVER);
    fixture.write(1);
    fixture.trail.close(PATIENCE).unwrap();
    let lines: Vec<Entry> =
        fixture.lines().iter().map(|line| Entry::parse(line.as_bytes()).unwrap()).collect();
    let asleep = super::tampering::rewritten(&lines, |entry| {
        if entry.seq == 1 {
            entry.numbers.insert("seal_every_ms".to_owned(), 1000);
        } else {
            entry.at_ms += 2001;
        }
    });
    let finding = check(&asleep).finding.unwrap();
    assert_eq!((finding.flaw, finding.seq), (AuditFlaw::Unsealed, 2), "{}", finding.detail);
}

#[test]
fn what_is_too_long_is_cut_and_says_how_long_it_was() {
    let fixture = Fixture::new();
    let draft = Draft::new(Kind::Change, "POST holds", "success").value("query", "ä".repeat(5000));
    fixture.trail.append(draft).wait(PATIENCE).unwrap();
    let entry = Entry::parse(fixture.lines()[1].as_bytes()).unwrap();
    assert_eq!(entry.value("query").unwrap(), "ä".repeat(2048));
    assert_eq!(entry.numbers["cut_bytes"], 10_000);
}
