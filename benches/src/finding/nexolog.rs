use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use jiff::Timestamp;
use nexolog::Access;
use serde_json::Value;
use tokio::runtime::Runtime;
use tower::ServiceExt;

use super::answer::Answer;
use super::peer::{Asked, Peer};
use super::question::{ABSENT_ID, COMMON, FOLDED, LIMIT, MODULE, MOST, PART, Question, RARE};
use crate::stored::{Facts, Logger};

/// A token that no stranger guesses; nobody listens anyway.
const TOKEN: &str = "a-token-of-the-benchmark-0123456789";

const HOUR: i64 = 3_600_000_000;

/// The logs API of a logger, called in process.
pub struct Api {
    runtime: Runtime,
    router: Router,
    facts: Facts,
}

impl Api {
    /// Of a logger that runs on the lines of which `facts` tells.
    pub fn new(logger: &Logger, facts: &Facts) -> Api {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let access = Access::token(TOKEN).expect("the token is long enough");
        Api {
            runtime: runtime.expect("a runtime"),
            router: logger.handle().routes(access),
            facts: facts.clone(),
        }
    }

    fn path(&self, question: Question) -> String {
        let search = |query: String| format!("search?limit={LIMIT}&{query}");
        match question {
            Question::RequestId => search(format!("request_id={}", self.facts.request_id)),
            Question::AbsentId => search(format!("request_id={ABSENT_ID}")),
            Question::RareWords => search(format!("q={}", RARE.join("+"))),
            Question::CommonWords => search(format!("q={}", COMMON.join("+"))),
            Question::Hour => {
                // Both ends belong to the range.
                let (from, to) = (self.facts.hour, self.facts.hour + HOUR - 1);
                let (from, to) = (time(from), time(to));
                format!("search?limit={MOST}&module={MODULE}&min_level=error&from={from}&to={to}")
            }
            Question::Counts | Question::Percentiles => "stats".to_owned(),
            Question::Timeline => "stats?interval=3600".to_owned(),
            Question::FoldedWord => search(format!("q={FOLDED}&user_id={}", self.facts.user_id)),
            Question::Substring => search(format!("q={PART}")),
        }
    }

    /// The answer's body and the time until its end.
    fn get(&self, path: &str) -> Result<(Value, Duration), String> {
        let request = Request::get(format!("/api/v1/logs/{path}"))
            .header("authorization", format!("Bearer {TOKEN}"))
            .body(Body::empty())
            .map_err(|error| error.to_string())?;
        let router = self.router.clone();
        let start = Instant::now();
        let answered = self.runtime.block_on(async {
            let response = router.oneshot(request).await.map_err(|error| error.to_string())?;
            let status = response.status();
            let body = response.into_body().collect().await.map_err(|error| error.to_string())?;
            Ok::<_, String>((status, body.to_bytes()))
        });
        let took = start.elapsed();
        let (status, body) = answered?;
        let text = String::from_utf8_lossy(&body);
        if !status.is_success() {
            return Err(format!("{path}: {status} {text}"));
        }
        Ok((serde_json::from_str(&text).map_err(|error| error.to_string())?, took))
    }

    /// Counts without the records that came after the lines: the logger's own.
    fn counts(&self, body: &Value) -> Result<Answer, String> {
        let (own, _) = self.get(&format!("stats?from={}", time(self.facts.span.1 + 1)))?;
        let mut counts = margins(body);
        for (name, count) in margins(&own) {
            *counts.entry(name).or_default() -= count;
        }
        counts.retain(|_, count| *count > 0);
        Ok(Answer::Counts(counts))
    }

    fn timeline(&self, body: &Value) -> Answer {
        let last = hour_of(&time(self.facts.span.1)).to_owned();
        let mut counts = BTreeMap::new();
        for bar in body["timeline"].as_array().into_iter().flatten() {
            let hour = hour_of(bar["start"].as_str().unwrap_or_default());
            for (level, count) in bar["levels"].as_object().into_iter().flatten() {
                let count = count.as_u64().unwrap_or(0);
                if count > 0 && hour <= last.as_str() {
                    counts.insert(format!("{hour} {level}"), count);
                }
            }
        }
        Answer::Counts(counts)
    }
}

impl Peer for Api {
    fn name(&self) -> &'static str {
        "**Nexolog**"
    }

    fn ask(&mut self, question: Question) -> Result<Option<Asked>, String> {
        let (body, took) = self.get(&self.path(question))?;
        let answer = match question {
            Question::Counts => self.counts(&body)?,
            Question::Timeline => self.timeline(&body),
            Question::Percentiles => percentiles(&body),
            _ => records(&body),
        };
        let is_complete = body["complete"].as_bool().unwrap_or(false);
        let reason = body["incomplete_reason"].as_str().unwrap_or("it does not say why");
        let incomplete = (!is_complete).then(|| reason.to_owned());
        Ok(Some(Asked { took, answer, incomplete }))
    }
}

fn time(micros: i64) -> String {
    let time = Timestamp::from_microsecond(micros).expect("a time of this century");
    format!("{time:.6}")
}

/// `2026-11-25T07` of a time.
fn hour_of(time: &str) -> &str {
    time.get(..13).unwrap_or_default()
}

/// In the order they came: it is part of the answer.
fn records(body: &Value) -> Answer {
    let logs = body["logs"].as_array().into_iter().flatten();
    Answer::Records(logs.filter_map(|line| line["seq"].as_u64()).collect())
}

fn margins(body: &Value) -> BTreeMap<String, u64> {
    let levels = body["levels"].as_object().into_iter().flatten();
    let levels =
        levels.map(|(level, count)| (format!("level {level}"), count.as_u64().unwrap_or(0)));
    let modules = body["modules"].as_array().into_iter().flatten().map(|module| {
        let name = module["module"].as_str().unwrap_or_default();
        (format!("module {name}"), module["count"].as_u64().unwrap_or(0))
    });
    levels.chain(modules).filter(|(_, count)| *count > 0).collect()
}

fn percentiles(body: &Value) -> Answer {
    let modules = body["response_times"]["modules"].as_object().into_iter().flatten();
    let p95 = |times: &Value| times["p95_ms"].as_f64().unwrap_or(0.0);
    Answer::Percentiles(modules.map(|(module, times)| (module.clone(), p95(times))).collect())
}
