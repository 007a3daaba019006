//! Runs every case in a fresh process, interleaved, so that neither a warm allocator nor a noisy minute
//! favours anybody.

use std::process::{Command, ExitCode, Stdio};

use crate::figures::Figures;

/// One thing to be measured in a process of its own: a peer and a measurement.
pub struct Case {
    /// Whose figures these are.
    pub peer: &'static str,
    /// Measures. Runs in the child.
    pub measure: fn(&Options) -> Figures,
    /// What is measured; a peer may have several.
    pub name: &'static str,
}

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Options {
    /// How often each case runs; the tables show medians.
    pub rounds: usize,
    /// Events that a throughput case logs.
    pub events: u64,
    /// Only the peers whose name has this in it.
    pub only: Option<String>,
    /// Only the measurements whose name has this in it.
    pub measure: Option<String>,
    child: Option<String>,
}

impl Options {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
        let mut options =
            Options { rounds: 5, events: 1_000_000, only: None, measure: None, child: None };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value"));
            let number = |text: String| text.parse().map_err(|_| format!("{text} is no number"));
            match word.as_str() {
                "--rounds" => options.rounds = usize::try_from(number(value()?)?).unwrap_or(1),
                "--events" => options.events = number(value()?)?,
                "--only" => options.only = Some(value()?),
                "--measure" => options.measure = Some(value()?),
                "--child" => options.child = Some(value()?),
                _ => {
                    return Err(format!(
                        "{word} is unknown; use --rounds N, --events N, --only PEER, --measure NAME"
                    ));
                }
            }
        }
        Ok(options)
    }

    fn wants(&self, case: &Case) -> bool {
        let within = |part: &Option<String>, whole: &str| {
            part.as_ref().is_none_or(|part| whole.contains(part.as_str()))
        };
        within(&self.only, case.peer) && within(&self.measure, case.name)
    }
}

/// The medians of all cases, by peer and in the cases' order.
pub type Results = Vec<(&'static str, Figures)>;

/// As the parent, measures all cases and hands their medians to `report`; as a child, measures one.
pub fn run(cases: &[Case], report: impl FnOnce(&Results, &Options)) -> ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    };
    match &options.child {
        Some(child) => as_child(cases, child, &options),
        None => as_parent(cases, &options, report),
    }
}

fn as_child(cases: &[Case], name: &str, options: &Options) -> ExitCode {
    let Some(case) = cases.iter().find(|case| label(case) == name) else {
        eprintln!("there is no case {name}");
        return ExitCode::FAILURE;
    };
    println!("{}", (case.measure)(options).to_lines());
    ExitCode::SUCCESS
}

fn as_parent(
    cases: &[Case],
    options: &Options,
    report: impl FnOnce(&Results, &Options),
) -> ExitCode {
    let wanted: Vec<&Case> = cases.iter().filter(|case| options.wants(case)).collect();
    let mut measured: Vec<Vec<Figures>> = vec![Vec::new(); wanted.len()];
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}, load {}", options.rounds, load());
        for (case, rounds) in wanted.iter().zip(&mut measured) {
            match in_child(case, options) {
                Ok(figures) => rounds.push(figures),
                Err(problem) => eprintln!("{}: {problem}", label(case)),
            }
        }
    }
    report(&merged(&wanted, &measured), options);
    ExitCode::SUCCESS
}

/// One row a peer, whichever of its cases a figure comes from.
fn merged(cases: &[&Case], measured: &[Vec<Figures>]) -> Results {
    let mut results: Results = Vec::new();
    for (case, rounds) in cases.iter().zip(measured) {
        let medians = Figures::medians(rounds);
        match results.iter_mut().find(|(peer, _)| *peer == case.peer) {
            Some((_, figures)) => figures.extend(medians),
            None => results.push((case.peer, medians)),
        }
    }
    results
}

fn in_child(case: &Case, options: &Options) -> Result<Figures, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program)
        .args(["--child", &label(case), "--events", &options.events.to_string()])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("ended with {}", output.status));
    }
    Ok(Figures::from_lines(&String::from_utf8_lossy(&output.stdout)))
}

fn label(case: &Case) -> String {
    format!("{}/{}", case.peer, case.name)
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}
