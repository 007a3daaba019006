use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::Answer;
use super::peer::{Asked, Peer};
use super::question::{ABSENT_ID, COMMON, FOLDED, LIMIT, MODULE, MOST, PART, Question, RARE};
use crate::stored::{Facts, House};

const PROGRAM: &str = include_str!("../../peers/duckdb_peer.py");

/// What is queried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A Parquet file, made by `DuckDB` itself.
    Parquet,
    /// The plain text, by `read_json`.
    Json,
}

impl Format {
    /// How tables name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Parquet => "DuckDB, Parquet",
            Format::Json => "DuckDB, `read_json`",
        }
    }
}

/// `DuckDB` in a Python process that stays, so that its start is not counted. It times itself, from the statement until
/// all rows are there.
pub struct DuckDb {
    format: Format,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    facts: Facts,
}

impl DuckDb {
    /// Starts one on the lines of `house`; makes the Parquet file when there is none.
    pub fn start(
        python: &str,
        format: Format,
        house: &House,
        facts: &Facts,
    ) -> Result<DuckDb, String> {
        let mut child = Command::new(python)
            .args(["-c", PROGRAM])
            .arg(house.plain())
            .arg(house.parquet())
            .arg(if format == Format::Parquet { "parquet" } else { "json" })
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{python}: {error}"))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (input, output) = pipes.ok_or("pipes to Python are missing")?;
        let output = BufReader::new(output);
        let mut duckdb = DuckDb { format, child, input, output, facts: facts.clone() };
        duckdb.read()?;
        Ok(duckdb)
    }

    fn read(&mut self) -> Result<Value, String> {
        let mut line = String::new();
        match self.output.read_line(&mut line) {
            Ok(1..) => serde_json::from_str(&line).map_err(|error| error.to_string()),
            _ => {
                Err("the Python process ended; it needs the package duckdb (`pip install duckdb`)"
                    .to_owned())
            }
        }
    }

    fn statement(&self, question: Question) -> String {
        let newest = |condition: String, limit: usize| {
            format!("SELECT * FROM logs WHERE {condition} ORDER BY seq DESC LIMIT {limit}")
        };
        let has = |word: &str| format!("contains(message, '{word}')");
        match question {
            Question::RequestId => {
                newest(format!("request_id = '{}'", self.facts.request_id), LIMIT)
            }
            Question::AbsentId => newest(format!("request_id = '{ABSENT_ID}'"), LIMIT),
            Question::RareWords => newest(RARE.map(has).join(" AND "), LIMIT),
            Question::CommonWords => newest(COMMON.map(has).join(" AND "), LIMIT),
            Question::Hour => {
                let hour = Timestamp::from_microsecond(self.facts.hour).unwrap_or_default();
                let hour = format!("TIMESTAMP '{}'", hour.to_string().trim_end_matches('Z'));
                let within = format!("timestamp >= {hour} AND timestamp < {hour} + INTERVAL 1 HOUR");
                let which = format!("level IN ('ERROR', 'CRITICAL') AND module = '{MODULE}'");
                newest(format!("{within} AND {which}"), MOST)
            }
            Question::Counts => "SELECT level, module, count(*) FROM logs GROUP BY ALL".to_owned(),
            Question::Timeline => {
                "SELECT strftime(hour, '%Y-%m-%dT%H'), level, n FROM (SELECT date_trunc('hour', timestamp) AS hour, \
                 level, count(*) AS n FROM logs GROUP BY ALL)"
                    .to_owned()
            }
            Question::Percentiles => {
                "SELECT module, quantile_disc(duration_ms, 0.95) FROM logs WHERE duration_ms IS NOT NULL GROUP BY ALL"
                    .to_owned()
            }
            Question::FoldedWord => {
                let user = &self.facts.user_id;
                newest(format!("user_id = '{user}' AND message ILIKE '%{FOLDED}%'"), LIMIT)
            }
            Question::Substring => newest(has(PART), LIMIT),
        }
    }
}

impl Peer for DuckDb {
    fn name(&self) -> &'static str {
        self.format.name()
    }

    fn ask(&mut self, question: Question) -> Result<Option<Asked>, String> {
        let statement = json!({"sql": self.statement(question)}).to_string() + "\n";
        self.input.write_all(statement.as_bytes()).map_err(|error| error.to_string())?;
        let answered = self.read()?;
        if let Some(problem) = answered["error"].as_str() {
            return Err(format!("DuckDB: {problem}"));
        }
        let took = Duration::from_secs_f64(answered["seconds"].as_f64().unwrap_or(0.0));
        let rows = answered["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(Some(Asked { took, answer: answer(question, rows), incomplete: None }))
    }
}

impl Drop for DuckDb {
    fn drop(&mut self) {
        // It waits for the next statement, and nothing of it is to be kept.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(question: Question, rows: &[Value]) -> Answer {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match question {
        Question::Counts => Answer::margins(rows.iter().map(|row| {
            let (level, module) = (row[0].as_str(), row[1].as_str());
            (level.unwrap_or_default(), module.unwrap_or_default(), row[2].as_u64().unwrap_or(0))
        })),
        Question::Timeline => {
            let name = |row: &Value| format!("{} {}", text(&row[0]), text(&row[1]));
            let count = |row: &Value| (name(row), row[2].as_u64().unwrap_or(0));
            Answer::Counts(rows.iter().map(count).collect())
        }
        Question::Percentiles => {
            let p95 = |row: &Value| (text(&row[0]), row[1].as_f64().unwrap_or(0.0));
            Answer::Percentiles(rows.iter().map(p95).collect::<BTreeMap<_, _>>())
        }
        _ => Answer::Records(rows.iter().filter_map(|row| row[0].as_u64()).collect()),
    }
}
