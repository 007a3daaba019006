//! How well message patterns are found in the logs of systems that nobody tuned for, and how fast; beside drain3.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --bin patterns -- DIRECTORY [PYTHON]`, with CSV files of the
//! collection "loghub" in the directory, and a Python that has the package `drain3` unless only Nexolog is to be measured.

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use nexolog::PatternMiner;
use nexolog_benches::mining::System;

const DRAIN3: &str = include_str!("../../peers/drain3_peer.py");

/// So often all messages are given to the miner again, once it knows them.
const ROUNDS: usize = 20;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let Some(directory) = words.next() else {
        eprintln!("say where the CSV files are: patterns DIRECTORY [PYTHON]");
        return ExitCode::FAILURE;
    };
    match measure(Path::new(&directory), words.next().as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// What a miner reached on one system.
struct Reached {
    accuracy: f64,
    groups: usize,
    lines_a_second: f64,
}

fn measure(directory: &Path, python: Option<&str>) -> Result<(), String> {
    let systems = System::read_all(directory).map_err(|error| error.to_string())?;
    println!(
        "| system | true groups | accuracy | groups | thousand lines a second | drain3: accuracy | groups | thousand lines a second |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for system in &systems {
        let here = nexolog(system);
        let peer = python.map(|python| drain3(system, python)).transpose()?;
        let mut groups: Vec<&String> = system.groups.iter().collect();
        groups.sort();
        groups.dedup();
        print!("| {} | {} | {}", system.name, groups.len(), cells(&here));
        println!(" | {} |", peer.as_ref().map_or("– | – | –".to_owned(), cells));
        ours.push(here.accuracy);
        theirs.extend(peer.map(|peer| peer.accuracy));
    }
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len().max(1) as f64;
    println!("| mean | | {:.3} | | | {:.3} | | |", mean(&ours), mean(&theirs));
    Ok(())
}

fn cells(reached: &Reached) -> String {
    let Reached { accuracy, groups, lines_a_second } = reached;
    format!("{accuracy:.3} | {groups} | {:.0}", lines_a_second / 1_000.0)
}

fn nexolog(system: &System) -> Reached {
    let mut miner = PatternMiner::new();
    let keys: Vec<_> = system.messages.iter().map(|message| miner.add(message)).collect();
    let found: Vec<_> = keys
        .iter()
        .map(|key| key.and_then(|key| miner.pattern_of(key)).map(nexolog::Pattern::id))
        .collect();
    let groups = miner.patterns().len();
    let started = Instant::now();
    for message in (0..ROUNDS).flat_map(|_| &system.messages) {
        miner.add(message);
    }
    let lines = (ROUNDS * system.messages.len()) as f64;
    let lines_a_second = lines / started.elapsed().as_secs_f64();
    Reached { accuracy: system.accuracy(&found), groups, lines_a_second }
}

fn drain3(system: &System, python: &str) -> Result<Reached, String> {
    let mut child = Command::new(python)
        .args(["-c", DRAIN3])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{python}: {error}"))?;
    let text: String = system.messages.iter().flat_map(|message| [message, "\n"]).collect();
    let mut input = child.stdin.take().ok_or("no pipe to Python")?;
    let writing = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    writing.join().map_err(|_| "the writer panicked")?.map_err(|error| error.to_string())?;
    let output = String::from_utf8_lossy(&output.stdout);
    let mut found: Vec<&str> = output.lines().collect();
    let seconds = found.pop().and_then(|line| line.strip_prefix("seconds ")?.parse::<f64>().ok());
    let seconds =
        seconds.ok_or("drain3 said nothing; it needs the package (`pip install drain3`)")?;
    let mut groups = found.clone();
    groups.sort_unstable();
    groups.dedup();
    let lines_a_second = system.messages.len() as f64 / seconds;
    Ok(Reached { accuracy: system.accuracy(&found), groups: groups.len(), lines_a_second })
}
