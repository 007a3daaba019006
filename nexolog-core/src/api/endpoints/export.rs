use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use serde_json::Value;

use super::Call;
use super::search::{CURSOR, ORDER, order};
use crate::api::export::{Columns, Exporter, Format, Wanted};
use crate::api::openapi::{Gives, Kind, Operation, Parameter, Schema, record, warnings};
use crate::api::problem::Problem;
use crate::api::request::{FILTERS, Params};
use crate::api::service::Api;
use crate::api::unfold::Unfold;
use crate::query::KeyPath;
use crate::store::Order;

const MOST_COLUMNS: usize = 100;

/// Parts of `q` that could only be taken as text, as JSON, where the answer itself has no place for them.
const WARNINGS: HeaderName = HeaderName::from_static("x-nexolog-warnings");

pub(in crate::api) static EXPORT: Operation = Operation {
    id: "export",
    summary: "Everything that matches, as a file of any size",
    about: "A file is never short in silence: if the export can't go on, the transfer breaks off, and what could not be read of the log is \
            said at the end. Warnings about `q` are in the header `X-Nexolog-Warnings`.",
    query: &[
        FILTERS,
        &[
            Parameter::new(
                "format",
                Kind::Choice(&["jsonl", "json", "csv"]),
                "csv",
                "Of the file; jsonl when absent.",
            ),
            Parameter::new(
                "columns",
                Kind::Names(MOST_COLUMNS),
                "timestamp,message",
                "Keys as filters name them, where `format` is csv; the reserved ones when absent.",
            ),
            Parameter::new(
                "limit",
                Kind::Number(1, u64::MAX),
                "100000",
                "Most records; all when absent.",
            ),
            CURSOR,
            ORDER,
        ],
    ],
    gives: &[
        Gives::Text(
            "application/x-ndjson",
            "{\"seq\":1042,\"level\":\"INFO\",\"message\":\"order placed\"}\n",
            "The stored lines as they are.",
        ),
        Gives::Text(
            "text/csv",
            "seq,level,message\r\n1042,INFO,order placed\r\n",
            "A row for each record.",
        ),
        Gives::Json(whole_file),
    ],
    ..Operation::NEW
};

fn whole_file() -> Schema {
    Schema::answer([
        ("logs", Schema::list(record())),
        ("exported", Schema::count(1).about("How many records there are.")),
        ("warnings", warnings()),
    ])
}

/// `GET export`: everything that matches, as a file of any size.
///
/// `format` is `jsonl` (the stored lines as they are), `json` (`{"logs": […], "exported": 2, "complete": true, "warnings": [], "took_ms": 3.1}`) or `csv`, with
/// a column for each of `columns`: keys as filters name them, by default the reserved ones. Cells that a spreadsheet would run begin with an
/// apostrophe. `limit` bounds the number of records, `order` and `cursor` are those of `search`. Oldest first it ends with what was logged when it began.
///
/// A file is never short in silence. If the export can't go on (the store can't be read, the service ends) the transfer breaks off: without the last chunk
/// of HTTP/1.1, with a reset in HTTP/2. What could not be read of the log is said at the end: by `complete` and `incomplete_reason` in `json`, by a last
/// line `{"incomplete": "…"}` in `jsonl`, by a last row without `seq` whose message says it in `csv`. Warnings about `q` are in the header
/// `X-Nexolog-Warnings`.
pub(in crate::api) async fn export(api: &Arc<Api>, call: Call) -> Result<Response, Problem> {
    let params = call.params()?;
    let now = Timestamp::now();
    let question = call.question(&params, now)?;
    let order = order(&params)?;
    let filter = match order {
        Order::NewestFirst => question.filter.clone(),
        // Else it would run after what is logged meanwhile.
        Order::OldestFirst => question.filter.before(now.as_microsecond()),
    };
    let wanted = Wanted {
        filter,
        order,
        cursor: params.cursor(order)?,
        limit: params.number("limit", 1..=u64::MAX)?,
        format: format(&params)?,
        warnings: question.warnings(),
    };
    let file = file_name(api.name(), now, &wanted.format);
    let media_type = wanted.format.media_type();
    let warnings = question.warnings();
    let exporter = Exporter::begin(api, wanted, call.started).await?;
    let mut response = Response::new(Body::from_stream(Unfold::new(exporter, Exporter::next)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{file}\"")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    if let Some(value) = header_of(&warnings) {
        headers.insert(WARNINGS, value);
    }
    Ok(response)
}

fn format(params: &Params) -> Result<Format, Problem> {
    let names = params.many("columns")?;
    let format = match params.one("format")? {
        None | Some("jsonl") => Format::JsonLines,
        Some("json") => Format::Json,
        Some("csv") if names.is_empty() => return Ok(Format::Csv(Columns::reserved())),
        Some("csv") => return columns(&names).map(Format::Csv),
        Some(value) => return Err(Problem::bad_parameter("format", value, "jsonl, json or csv")),
    };
    match names.first() {
        None => Ok(format),
        Some(name) => Err(Problem::bad_parameter("columns", name, "keys where `format` is csv")),
    }
}

fn columns(names: &[&str]) -> Result<Columns, Problem> {
    if let Some(name) = names.get(MOST_COLUMNS) {
        let accepted = format!("at most {MOST_COLUMNS} keys, and this is one more");
        return Err(Problem::bad_parameter("columns", name, &accepted));
    }
    let column = |name: &&str| {
        KeyPath::of(name).map_err(|why| {
            Problem::bad_parameter("columns", name, &format!("names of keys; {why}"))
        })
    };
    Ok(Columns::new(names.iter().map(column).collect::<Result<_, _>>()?))
}

/// `shop-20261123T100000Z.jsonl`, with nothing in it that is special to a file system or a header.
fn file_name(service: &str, now: Timestamp, format: &Format) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let service: String =
        service.chars().map(|c| if is_plain(c) { c } else { '_' }).take(64).collect();
    let time = now.strftime("%Y%m%dT%H%M%SZ");
    format!("{service}-{time}.{}", format.ending())
}

/// JSON in ASCII, as headers take it; `None` when there is nothing to say.
fn header_of(warnings: &Value) -> Option<HeaderValue> {
    let is_empty = warnings.as_array().is_none_or(Vec::is_empty);
    let mut text = String::new();
    for c in warnings.to_string().chars().filter(|_| !is_empty) {
        if c.is_ascii() {
            text.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                write!(text, "\\u{unit:04x}").ok()?;
            }
        }
    }
    (!is_empty).then(|| HeaderValue::from_str(&text).ok())?
}
