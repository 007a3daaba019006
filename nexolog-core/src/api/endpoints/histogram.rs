use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Call;
use crate::api::answer::Answer;
use crate::api::openapi::{Gives, Kind, Operation, Parameter, Schema, level_counts, warnings};
use crate::api::problem::Problem;
use crate::api::reach::{Forced, Reader, Whole};
use crate::api::request::{FILTERS, Params, parse_width, rfc3339};
use crate::api::service::Api;
use crate::query::Times;
use crate::record::Level;
use crate::store::{Bar, Histogram, Order};

/// Bars when nobody says how many.
const DEFAULT_BARS: u64 = 100;
/// More bars than any screen has columns would only cost memory.
const MOST_BARS: u64 = 2_000;

const DAY: u64 = 24 * 3_600 * 1_000_000;

/// Widths in microseconds that people know: of those of a second and more, counts are kept with the files.
const WIDTHS: [u64; 19] = {
    const MS: u64 = 1_000;
    const S: u64 = 1_000 * MS;
    const H: u64 = 3_600 * S;
    [
        MS,
        5 * MS,
        10 * MS,
        50 * MS,
        100 * MS,
        500 * MS,
        S,
        5 * S,
        10 * S,
        30 * S,
        60 * S,
        300 * S,
        600 * S,
        1_800 * S,
        H,
        3 * H,
        6 * H,
        12 * H,
        DAY,
    ]
};

pub(in crate::api) static HISTOGRAM: Operation = Operation {
    id: "histogram",
    summary: "How many records match over time, by level",
    about: "Bars begin at multiples of their width since 1970 and follow each other without gaps. It takes `interval` or `bars`, not both.",
    query: &[
        FILTERS,
        &[
            Parameter::new("interval", Kind::Width, "5m", "How long a bar is."),
            Parameter::new(
                "bars",
                Kind::Number(2, MOST_BARS),
                "50",
                "Most bars; 100 when nothing is said of them.",
            ),
        ],
    ],
    gives: &[Gives::Json(bars)],
    ..Operation::NEW
};

fn bars() -> Schema {
    let bar = [("at", Schema::time().or_null()), ("counts", level_counts())];
    Schema::answer([
        ("from", Schema::time().or_null()),
        ("to", Schema::time().or_null()),
        ("interval_ms", Schema::number(300_000.0).about("How long a bar is.")),
        ("bars", Schema::list(Schema::object(bar))),
        ("total", Schema::count(6)),
        ("exact", Schema::flag(true).about("Whether all of it was looked at.")),
        ("scanned", Schema::count(0).about("Lines that were looked at.")),
        ("warnings", warnings()),
    ])
}

/// `GET histogram`: how many records match over time, by level.
///
/// ```json
/// {"from": "2026-11-23T10:00:00.000000Z", "to": "2026-11-23T11:00:00.000000Z", "interval_ms": 60000,
///  "bars": [{"at": "2026-11-23T10:00:00.000000Z", "counts": {"TRACE": 0, "DEBUG": 0, "INFO": 12, "WARNING": 0, "ERROR": 1, "CRITICAL": 0}}],
///  "total": 13, "exact": true, "scanned": 0, "warnings": [], "complete": true, "took_ms": 1.2}
/// ```
///
/// `interval` (`500ms`, `30s`, `5m`, `1h`, `1d`) is the width of a bar, or `bars` (100) says how many there may be. Bars begin at multiples of the
/// width since 1970 and follow each other without gaps; the first and the last may reach beyond `from` and `to`, which are what was asked
/// for, or else the time of the oldest record and now. Counts are exact; where `complete` is false they are of what was looked at.
pub(in crate::api) async fn histogram(api: &Api, call: Call) -> Result<Response, Problem> {
    let params = call.params()?;
    let now = Timestamp::now();
    let question = call.question(&params, now)?;
    let warnings = question.warnings();
    let wanted = wanted(&params)?;
    let whole = call.reach().whole();
    let (range, histogram) = api
        .ask(move |reader| {
            let range = range(reader, &question.filter, whole, now.as_microsecond())?;
            let width = wanted.width(range)?;
            Ok((range, reader.histogram(&question.filter, width)?))
        })
        .await?;
    Ok(answer(range, &histogram, warnings).finish(call.started))
}

/// What was asked of the bars.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    /// A width in microseconds.
    Width(u64),
    /// At most so many.
    Bars(u64),
}

fn wanted(params: &Params) -> Result<Wanted, Problem> {
    let bars = params.number("bars", 2..=MOST_BARS)?;
    let Some(value) = params.one("interval")? else {
        return Ok(Wanted::Bars(bars.unwrap_or(DEFAULT_BARS)));
    };
    if bars.is_some() {
        return Err(Problem::bad_parameter("interval", value, "nothing where `bars` is given"));
    }
    match parse_width(value) {
        Some(width @ 1..) => Ok(Wanted::Width(width)),
        _ => Err(Problem::bad_parameter(
            "interval",
            value,
            "a length of time of at least a millisecond, such as 500ms, 30s, 5m, 1h or 1d",
        )),
    }
}

impl Wanted {
    /// The width of bars over a range, in microseconds.
    fn width(self, (from, to): (i64, i64)) -> Result<u64, Problem> {
        let long = to.abs_diff(from);
        match self {
            Wanted::Width(width) if long / width < MOST_BARS => Ok(width),
            Wanted::Width(width) => {
                let least = long.div_ceil(MOST_BARS - 1).div_ceil(1_000);
                Err(Problem::bad_parameter(
                    "interval",
                    &format!("{}ms", width / 1_000),
                    &format!("at least {least}ms for this range of time"),
                ))
            }
            Wanted::Bars(bars) => {
                let days = (1..40).map(|doubled| DAY << doubled);
                // A range that begins within a bar takes one more, so one bar alone is none.
                let fits = |width: &u64| bars_of(from, to, *width) <= bars;
                Ok(WIDTHS.into_iter().chain(days).find(fits).unwrap_or(DAY))
            }
        }
    }
}

/// The time that bars are to show.
fn range(
    reader: &Reader<'_>,
    filter: &Forced,
    whole: Option<Whole>,
    now: i64,
) -> Result<(i64, i64), Problem> {
    let Times { from, to } = filter.times();
    let from = match (from, whole) {
        (Some(from), _) => Some(from),
        (None, Some(whole)) => reader.storage(whole)?.oldest,
        // Who sees a part of the log is not told when the rest begins.
        (None, None) => {
            let first = reader.search(filter, Order::OldestFirst, 1, None)?.records;
            first.first().map(|(cursor, _)| cursor.timestamp)
        }
    };
    let to = to.unwrap_or(now);
    let from = from.unwrap_or(to).min(to);
    Ok((from, to))
}

fn answer((from, to): (i64, i64), histogram: &Histogram, warnings: Value) -> Answer {
    let (width, bars) = filled((from, to), histogram);
    let total: u64 = bars.iter().flat_map(|bar| bar.by_level).sum();
    let bars: Value = bars
        .iter()
        .map(|bar| json!({"at": rfc3339(bar.start), "counts": counts(bar.by_level)}))
        .collect();
    Answer::new()
        .with("from", rfc3339(from))
        .with("to", rfc3339(to))
        .with("interval_ms", milliseconds(width))
        .with("bars", bars)
        .with("total", total)
        .with("exact", histogram.incomplete.is_none())
        .with("scanned", histogram.scanned)
        .with("warnings", warnings)
        .incomplete(histogram.incomplete.clone())
}

/// All bars of the range and of what was found beyond it, the empty ones too; wider ones where they would be too many.
fn filled((from, to): (i64, i64), histogram: &Histogram) -> (u64, Vec<Bar>) {
    let starts = histogram.bars.iter().map(|bar| bar.start);
    let first = starts.clone().chain([from]).min().unwrap_or(from);
    let last = starts.chain([(to - 1).max(from)]).max().unwrap_or(to);
    let mut width = histogram.width.max(1);
    while bars_of(first, last.saturating_add(1), width) > 2 * MOST_BARS {
        width = width.saturating_mul(2);
    }
    let signed = i64::try_from(width).unwrap_or(i64::MAX);
    let numbers = first.div_euclid(signed)..=last.div_euclid(signed);
    let mut bars: Vec<Bar> = numbers
        .clone()
        .map(|number| Bar { start: number.saturating_mul(signed), by_level: [0; 6] })
        .collect();
    for bar in &histogram.bars {
        let at = bar.start.div_euclid(signed) - numbers.start();
        let into = usize::try_from(at).ok().and_then(|at| bars.get_mut(at));
        for (sum, count) in into.into_iter().flat_map(|bar| &mut bar.by_level).zip(bar.by_level) {
            *sum += count;
        }
    }
    (width, bars)
}

/// How many bars it takes to show all times from `from` up to `to`.
fn bars_of(from: i64, to: i64, width: u64) -> u64 {
    let width = i64::try_from(width).unwrap_or(i64::MAX);
    let last = to.saturating_sub(1).max(from);
    last.div_euclid(width).abs_diff(from.div_euclid(width)).saturating_add(1)
}

fn milliseconds(width: u64) -> Value {
    if width.is_multiple_of(1_000) { json!(width / 1_000) } else { json!(width as f64 / 1_000.0) }
}

/// Counts by level, each of them.
fn counts(by_level: [u64; 6]) -> Value {
    let named = Level::ALL.iter().zip(by_level);
    named
        .map(|(level, count)| (level.as_str().to_owned(), json!(count)))
        .collect::<Map<_, _>>()
        .into()
}
