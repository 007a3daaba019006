use std::ops::RangeInclusive;

use axum::extract::Query;
use http::{StatusCode, Uri};

use crate::api::openapi::Operation;
use crate::api::problem::Problem;

/// Each line is compared with every value, on a live stream by a thread of the host's.
const MOST_VALUES: usize = 256;

/// The parameters of one request, in the order they were sent.
///
/// Reading them is strict: an unknown name, a value that can't be read, or a second value where one
/// is taken is an error that says what would be right. Silently ignored, a typo in `min_level` would
/// show the wrong lines.
#[derive(Debug)]
pub(in crate::api) struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    /// Reads the query of `uri`; `operation` has every parameter that is taken.
    pub(in crate::api) fn read(uri: &Uri, operation: &Operation) -> Result<Params, Problem> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|_| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "the part of the address after `?` can't be read; send `name=value` pairs, percent-encoded",
            )
        })?;
        let is_known = |name: &str| operation.parameters().any(|known| known.name == name);
        if let Some((name, _)) = pairs.iter().find(|(name, _)| !is_known(name)) {
            let accepted: Vec<&str> = operation.parameters().map(|known| known.name).collect();
            return Err(Problem::unknown_parameter(name, &accepted));
        }
        Ok(Params { pairs })
    }

    /// The one value of `name`; an empty one counts as absent, as forms send it.
    pub(in crate::api) fn one(&self, name: &str) -> Result<Option<&str>, Problem> {
        let mut values = self.pairs.iter().filter(|(key, value)| key == name && !value.is_empty());
        let first = values.next();
        if let Some((_, second)) = values.next() {
            return Err(Problem::bad_parameter(
                name,
                second,
                "one value only, and it was given twice",
            ));
        }
        Ok(first.map(|(_, value)| value.as_str()))
    }

    /// Every value of `name`: repeated, separated by commas, or both; at most [`MOST_VALUES`].
    pub(in crate::api) fn many(&self, name: &str) -> Result<Vec<&str>, Problem> {
        let values = self.pairs.iter().filter(|(key, _)| key == name);
        let values = values.flat_map(|(_, value)| value.split(','));
        let values: Vec<&str> = values.map(str::trim).filter(|value| !value.is_empty()).collect();
        match values.get(MOST_VALUES) {
            None => Ok(values),
            Some(value) => {
                Err(Problem::bad_parameter(name, value, &format!("at most {MOST_VALUES} values")))
            }
        }
    }

    /// The whole number `name`.
    pub(in crate::api) fn number(
        &self,
        name: &str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, Problem> {
        let Some(value) = self.one(name)? else { return Ok(None) };
        match value.parse() {
            Ok(number) if range.contains(&number) => Ok(Some(number)),
            _ => Err(Problem::bad_parameter(
                name,
                value,
                &format!("a whole number from {} to {}", range.start(), range.end()),
            )),
        }
    }

    /// The yes or no `name`; no when it is absent.
    pub(in crate::api) fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.one(name)? {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1") => Ok(true),
            Some(value) => Err(Problem::bad_parameter(name, value, "true or false")),
        }
    }
}
