use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Params, cursor, parse_cursor, parse_time, time};
use crate::api::openapi::{Kind, Parameter};
use crate::api::problem::Problem;
use crate::api::reach::{Forced, Reach};
use crate::query::{self, Filter, Warning};
use crate::record::Level;
use crate::store::{Cursor, Order};

/// The parameters that choose records; every path that reads the log takes them.
pub(in crate::api) const FILTERS: &[Parameter] = &[
    Parameter::new(
        "q",
        Kind::Text,
        "level:>=warning \"card refused\" -path:/health",
        "A filter in the language of the search box. Every text has an answer: what can't be read is taken as text, \
         with a warning.",
    ),
    Parameter::new("level", Kind::Levels, "error,critical", "Records of one of these levels."),
    Parameter::new("min_level", Kind::Level, "warning", "Records of this level and above."),
    Parameter::new("module", Kind::Texts, "auth,api", "Records of one of these modules."),
    Parameter::new("user_id", Kind::Texts, "u1", "Records of one of these users."),
    Parameter::new(
        "organization_id",
        Kind::Texts,
        "acme",
        "Records of one of these organizations.",
    ),
    Parameter::new("request_id", Kind::Texts, "r1", "Records of one of these requests."),
    Parameter::new(
        "from",
        Kind::Time,
        "-15m",
        "Records from this time on: RFC 3339, a date, seconds or milliseconds since 1970, or relative to now.",
    ),
    Parameter::new("to", Kind::Time, "now", "Records before this time; it is not before `from`."),
];

/// Parameters whose values are compared with a reserved key, exactly.
const EXACT: [&str; 4] = ["module", "user_id", "organization_id", "request_id"];

/// Which records a request asks for.
#[derive(Debug)]
pub(in crate::api) struct Question {
    pub(in crate::api) filter: Forced,
    /// Parts of `q` that could only be taken as text.
    warnings: Vec<Warning>,
    /// The range in time, in microseconds since the Unix epoch.
    pub(in crate::api) from: Option<i64>,
    pub(in crate::api) to: Option<i64>,
}

impl Question {
    /// Reads [`FILTERS`]. What the parameters and the reach of who asks say is and-ed to `q`, which can't escape it.
    pub(in crate::api) fn read(
        params: &Params,
        reach: &Reach,
        now: Timestamp,
    ) -> Result<Question, Problem> {
        let mut parts = Vec::new();
        let parsed = query::parse(params.one("q")?.unwrap_or_default(), now);
        parts.push(parsed.filter);

        let levels = params.many("level")?;
        if !levels.is_empty() {
            let levels: Result<Vec<Level>, Problem> =
                levels.into_iter().map(|value| level("level", value)).collect();
            parts.push(Filter::levels(levels?));
        }
        if let Some(value) = params.one("min_level")? {
            parts.push(Filter::at_least(level("min_level", value)?));
        }
        for key in EXACT {
            let values = params.many(key)?;
            if !values.is_empty() {
                parts.push(Filter::one_of(key, values.into_iter().map(str::to_owned)));
            }
        }
        let from = point(params, "from", now)?;
        let to = point(params, "to", now)?;
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            let value = params.one("to")?.unwrap_or_default();
            return Err(Problem::bad_parameter("to", value, "a time that is not before `from`"));
        }
        if from.is_some() || to.is_some() {
            parts.push(Filter::between(from, to));
        }
        let filter = reach.force(Filter::and(parts));
        Ok(Question { filter, warnings: parsed.warnings, from, to })
    }

    /// The warnings as they stand in answers.
    pub(in crate::api) fn warnings(&self) -> Value {
        self.warnings
            .iter()
            .map(|warning| json!({"position": warning.position, "message": warning.message}))
            .collect()
    }
}

impl Params {
    /// The place to go on from.
    pub(in crate::api) fn cursor(&self, order: Order) -> Result<Option<Cursor>, Problem> {
        let Some(value) = self.one("cursor")? else { return Ok(None) };
        match parse_cursor(value, order) {
            Some(cursor) => Ok(Some(cursor)),
            None => Err(Problem::bad_parameter("cursor", value, cursor::ACCEPTED)),
        }
    }
}

fn level(name: &str, value: &str) -> Result<Level, Problem> {
    value.parse().map_err(|_| {
        Problem::bad_parameter(
            name,
            value,
            "trace, debug, info, warning (or warn), error or critical",
        )
    })
}

fn point(params: &Params, name: &str, now: Timestamp) -> Result<Option<i64>, Problem> {
    let Some(value) = params.one(name)? else { return Ok(None) };
    match parse_time(value, now) {
        Some(time) => Ok(Some(time)),
        None => Err(Problem::bad_parameter(name, value, time::ACCEPTED)),
    }
}
