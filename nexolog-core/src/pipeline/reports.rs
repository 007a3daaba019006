//! The records that Nexolog writes about itself.

use tracing_core::Callsite as _;

use super::heartbeat::Beat;
use super::left_out::LeavesOut;
use super::losses::Cause;
use super::own_record::OwnRecord;
use super::trouble::{Trouble, TroubleNews};
use crate::capture::Suppression;
use crate::context::FieldValue;
use crate::record::Level;
use crate::record::timestamp::TimestampRenderer;
use crate::store::names::FamilyName;
use crate::store::{Held, Opening, Recovered, Removed, StoreReport};

/// `started`: whose log this is.
pub(super) fn started(fields: &[(&'static str, FieldValue)]) -> OwnRecord {
    let record = OwnRecord::new(Level::Info, "started");
    fields.iter().fold(record, |record, (key, value)| record.value(key, value))
}

/// `lost`: how many events are not in the files, why, between which times (microseconds since the Unix
/// epoch), and where they had got numbers, between which.
pub(super) fn lost(
    cause: Cause,
    by_level: [u64; 6],
    (from, to): (i64, i64),
    seqs: Option<(u64, u64)>,
) -> OwnRecord {
    let mut timestamps = TimestampRenderer::new();
    let record = OwnRecord::new(Level::Error, "lost")
        .number("count", by_level.iter().sum())
        .text("cause", cause.as_str())
        .by_level(by_level)
        .text("from", timestamps.render(from))
        .text("to", timestamps.render(to));
    match seqs {
        Some((first, last)) => record.number("first_seq", first).number("last_seq", last),
        None => record,
    }
}

/// Events of one callsite that were kept out of the files on purpose.
#[derive(Debug)]
pub(super) struct SuppressedNews<'a> {
    pub(super) cause: Suppression,
    pub(super) count: u64,
    pub(super) level: Level,
    pub(super) target: &'a str,
    pub(super) file: Option<&'a str>,
    pub(super) line: Option<u64>,
    /// Times of the first and the last, in microseconds since the Unix epoch.
    pub(super) from: i64,
    pub(super) to: i64,
}

/// `suppressed`: how many events of one callsite are not in the files although they were logged, and why.
pub(super) fn suppressed(news: &SuppressedNews<'_>) -> OwnRecord {
    let mut timestamps = TimestampRenderer::new();
    let mut by_level = [0; 6];
    by_level[news.level as usize] = news.count;
    let mut record = OwnRecord::new(Level::Info, "suppressed")
        .number("count", news.count)
        .text("cause", news.cause.as_str())
        .by_level(by_level)
        .text("target", news.target);
    if let Some(file) = news.file {
        record = record.text("file", file);
    }
    if let Some(line) = news.line {
        record = record.number("line", line);
    }
    record.text("from", timestamps.render(news.from)).text("to", timestamps.render(news.to))
}

/// `suppressed` for `thinned`: how many events a place in code left out by itself since its last one.
pub(super) fn left_out(place: &dyn LeavesOut, count: u64) -> OwnRecord {
    let record = OwnRecord::new(Level::Info, "suppressed")
        .number("count", count)
        .text("cause", "thinned")
        .text("operation", place.name());
    let Some((_, callsite)) = place.callsites().first() else { return record };
    let metadata = callsite.metadata();
    let record = record.text("target", metadata.target());
    match (metadata.file(), metadata.line()) {
        (Some(file), Some(line)) => record.text("file", file).number("line", line.into()),
        _ => record,
    }
}

/// `heartbeat`: what the logger has done since the last one.
pub(super) fn heartbeat(beat: &Beat) -> OwnRecord {
    OwnRecord::new(Level::Info, "heartbeat")
        .number("written", beat.since.written)
        .number("lost", beat.since.lost)
        .number("suppressed", beat.since.suppressed)
        .number("queue_peak", beat.queue_peak as u64)
        .number("queue_capacity", beat.queue_capacity as u64)
        .value("after_s", &beat.after.as_secs_f64().into())
        .value("every_s", &beat.every.as_secs_f64().into())
}

/// Modules are too many for a file each, from this one on.
pub(super) fn too_many_modules(module: &str, most: usize) -> OwnRecord {
    let what =
        "there are more modules than `max_modules` allows; further ones are written as `other`";
    OwnRecord::new(Level::Warning, what).text("first", module).number("max_modules", most as u64)
}

/// `missed`: how many lines a sink did not take; the files have them.
pub(super) fn missed(sink: &str, count: u64) -> OwnRecord {
    OwnRecord::new(Level::Warning, "missed").text("sink", sink).number("count", count)
}

/// What opening the files found.
pub(super) fn of_opening(opening: &Opening) -> Vec<OwnRecord> {
    let mut records: Vec<OwnRecord> = opening.recovered.map(recovered).into_iter().collect();
    if let Some(number) = opening.instance {
        let what = "another process writes this log directory; this one writes beneath it";
        records.push(OwnRecord::new(Level::Warning, what).number("instance", u64::from(number)));
    }
    let warnings = opening.warnings.iter().map(|text| OwnRecord::new(Level::Warning, text));
    records.extend(warnings);
    records
}

/// `clock_step`: somebody set the calendar by `micros`, `from` one time `to` another (microseconds since the Unix epoch).
/// `seq` goes on; times before and after can't be compared.
pub(super) fn clock_step(micros: i64, from: i64, to: i64) -> OwnRecord {
    let mut timestamps = TimestampRenderer::new();
    OwnRecord::new(Level::Warning, "clock_step")
        .value("step_ms", &FieldValue::Signed(micros / 1_000))
        .text("from", timestamps.render(from))
        .text("to", timestamps.render(to))
}

/// `trouble`: something that failed, and how often since it was told last.
pub(super) fn trouble(news: &TroubleNews) -> OwnRecord {
    OwnRecord::new(Level::Error, "trouble").text("what", &news.what).number("count", news.count)
}

/// `recovered`: what an unclean end of the run before left behind.
fn recovered(recovered: Recovered) -> OwnRecord {
    let record = OwnRecord::new(Level::Warning, "recovered")
        .text("what", "the last run did not end cleanly; the numbers from..=to are in no file")
        .number("torn_bytes", recovered.torn_bytes);
    match recovered.gap {
        Some((from, to)) => record.number("from", from).number("to", to),
        None => record,
    }
}

/// `removed`: how many events went with a segment that was removed on purpose, and why.
///
/// Records like this one, `lost` and `suppressed` go with old segments, too. What they told is told on by `count` (and
/// `told` says how much of it that is), and `from` goes back to where theirs did, so that the files that are left always
/// account for every event.
pub(crate) fn removed(segment: &Removed) -> OwnRecord {
    let from = segment.gone_from.unwrap_or(segment.first_seq).min(segment.first_seq);
    let record = OwnRecord::new(Level::Info, "removed")
        .account()
        .text("family", &segment.family.active())
        .number("count", segment.count.saturating_sub(segment.own) + segment.told)
        .number("own", segment.own)
        .number("told", segment.told)
        .number("from", from)
        .number("to", segment.last_seq)
        .text("cause", segment.cause.as_str())
        .number("bytes", segment.bytes);
    let record = in_instance(record, segment.instance);
    if segment.damaged { record.flag("damaged") } else { record }
}

/// `held`: segments that are due and stay, because a legal hold keeps them.
fn held(family: &FamilyName, instance: Option<u32>, held: &Held) -> OwnRecord {
    let (level, what) = if held.over_limits {
        let what = "legal holds keep segments that are due, and the files take more than their limits; release holds \
                    that are over, or give the logs more room";
        (Level::Warning, what)
    } else {
        (Level::Info, "legal holds keep segments that are due")
    };
    let holds: Vec<&str> = held.holds.iter().map(|name| &**name).collect();
    let record = OwnRecord::new(level, "held")
        .text("what", what)
        .text("family", &family.active())
        .number("segments", held.segments)
        .number("bytes", held.bytes)
        .text("holds", &holds.join(", "));
    in_instance(record, instance)
}

/// The numbers of an instance's directory are not this directory's.
fn in_instance(record: OwnRecord, instance: Option<u32>) -> OwnRecord {
    match instance {
        Some(number) => record.number("instance", u64::from(number)),
        None => record,
    }
}

/// What the store did on its own account; what merely failed is noted as trouble.
pub(super) fn of_store(report: StoreReport, trouble: &mut Trouble) -> Option<OwnRecord> {
    match report {
        StoreReport::Removed(segment) => Some(removed(&segment)),
        StoreReport::Held { family, instance, held } => Some(self::held(&family, instance, &held)),
        // Copies; after a whole directory was removed there would be one of these for each module.
        StoreReport::Reopened { family, cause, .. } if !family.is_main() => {
            let what = format!("`{}` had to be opened anew ({})", family.active(), cause.as_str());
            trouble.note("keeping a module's file in its place", &what);
            None
        }
        StoreReport::Reopened { family, cause, lines, torn_bytes, .. } => Some(
            OwnRecord::new(Level::Warning, "reopened")
                .text("family", &family.active())
                .text("cause", cause.as_str())
                .number("lines", lines)
                .number("torn_bytes", torn_bytes),
        ),
        StoreReport::Failed { doing, family: None, error } => {
            trouble.note(doing, &error);
            None
        }
        StoreReport::Failed { doing, family: Some(family), error } => {
            trouble.note(doing, &format_args!("{error} (`{}`)", family.active()));
            None
        }
    }
}
