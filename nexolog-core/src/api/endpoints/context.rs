use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

use super::Call;
use crate::api::answer::Answer;
use crate::api::openapi::{Gives, Kind, Operation, Parameter, Schema, record, warnings};
use crate::api::problem::Problem;
use crate::api::reach::{Forced, Reader};
use crate::api::request::{FILTERS, Params, cursor_text, identity, parse_cursor};
use crate::api::service::Api;
use crate::query::Filter;
use crate::store::{Cursor, Order, SearchPage, Sought};

const DEFAULT_LINES: u64 = 20;
const MOST_LINES: u64 = 500;

pub(in crate::api) static CONTEXT: Operation = Operation {
    id: "context",
    summary: "The lines around one record",
    about: "The filters choose which lines are shown around; the record itself is, whatever they say.",
    query: &[
        FILTERS,
        &[
            Parameter::new(
                "id",
                Kind::Cursor,
                "1042",
                "Which record, as an entry of `cursors` names it.",
            )
            .required(),
            Parameter::new(
                "before",
                Kind::Number(0, MOST_LINES),
                "20",
                "Most lines before it; 20 when absent.",
            ),
            Parameter::new(
                "after",
                Kind::Number(0, MOST_LINES),
                "20",
                "Most lines after it; 20 when absent.",
            ),
        ],
    ],
    gives: &[Gives::Json(surroundings)],
    refuses: &[404, 410],
    ..Operation::NEW
};

fn surroundings() -> Schema {
    let names = |example: &str| Schema::list(Schema::text(example));
    let more = |about: &str| Schema::text("1022@1795428000000000").about(about).or_null();
    Schema::answer([
        ("before", Schema::list(record())),
        ("record", record()),
        ("after", Schema::list(record())),
        ("cursor", Schema::text("1042")),
        ("before_cursors", names("1041")),
        ("after_cursors", names("1043")),
        (
            "earlier",
            more("Where `search` goes on with `order=newest`; null where there is no more."),
        ),
        ("later", more("Where `search` goes on with `order=oldest`; null where there is no more.")),
        ("scanned", Schema::count(3).about("Lines that were looked at.")),
        ("warnings", warnings()),
    ])
}

/// `GET context`: the lines around one record.
///
/// ```json
/// {"before": [{"seq": 40}, {"seq": 41}], "record": {"seq": 42}, "after": [{"seq": 43}],
///  "cursor": "42", "before_cursors": ["40", "41"], "after_cursors": ["43"],
///  "earlier": "40@1795428000000000", "later": null, "scanned": 3, "warnings": [], "complete": true, "took_ms": 0.7}
/// ```
///
/// `id` names the record as an entry of `cursors` does; `before` and `after` (20 each, at most 500) are how many lines there may be, in the order in
/// which they were logged. The usual filters choose which lines are shown around; the record itself is, whatever they say. `earlier` and `later` are cursors
/// for `search` (with `order=newest` and `order=oldest`), where there is more.
///
/// 404 when there is no such record, 410 when retention or a clean-up took it.
pub(in crate::api) async fn context(api: &Api, call: Call) -> Result<Response, Problem> {
    let params = call.params()?;
    let question = call.question(&params, Timestamp::now())?;
    let warnings = question.warnings();
    let place = record_id(&params)?;
    let (before, after) = (count(&params, "before")?, count(&params, "after")?);
    let visible = call.reach().force(Filter::all());
    let around = api
        .ask(move |reader| {
            let (at, record) = found(reader, &visible, &place)?;
            let filter = &question.filter;
            let before = reader.page(filter, Order::NewestFirst, before, Some(at.clone()))?;
            let after = reader.page(filter, Order::OldestFirst, after, Some(at.clone()))?;
            Ok(Around { at, record, before, after })
        })
        .await?;
    Ok(around.answer(warnings).finish(call.started))
}

/// What was found.
struct Around {
    at: Cursor,
    record: String,
    before: SearchPage,
    after: SearchPage,
}

impl Around {
    fn answer(mut self, warnings: Value) -> Answer {
        self.before.records.reverse();
        let answer = Answer::new().with_line("record", &self.record);
        let answer = with_page(answer, "before", "before_cursors", &self.before);
        let answer = with_page(answer, "after", "after_cursors", &self.after);
        let mut reasons = vec![self.before.incomplete, self.after.incomplete];
        reasons.dedup();
        let answer = answer
            .with("cursor", identity(&self.at))
            .with("earlier", self.before.next_cursor.as_ref().map(cursor_text))
            .with("later", self.after.next_cursor.as_ref().map(cursor_text))
            .with("scanned", self.before.scanned + self.after.scanned)
            .with("warnings", warnings);
        reasons.into_iter().fold(answer, Answer::incomplete)
    }
}

fn with_page(answer: Answer, lines: &str, cursors: &str, page: &SearchPage) -> Answer {
    let texts = page.records.iter().map(|(_, line)| line.as_str());
    let (answer, taken) = answer.with_lines(lines, texts);
    let taken = taken.into_iter().filter_map(|index| page.records.get(index));
    answer.with(cursors, taken.map(|(cursor, _)| identity(cursor)).collect::<Value>())
}

fn count(params: &Params, name: &str) -> Result<usize, Problem> {
    let count = params.number(name, 0..=MOST_LINES)?.unwrap_or(DEFAULT_LINES);
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

fn record_id(params: &Params) -> Result<Cursor, Problem> {
    let accepted = "an entry of `cursors`, such as 42 or 42.instance-1";
    let Some(value) = params.one("id")? else {
        return Err(Problem::bad_parameter("id", "", accepted));
    };
    parse_cursor(value, Order::OldestFirst)
        .ok_or_else(|| Problem::bad_parameter("id", value, accepted))
}

/// The record, and its place in time.
fn found(
    reader: &Reader<'_>,
    visible: &Forced,
    place: &Cursor,
) -> Result<(Cursor, String), Problem> {
    match reader.find(visible, &place.directory, place.seq)? {
        Sought::Found(at, line) => Ok((at, line)),
        Sought::Removed => Err(Problem::new(
            StatusCode::GONE,
            "this record is not stored any more; retention or a clean-up removed it",
        )),
        Sought::Missing => Err(Problem::new(
            StatusCode::NOT_FOUND,
            "there is no record of this id; take one from `cursors` of an answer",
        )),
        Sought::Stopped => Err(Problem::retry(
            StatusCode::SERVICE_UNAVAILABLE,
            "the record was not found in time; try again soon",
            1,
        )),
    }
}
