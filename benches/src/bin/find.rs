//! Part E of the budgets: finding, beside ripgrep and `DuckDB`, who must give the same answers.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --bin find`; it needs `rg`, `zstd` and a Python with `duckdb`.

use std::process::ExitCode;

use nexolog_benches::corpus::RealMessages;
use nexolog_benches::finding::{
    Api, DuckDb, Files, Format, Options, Peer, Results, Ripgrep, ask_all, opening,
    print_growth, print_table,
};
use nexolog_benches::stored::{Facts, Flavour, House, Logger, Sizes, prepare};
use nexolog_benches::table::{Goal, print_goals};

/// MB of a growth run: the last is `--megabytes`.
const SIZES: [u64; 3] = [100, 1_000, 10_000];

fn main() -> ExitCode {
    match Options::from_args().and_then(|options| run(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// `false` when answers differ or are not complete.
fn run(options: &Options) -> Result<bool, String> {
    if options.growth {
        return growth(options);
    }
    let (house, facts) = lines(options, options.megabytes)?;
    let results = ask(options, &house, &facts)?;
    if options.only.is_some() {
        return Ok(results.all_right());
    }
    let warm = opening(&house, &facts, options.rounds, false)?;
    let cold = opening(&house, &facts, options.rounds, true)?;
    let segments = Sizes::of(&house.logs()).map_err(|error| error.to_string())?.segments;
    let most = |what: &str, goal, reached: f64| Goal {
        what: what.into(),
        goal,
        reached: Some(reached),
        at_least: false,
    };
    println!("\nThe first Q1 after opening, files in the page cache: {:.1} ms", warm.first);
    print_goals(&[
        most(&format!("opening {segments} segments, ms (goal: for 100)"), 20.0, warm.open),
        most("Q1 right after opening on cold files, ms", 60.0, cold.first),
    ]);
    Ok(results.all_right())
}

/// The log: an earlier run's, or a new one.
fn lines(options: &Options, megabytes: u64) -> Result<(House, Facts), String> {
    let told = |error: std::io::Error| error.to_string();
    let house = House::open(options.keep.as_deref()).map_err(told)?;
    if let Some(facts) = Facts::read(&house.facts()) {
        eprintln!("{} lines of an earlier run", facts.lines);
        return Ok((house, facts));
    }
    let flavour = match &options.messages {
        Some(directory) => Flavour::Real(RealMessages::read(directory).map_err(told)?),
        None => Flavour::Templates,
    };
    eprintln!("writing and sealing {megabytes} MB");
    let (facts, _) = prepare(&house, megabytes, &flavour).map_err(told)?;
    Ok((house, facts))
}

fn ask(options: &Options, house: &House, facts: &Facts) -> Result<Results, String> {
    let logger = Logger::open(&house.logs());
    let mut api = Api::new(&logger, facts);
    let results = if options.alone {
        ask_all(&mut [&mut api], options.rounds, options.only)?
    } else {
        if !Ripgrep::is_there() {
            return Err("rg is not installed; try `apt-get install ripgrep`".to_owned());
        }
        let mut plain = Ripgrep::new(Files::Plain, house, facts);
        let mut zstd = Ripgrep::new(Files::Zstd, house, facts);
        let mut parquet = DuckDb::start(&options.python, Format::Parquet, house, facts)?;
        let mut json = DuckDb::start(&options.python, Format::Json, house, facts)?;
        let peers: &mut [&mut dyn Peer] =
            &mut [&mut api, &mut plain, &mut zstd, &mut parquet, &mut json];
        ask_all(peers, options.rounds, options.only)?
    };
    let (lines, megabytes) = (facts.lines, facts.bytes / 1_000_000);
    println!("{lines} lines, {megabytes} MB as text; medians of {} rounds", options.rounds);
    let peers: Vec<&str> = results
        .measured
        .iter()
        .filter(|it| Some(it.question) == results.measured.first().map(|first| first.question))
        .map(|it| it.peer)
        .collect();
    print_table(&results, &peers, megabytes);
    drop(api);
    logger.close();
    Ok(results)
}

fn growth(options: &Options) -> Result<bool, String> {
    let mut sizes = Vec::new();
    for megabytes in SIZES.into_iter().filter(|size| *size <= options.megabytes.max(1_000)) {
        let keep = options.keep.as_ref().map(|path| path.join(megabytes.to_string()));
        let options = Options { keep, alone: true, ..options.clone() };
        let (house, facts) = lines(&options, megabytes)?;
        let logger = Logger::open(&house.logs());
        let mut api = Api::new(&logger, &facts);
        sizes.push((megabytes, ask_all(&mut [&mut api], options.rounds, options.only)?));
        drop(api);
        logger.close();
    }
    print_growth(&sizes, "**Nexolog**");
    Ok(true)
}
