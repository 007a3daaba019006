use axum::response::Response;
use serde_json::{Value, json};

use super::Call;
use crate::api::answer::Answer;
use crate::api::openapi::{Gives, Kind, Operation, Parameter, Schema};
use crate::api::problem::Problem;
use crate::api::service::Api;
use crate::audit::{AuditHead, AuditReport, Place, Query};

const DEFAULT_LIMIT: u64 = 100;
const MOST: u64 = 1000;
/// Heads that can be compared at once.
const MOST_PINNED: usize = 100;

/// No trail gets as far.
const LAST: u64 = i64::MAX.cast_unsigned();

static KINDS: &[&str] = &[
    "started",
    "stopped",
    "sealed",
    "disturbed",
    "missed",
    "read",
    "change",
    "session",
    "refused",
    "operation",
    "event",
];

const DIRECTORY: Parameter = Parameter::new(
    "directory",
    Kind::Instance,
    "instance-1",
    "The trail of another instance, by the name of its directory; `.` is the log directory itself. Without it, the trail \
     of the process that answers.",
);

pub(in crate::api) static AUDIT: Operation = Operation {
    id: "audit",
    summary: "The audit trail, newest first",
    about: "Who did what: reads of the logs (one entry a caller, query and minute), changes, sign-ins and failed ones, \
            start and stop of logging.",
    query: &[&[
        Parameter::new("kind", Kind::Choice(KINDS), "read", "Entries of this kind only."),
        Parameter::new("principal", Kind::Text, "ada", "Entries of this caller only."),
        Parameter::new("limit", Kind::Number(1, MOST), "100", "Entries in a page."),
        Parameter::new(
            "cursor",
            Kind::Number(0, LAST),
            "1042",
            "The `next_cursor` of the page before.",
        ),
        DIRECTORY,
    ]],
    gives: &[Gives::Json(page)],
    ..Operation::NEW
};

pub(in crate::api) static VERIFY_AUDIT: Operation = Operation {
    id: "verify_audit",
    summary: "Checks the audit trail",
    about: "Names the first entry that was changed, removed, put in, moved or cut off. Who can write the file can write all of \
            it anew, so without a head that was kept elsewhere the best verdict is `consistent, unanchored`.",
    query: &[&[
        Parameter::new(
            "pinned",
            Kind::Heads(MOST_PINNED),
            "0:0000000000000000000000000000000000000000000000000000000000000000",
            "Heads that were kept elsewhere, separated by commas, as `head` of an answer gives them.",
        ),
        DIRECTORY,
    ]],
    gives: &[Gives::Json(verdict)],
    ..Operation::NEW
};

fn page() -> Schema {
    Schema::answer([
        ("entries", Schema::list(entry())),
        ("next_cursor", Schema::text("1001").about("Null on the last page.").or_null()),
        ("directories", directories()),
    ])
}

fn directories() -> Schema {
    Schema::list(Schema::text("instance-1"))
        .about("Where there are trails; `.` is the log directory.")
}

fn entry() -> Schema {
    Schema::any_object(json!({"v": 1, "seq": 1042, "kind": "read"}))
        .about("An entry, verbatim; the page of the guide on the audit trail specifies it.")
}

fn verdict() -> Schema {
    let verdicts = [
        "consistent, unanchored",
        "consistent, anchored",
        "consistent, anchored in part",
        "failed",
    ];
    let flaws = [
        "changed",
        "missing",
        "inserted",
        "reordered",
        "cut_off",
        "resealed",
        "unsealed",
        "erased",
    ];
    let finding = Schema::object([
        ("flaw", Schema::choice(&flaws)),
        ("seq", Schema::count(17).about("The entry that it is about.")),
        ("line", Schema::count(17).about("The line of the file at which it shows.")),
        ("detail", Schema::text("its hash is not that of its content")),
    ]);
    Schema::answer([
        ("verdict", Schema::choice(&verdicts)),
        ("told", Schema::text("consistent, unanchored: 1042 entries").about("The same, in words.")),
        ("entries", Schema::count(1042)),
        ("head", Schema::text("1042:5f…").about("The newest entry; keep it elsewhere.")),
        ("runs", Schema::count(3)),
        ("unclean_runs", Schema::count(0).about("Runs that did not end in order.")),
        ("erased", Schema::count(0).about("Values that were erased.")),
        ("torn_bytes", Schema::count(0).about("Bytes after the last whole line.")),
        (
            "anchored",
            Schema::count(1000).about("The newest entry that a kept head proves.").or_null(),
        ),
        ("finding", finding.about("The first thing that is wrong.").or_null().such_as(Value::Null)),
        ("directories", directories()),
    ])
}

/// `GET audit`: the entries of the trail, newest first, a page at a time.
pub(in crate::api) async fn audit(api: &Api, call: Call) -> Result<Response, Problem> {
    let params = call.params()?;
    let whole = call.reach().all_of_it()?;
    let limit = params.number("limit", 1..=MOST)?.unwrap_or(DEFAULT_LIMIT);
    let query = Query {
        before: params.number("cursor", 0..=LAST)?,
        kind: params.one("kind")?.map(str::to_owned),
        principal: params.one("principal")?.map(str::to_owned),
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
    };
    if let Some(kind) = &query.kind
        && !KINDS.contains(&kind.as_str())
    {
        return Err(Problem::bad_parameter("kind", kind, &KINDS.join(", ")));
    }
    let place = place(params.one("directory")?)?;
    let (page, directories) = api
        .order(whole, move |backend| {
            let page = backend.trail.page(&place, &query).map_err(|error| unreadable(&error))?;
            Ok((page, backend.trail.directories().map_err(|error| unreadable(&error))?))
        })
        .await?;
    let (answer, _) = Answer::new().with_lines("entries", page.lines.iter().map(String::as_str));
    Ok(answer
        .with("next_cursor", page.next.map(|seq| seq.to_string()))
        .with("directories", directories)
        .incomplete(page.unread.then(|| "lines that are no entries were left out".to_owned()))
        .finish(call.started))
}

/// `GET audit/verify`: whether the trail is as it was written.
pub(in crate::api) async fn verify_audit(api: &Api, call: Call) -> Result<Response, Problem> {
    let params = call.params()?;
    let whole = call.reach().all_of_it()?;
    let pinned = params.many("pinned")?;
    if pinned.len() > MOST_PINNED {
        return Err(Problem::bad_parameter("pinned", "…", "at most 100 heads"));
    }
    let pinned: Vec<AuditHead> = pinned
        .into_iter()
        .map(|text| {
            text.parse().map_err(|_| {
                Problem::bad_parameter(
                    "pinned",
                    text,
                    "heads as `<number>:<64 hexadecimal digits>`",
                )
            })
        })
        .collect::<Result<_, _>>()?;
    let place = place(params.one("directory")?)?;
    let (report, directories) = api
        .order(whole, move |backend| {
            let report =
                backend.trail.verify_at(&place, &pinned).map_err(|error| unreadable(&error))?;
            Ok((report, backend.trail.directories().map_err(|error| unreadable(&error))?))
        })
        .await?;
    Ok(told(&report).with("directories", directories).finish(call.started))
}

fn told(report: &AuditReport) -> Answer {
    let finding = report.finding.as_ref().map(|finding| {
        json!({
            "flaw": finding.flaw.as_str(),
            "seq": finding.seq,
            "line": finding.line,
            "detail": finding.detail,
        })
    });
    Answer::new()
        .with("verdict", report.verdict())
        .with("told", report.to_string())
        .with("entries", report.entries)
        .with("head", report.head.to_string())
        .with("runs", report.runs)
        .with("unclean_runs", report.unclean_runs)
        .with("erased", report.erased)
        .with("torn_bytes", report.torn_bytes)
        .with("anchored", report.anchored)
        .with("finding", finding)
}

fn place(directory: Option<&str>) -> Result<Place, Problem> {
    let Some(name) = directory else { return Ok(Place::Own) };
    Place::parse(name).ok_or_else(|| {
        Problem::bad_parameter("directory", name, "one of `directories` of an answer")
    })
}

/// The system's own words could hold a path.
fn unreadable(error: &std::io::Error) -> Problem {
    Problem::internal(format!("the audit trail can't be read ({})", error.kind()))
}
