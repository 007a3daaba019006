//! Tests of the embedded store: against naive scans, with damaged and hostile files, and beside a live writer.

mod cleanup;
#[cfg(feature = "compression")]
mod damage;
mod hostile;
mod houses;
mod indexes;
mod kept;
mod live;
mod lived;
mod looking;
mod paging;
mod planned;
mod stats;
mod sums;
#[cfg(feature = "compression")]
mod together;
mod whole;

use super::EmbeddedStore;
use crate::query::{Filter, parse};
use crate::store::{Cursor, LogStore as _, Order, SearchPage, SearchRequest, Stop};

fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_793_880_000).unwrap()
}

fn filter(text: &str) -> Filter {
    parse(text, now()).filter
}

fn request(text: &str, order: Order, limit: usize, cursor: Option<Cursor>) -> SearchRequest {
    SearchRequest { filter: filter(text), order, limit, cursor }
}

fn page(store: &EmbeddedStore, request: &SearchRequest) -> SearchPage {
    store.search(request, &Stop::default()).unwrap()
}

/// Everything that matches, in one page.
fn all(store: &EmbeddedStore, text: &str, order: Order) -> SearchPage {
    page(store, &request(text, order, usize::MAX, None))
}

fn seqs(page: &SearchPage) -> Vec<u64> {
    page.records.iter().map(|(cursor, _)| cursor.seq).collect()
}
