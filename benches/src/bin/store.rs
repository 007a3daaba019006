//! Part D of the budgets: what storing costs in the background, how large it is, and its memory.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --bin store`; `--messages DIRECTORY` adds lines with real messages.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use nexolog_benches::corpus::RealMessages;
use nexolog_benches::driver::Results;
use nexolog_benches::figures::Figures;
use nexolog_benches::finding::{self, Options};
use nexolog_benches::stored::{Flavour, House, Sealing, Sizes, prepare, seal_module_files};
use nexolog_benches::table::{self, Goal, hundredths, tenths, whole};

const TEMPLATES: &str = "messages from templates";
const REAL: &str = "real messages";

fn main() -> ExitCode {
    match Options::from_args().and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    if let Some(kept) = &options.memory_of {
        println!("{}", finding::memory(kept)?.to_lines());
        return Ok(());
    }
    let mut flavours = vec![(TEMPLATES, Flavour::Templates)];
    if let Some(directory) = &options.messages {
        let messages = RealMessages::read(directory).map_err(|error| error.to_string())?;
        flavours.push((REAL, Flavour::Real(messages)));
    }
    let mut results: Results = Vec::new();
    for (name, flavour) in &flavours {
        eprintln!("{} MB, {name}", options.megabytes);
        results.push((name, measure(options.megabytes, flavour)?));
    }
    report(&results);
    Ok(())
}

fn measure(megabytes: u64, flavour: &Flavour) -> Result<Figures, String> {
    let told = |error: std::io::Error| error.to_string();
    let house = House::temporary().map_err(told)?;
    let (facts, sealing) = prepare(&house, megabytes, flavour).map_err(told)?;
    let sizes = Sizes::of(&house.logs()).map_err(told)?;
    let modules = seal_module_files(&house).map_err(told)?;
    let mut figures = in_child(house.path())?;
    figures.set("lines", facts.lines as f64);
    figures.set("line", facts.bytes as f64 / facts.lines as f64);
    figures.set("sealing", an_event(sealing));
    figures.set("modules", an_event(modules));
    figures.set("compressed", 100.0 * sizes.compressed as f64 / sealing.bytes as f64);
    figures.set("index", 100.0 * sizes.index as f64 / sealing.bytes as f64);
    figures.set("segments", sizes.segments as f64);
    Ok(figures)
}

fn an_event(sealing: Sealing) -> f64 {
    sealing.cpu.as_nanos() as f64 / sealing.lines.max(1) as f64
}

/// Memory is measured in a process that has done nothing else.
fn in_child(kept: &Path) -> Result<Figures, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program)
        .arg("--memory-of")
        .arg(kept)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("measuring memory ended with {}", output.status));
    }
    Ok(Figures::from_lines(&String::from_utf8_lossy(&output.stdout)))
}

fn report(results: &Results) {
    table::print(
        results,
        &[
            whole("lines", "lines"),
            whole("bytes a line", "line"),
            whole("segments", "segments"),
            whole("sealing, CPU ns a line", "sealing"),
            whole("module files, CPU ns a line", "modules"),
            tenths("segments, % of text", "compressed"),
            hundredths("index, % of text", "index"),
            tenths("MiB at rest", "rest"),
            tenths("MiB more for a query", "query"),
        ],
    );
    let mut goals = Vec::new();
    for (name, figures) in results {
        let mut most = |what: &str, goal, figure| {
            let reached = figures.get(figure);
            let what = format!("{what}, {name}");
            goals.push(Goal { what, goal, reached, at_least: false });
        };
        let index = if *name == REAL { 3.0 } else { 2.0 };
        most("filters and compression, ns a line", 1_800.0, "sealing");
        if *name == TEMPLATES {
            most("segments, % of text", 18.5, "compressed");
        }
        most("index, % of text", index, "index");
        most("MiB at rest", 32.0, "rest");
        most("MiB more for a query", 32.0, "query");
    }
    table::print_goals(&goals);
}
