use axum::response::sse::Event;

use super::event;
use crate::api::problem::Problem;
use crate::api::service::Api;
use crate::store::{Cursor, SearchPage};

/// Where a stream is: everything up to this record of the own directory was sent, or did not match.
///
/// The time is the end of time: searched oldest first, no other directory has anything beyond it. Only
/// the own directory's records come by the feed, and only their numbers make an order here.
pub(super) fn position(api: &Api, seq: u64) -> Cursor {
    let directory = api.own_directory().to_owned();
    Cursor { seq, timestamp: i64::MAX, directory }
}

/// The records of a page that are of the position's directory.
pub(super) fn own_records(
    page: SearchPage,
    position: &Cursor,
) -> impl Iterator<Item = (u64, String)> {
    page.records
        .into_iter()
        .filter(|(cursor, _)| cursor.directory == position.directory)
        .map(|(cursor, line)| (cursor.seq, line))
}

/// Where "now" is: at the newest record that was logged before.
pub(super) async fn newest(api: &Api) -> Result<Cursor, Problem> {
    let seq = api.ask(|reader| Ok(reader.newest_seq())).await?;
    Ok(position(api, seq))
}

/// Where a client that says it is at `cursor` really goes on, and what it missed for good.
pub(super) async fn resume(api: &Api, cursor: Cursor) -> Result<(Cursor, Option<Event>), Problem> {
    let at = position(api, cursor.seq);
    if at.directory != cursor.directory {
        let gap = event::gap(None, "this stream was of another instance; it begins anew here");
        return Ok((newest(api).await?, Some(gap)));
    }
    let from = at.clone();
    let (newest, next) =
        api.ask(move |reader| Ok((reader.newest_seq(), reader.first_after(from)?))).await?;
    if at.seq > newest {
        // The log was begun anew; waiting for its numbers to pass the old ones would hide them all.
        let gap = event::gap(Some((newest + 1, at.seq)), "these records are not in this log");
        return Ok((position(api, newest), Some(gap)));
    }
    let next = next.filter(|next| next.directory == at.directory).map(|next| next.seq);
    let gap = next.filter(|next| next.saturating_sub(at.seq) > 1).map(|next| {
        event::gap(Some((at.seq + 1, next - 1)), "these records are not stored any more")
    });
    Ok((at, gap))
}
