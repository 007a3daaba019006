//! Places of the user's own beside the files.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::support::logged;
use nexolog_core::{LineBatch, Sink};

/// Passes lines on.
struct Channel(Sender<String>);

impl Sink for Channel {
    fn write(&mut self, batch: &LineBatch) -> io::Result<()> {
        batch
            .lines()
            .try_for_each(|(_, line)| self.0.send(line.to_owned()))
            .map_err(io::Error::other)
    }
}

/// Blocks until its other end is dropped.
struct Blocks(Receiver<()>);

impl Sink for Blocks {
    fn write(&mut self, _: &LineBatch) -> io::Result<()> {
        let _ = self.0.recv();
        Ok(())
    }
}

struct Panics;

impl Sink for Panics {
    fn write(&mut self, _: &LineBatch) -> io::Result<()> {
        panic!("no place for lines")
    }
}

#[test]
fn a_sink_gets_the_lines_of_the_main_log_in_their_order() {
    let (sender, receiver) = channel();
    let all = logged(
        |builder| builder.sink("channel", Channel(sender)),
        |_| (0..100).for_each(|number| tracing::info!(number, "line")),
    );
    let text = std::fs::read_to_string(all.directory.path().join("shop.jsonl")).unwrap();
    assert_eq!(receiver.iter().collect::<Vec<_>>(), text.lines().collect::<Vec<_>>());
}

#[test]
fn fault_89_a_sink_that_blocks_or_panics_is_counted_and_holds_back_nobody() {
    const BATCHES: u64 = 100;
    let (release, blocked) = channel();
    let all = logged(
        |builder| builder.sink("blocks", Blocks(blocked)).sink("panics", Panics),
        |logs| {
            for number in 0..BATCHES {
                tracing::info!(number, "line");
                logs.flush().unwrap();
            }
            drop(release);
        },
    );
    assert_eq!(all.records().len() as u64, BATCHES);
    let missed = all.logs.counters().missed;
    assert_eq!(missed.iter().map(|(sink, _)| *sink).collect::<Vec<_>>(), ["blocks", "panics"]);
    assert!(missed.iter().all(|(_, count)| *count > 0), "{missed:?}");
    let told = all.file("nexolog.log").into_iter().filter(|record| record["message"] == "missed");
    assert!(told.map(|record| record["fields"]["sink"].clone()).any(|sink| sink == "panics"));
}
