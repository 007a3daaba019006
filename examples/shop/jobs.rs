use std::num::ParseIntError;
use std::time::Duration;

use nexolog::{logged, service};
use thiserror::Error;
use tokio::time::{MissedTickBehavior, interval};
use tracing::Instrument;

use crate::closing::Closing;
use crate::shop::Shop;

const EVERY: Duration = Duration::from_secs(10);

/// What the supplier sends, in turn. The second list was typed by hand.
const LISTS: [&str; 3] =
    ["tea-green 20\ntea-black 20", "cup-blue 1O\ntea-green 20", "kettle 2\npot-iron 4\ncup-blue 6"];

#[derive(Debug, Error)]
enum RestockError {
    #[error("the supplier's list can't be used")]
    List(#[from] LineError),
}

#[derive(Debug, Error)]
enum LineError {
    #[error("line {0} has no quantity")]
    Incomplete(usize),
    #[error("the quantity in line {line} is no number")]
    Quantity { line: usize, source: ParseIntError },
}

/// Fills the shelves again and again, until the shop closes.
pub(crate) async fn run(shop: Shop, closing: Closing) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for (run, list) in (1_u64..).zip(LISTS.into_iter().cycle()) {
        tokio::select! {
            _ = ticks.tick() => {}
            () = closing.clone().wait() => return,
        }
        // The fields of a span are on every line inside of it.
        let span = tracing::info_span!("job", job = "restock", run);
        // A failed run is logged by `restock`; the next one may do better.
        drop(restock(&shop, list).instrument(span).await);
    }
}

#[logged(module = "scheduler", ret)]
async fn restock(shop: &Shop, list: &str) -> Result<usize, RestockError> {
    let delivery = read(list)?;
    for (sku, quantity) in &delivery {
        match shop.database.put(sku, *quantity).await {
            Some(stock) => tracing::info!(sku, quantity, stock, "shelf filled"),
            // Code that knows only the `log` crate is heard as well.
            None => log::warn!("the supplier delivers {sku}, which we do not sell"),
        }
    }
    Ok(delivery.len())
}

/// A part of a function is timed as an operation; what it returns says how it went.
fn read(list: &str) -> Result<Vec<(&str, u32)>, LineError> {
    service().operation("scheduler", "read_list").run(|op| {
        op.records(list.lines().count());
        let rows = list.lines().enumerate();
        rows.map(|(index, row)| {
            let line = index + 1;
            let (sku, quantity) = row.split_once(' ').ok_or(LineError::Incomplete(line))?;
            let quantity =
                quantity.parse().map_err(|source| LineError::Quantity { line, source })?;
            Ok((sku, quantity))
        })
        .collect()
    })
}
