use std::collections::HashMap;

use super::program::Program;
use super::view::{FieldView, View};
use crate::histogram::Histogram;
use crate::record::items::{Stored, Text, Value};

/// The target of the events that the request layer logs, one a request.
pub(super) const TARGET: &str = "nexolog_tower::request";

/// Routes that are told apart; those of more requests go together, so that nobody fills the memory with paths.
const MOST_ROUTES: usize = 200;
const LONGEST_ROUTE: usize = 200;
/// The route of those beyond.
const OTHER_ROUTE: &str = "other";
/// The route of requests that no route matched.
const NO_ROUTE: &str = "";

/// Methods that are told apart.
const METHODS: [&str; 9] =
    ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE"];
const OTHER_METHOD: &str = "other";

/// Statuses by their first digit.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
/// The class of requests that had no answer.
const NO_STATUS: &str = "none";

/// How long requests took, by what they asked for and how it went. The writer counts them as it writes their lines, so
/// that they cost their callers nothing.
#[derive(Debug, Default)]
pub(super) struct Requests {
    by_route: HashMap<Box<str>, Vec<RequestTimes>>,
}

/// The requests of one route, method and class of status.
#[derive(Clone, Debug)]
pub(crate) struct RequestTimes {
    pub(crate) route: Box<str>,
    pub(crate) method: &'static str,
    pub(crate) class: &'static str,
    pub(crate) times: Histogram,
}

impl Program {
    /// Whether its events tell of requests.
    pub(super) fn tells_of_requests(&self) -> bool {
        // Everybody may log an event that looks the same; a label shows its text unmasked.
        self.plan.target == TARGET
    }
}

impl Requests {
    /// Counts the request that an event tells of.
    pub(super) fn note(&mut self, view: &View<'_>, fields: &[FieldView<'_>]) {
        let Some(duration) = view.duration_ms.and_then(milliseconds) else { return };
        let value = |key| fields.iter().find(|field| field.key == key).map(|field| field.value);
        let text = |key| value(key).and_then(Stored::text).map(Text::as_str);
        let route = text("route").unwrap_or(NO_ROUTE);
        let method = text("method").unwrap_or_default();
        let method = METHODS.into_iter().find(|known| *known == method).unwrap_or(OTHER_METHOD);
        self.add(route, method, class(value("status")), duration / 1_000.0);
    }

    fn add(&mut self, route: &str, method: &'static str, class: &'static str, seconds: f64) {
        if let Some(known) = self.by_route.get_mut(route) {
            return add(known, route, method, class, seconds);
        }
        let has_room = self.by_route.len() < MOST_ROUTES && route.len() <= LONGEST_ROUTE;
        let route = if has_room { route } else { OTHER_ROUTE };
        add(self.by_route.entry(route.into()).or_default(), route, method, class, seconds);
    }

    /// All of them, by route.
    pub(super) fn all(&self) -> Vec<RequestTimes> {
        let mut all: Vec<RequestTimes> = self.by_route.values().flatten().cloned().collect();
        all.sort_by(|one, other| one.route.cmp(&other.route));
        all
    }
}

fn add(
    known: &mut Vec<RequestTimes>,
    route: &str,
    method: &'static str,
    class: &'static str,
    seconds: f64,
) {
    let times = known.iter_mut().find(|one| one.method == method && one.class == class);
    if let Some(one) = times {
        return one.times.add(seconds);
    }
    let mut times = Histogram::default();
    times.add(seconds);
    known.push(RequestTimes { route: route.into(), method, class, times });
}

fn milliseconds(value: Stored<'_>) -> Option<f64> {
    match value.value() {
        Value::F64(number) if number.is_finite() && number >= 0.0 => Some(number),
        Value::U64(number) => Some(number as f64),
        _ => None,
    }
}

fn class(status: Option<Stored<'_>>) -> &'static str {
    let status = match status.map(Stored::value) {
        Some(Value::U64(status)) => usize::try_from(status / 100).ok(),
        Some(Value::I64(status)) => usize::try_from(status / 100).ok(),
        _ => None,
    };
    status.and_then(|digit| CLASSES.get(digit.checked_sub(1)?)).copied().unwrap_or(NO_STATUS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_bounded_in_number_and_length() {
        let mut requests = Requests::default();
        for number in 0..MOST_ROUTES + 50 {
            requests.add(&format!("/{number}"), "GET", "2xx", 0.1);
        }
        requests.add("/7", "GET", "5xx", 0.1);
        requests.add(&"x".repeat(LONGEST_ROUTE + 1), "GET", "2xx", 0.1);
        let all = requests.all();
        assert_eq!(all.len(), MOST_ROUTES + 2);
        let count = |route: &str, class| {
            let of = all.iter().filter(|one| &*one.route == route && one.class == class);
            of.map(|one| one.times.up_to()[11]).sum::<u64>()
        };
        assert_eq!((count("/7", "2xx"), count("/7", "5xx")), (1, 1));
        assert_eq!(count(OTHER_ROUTE, "2xx"), 51);
    }
}
