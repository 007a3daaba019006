use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::nexolog::Api;
use super::peer::Peer;
use super::question::ALL;
use crate::clocks;
use crate::figures::Figures;
use crate::stored::{Facts, House, Logger};

/// Resident memory in MiB of a logger on the log kept in `kept`: `rest` above the process without it, and `query`, what
/// the dearest question takes above that. To be measured in a fresh process.
pub fn memory(kept: &Path) -> Result<Figures, String> {
    let house = House::kept(kept).map_err(|error| error.to_string())?;
    let facts = Facts::read(&house.facts()).ok_or("there is no log")?;
    let mut figures = Figures::default();
    let before = clocks::resident_kib();
    let logger = Logger::open(&house.logs());
    logger.wait_until_sealed().map_err(|error| error.to_string())?;
    let rest = clocks::resident_kib();
    figures.set("rest", mebibytes(rest.saturating_sub(before)));
    let mut api = Api::new(&logger, &facts);
    let peak = peak_while(|| ALL.iter().try_for_each(|question| api.ask(*question).map(|_| ())))?;
    figures.set("query", mebibytes(peak.saturating_sub(rest)));
    drop(api);
    logger.close();
    Ok(figures)
}

/// The most that was seen while `work` ran, looking every millisecond.
fn peak_while(work: impl FnOnce() -> Result<(), String>) -> Result<u64, String> {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let looks = scope.spawn(|| {
            let mut peak = 0;
            while !over.load(Ordering::Relaxed) {
                peak = peak.max(clocks::resident_kib());
                thread::sleep(Duration::from_millis(1));
            }
            peak
        });
        let worked = work();
        over.store(true, Ordering::Relaxed);
        worked.and(looks.join().map_err(|_| "the look at memory failed".to_owned()))
    })
}

fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1_024.0
}
