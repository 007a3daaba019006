use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use jiff::Timestamp;

use super::answer::Answer;
use super::peer::{Asked, Peer};
use super::question::{ABSENT_ID, COMMON, FOLDED, LIMIT, MODULE, MOST, PART, Question, RARE};
use crate::corpus::MODULES;
use crate::stored::{Facts, House, SERVICE};

/// What is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    /// One plain file with all lines.
    Plain,
    /// The log directory as it lies, by `rg -z`.
    Zstd,
}

impl Files {
    /// How tables name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Files::Plain => "`rg`, plain text",
            Files::Zstd => "`rg -z`, our segments",
        }
    }
}

/// ripgrep, a process for each question, as one would run it by hand.
pub struct Ripgrep {
    files: Files,
    plain: PathBuf,
    logs: PathBuf,
    facts: Facts,
}

impl Ripgrep {
    /// Searches `files` of `house`.
    pub fn new(files: Files, house: &House, facts: &Facts) -> Ripgrep {
        Ripgrep { files, plain: house.plain(), logs: house.logs(), facts: facts.clone() }
    }

    /// Whether the program is there.
    #[must_use]
    pub fn is_there() -> bool {
        Command::new("rg").arg("--version").stdout(Stdio::null()).status().is_ok()
    }

    /// What stands before the place to search in; `None` when no pattern answers the question.
    fn words(&self, question: Question) -> Option<Vec<String>> {
        let words: Vec<String> = match question {
            Question::RequestId => {
                literal(&format!("\"request_id\":\"{}\"", self.facts.request_id))
            }
            Question::AbsentId => literal(&format!("\"request_id\":\"{ABSENT_ID}\"")),
            Question::RareWords => vec![format!("{0}.*{1}|{1}.*{0}", RARE[0], RARE[1])],
            Question::CommonWords => {
                let pattern = format!("{0}.*{1}|{1}.*{0}", COMMON[0], COMMON[1]);
                vec!["-m".into(), LIMIT.to_string(), pattern]
            }
            Question::Hour => {
                let hour = Timestamp::from_microsecond(self.facts.hour).ok()?.to_string();
                let hour = hour.get(..14)?;
                let levels = "\"level\":\"(?:ERROR|CRITICAL)\"";
                vec![format!("\"timestamp\":\"{hour}[^\"]*\",{levels},\"module\":\"{MODULE}\"")]
            }
            Question::Counts => {
                vec!["-o".into(), "\"level\":\"[A-Z]+\",\"module\":\"[^\"]*\"".into()]
            }
            Question::Timeline => {
                let pattern = "\"timestamp\":\"[^\"]*\",\"level\":\"[A-Z]+\",\"module\":\"[^\"]*\"";
                vec!["-o".into(), pattern.into()]
            }
            Question::Percentiles => return None,
            Question::FoldedWord => {
                let user = &self.facts.user_id;
                vec!["-i".into(), format!("{FOLDED}.*\"user_id\":\"{user}\"")]
            }
            Question::Substring => vec!["-i".into(), "-F".into(), PART.into()],
        };
        Some(words)
    }

    /// Where to search. Compressed files are searched newest first by nobody, so for the newest lines by common
    /// words the newest of them is named.
    fn place(&self, question: Question) -> Vec<String> {
        let logs = || self.logs.to_string_lossy().into_owned();
        match self.files {
            Files::Plain => vec![self.plain.to_string_lossy().into_owned()],
            Files::Zstd if question == Question::CommonWords => vec!["-z".into(), self.newest()],
            Files::Zstd => {
                let active = format!("{SERVICE}.jsonl");
                ["-z", "-g", "*.zst", "-g", &active, &logs()].map(str::to_owned).to_vec()
            }
        }
    }

    fn newest(&self) -> String {
        let entries = std::fs::read_dir(&self.logs).into_iter().flatten().flatten();
        let segments = entries
            .map(|entry| entry.path().to_string_lossy().into_owned())
            .filter(|path| path.ends_with(".jsonl.zst"));
        segments.max().unwrap_or_default()
    }

    fn answer(question: Question, output: &str) -> Answer {
        match question {
            Question::CommonWords => Answer::SoMany(output.lines().count()),
            Question::Counts => {
                let pairs = output.lines().filter_map(values);
                let ours = pairs.filter(|[_, module]| MODULES.contains(module));
                Answer::margins(ours.map(|[level, module]| (level, module, 1)))
            }
            Question::Timeline => {
                let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
                let lines = output.lines().filter_map(values);
                for [time, level, _] in lines.filter(|[_, _, module]| MODULES.contains(module)) {
                    *counts.entry((time.get(..13).unwrap_or_default(), level)).or_default() += 1;
                }
                let named = counts.into_iter();
                let counts = named.map(|((hour, level), count)| (format!("{hour} {level}"), count));
                Answer::Counts(counts.collect())
            }
            Question::Hour => Answer::newest(numbers(output), MOST),
            _ => Answer::newest(numbers(output), LIMIT),
        }
    }
}

impl Peer for Ripgrep {
    fn name(&self) -> &'static str {
        self.files.name()
    }

    fn ask(&mut self, question: Question) -> Result<Option<Asked>, String> {
        let Some(words) = self.words(question) else { return Ok(None) };
        let mut command = Command::new("rg");
        command.args(["--no-config", "--no-filename", "--no-line-number", "--color=never"]);
        command.args(words).args(self.place(question)).stdin(Stdio::null());
        let start = Instant::now();
        let output = command.output().map_err(|error| format!("rg: {error}"))?;
        // The counting of what it prints is part of the answer.
        let answer = Self::answer(question, &String::from_utf8_lossy(&output.stdout));
        let took = start.elapsed();
        // 1 says that nothing was found.
        if !matches!(output.status.code(), Some(0 | 1)) {
            return Err(format!("rg: {}", String::from_utf8_lossy(&output.stderr)));
        }
        Ok(Some(Asked { took, answer, incomplete: None }))
    }
}

fn literal(text: &str) -> Vec<String> {
    vec!["-F".into(), text.into()]
}

/// The values of what `-o` prints: `"level":"INFO","module":"api"`.
fn values<const N: usize>(line: &str) -> Option<[&str; N]> {
    let mut values = [""; N];
    let mut texts = line.split('"').skip(3).step_by(4);
    for value in &mut values {
        *value = texts.next()?;
    }
    Some(values)
}

fn numbers(output: &str) -> Vec<u64> {
    let number = |line: &str| {
        let rest = line.strip_prefix("{\"seq\":")?;
        rest.split_once(',')?.0.parse().ok()
    };
    output.lines().filter_map(number).collect()
}
