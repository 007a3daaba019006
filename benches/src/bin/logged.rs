//! Part B of the budgets: what `#[logged]` costs a call.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --bin logged`

use std::process::ExitCode;

use nexolog_benches::driver::{self, Case, Options, Results};
use nexolog_benches::figures::Figures;
use nexolog_benches::functions::{self, calls};
use nexolog_benches::table::{self, Goal, tenths, whole};

const BARE: &str = "bare function";
const INSTRUMENT_OFF: &str = "`#[instrument]`, filtered off";
const INSTRUMENT_ON: &str = "`#[instrument]` + close event, JSON";
const FASTRACE: &str = "`#[fastrace::trace]`, reporter on";
const LOGGED_OFF: &str = "**`#[logged]`**, off";
const LOGGED_LEVEL_OFF: &str = "**`#[logged]`**, success filtered off";
const LOGGED_ON: &str = "**`#[logged]`**, on";

const fn case(peer: &'static str, measure: fn(&Options) -> Figures) -> Case {
    Case { peer, name: "calls", measure }
}

const CASES: &[Case] = &[
    case(BARE, calls::<functions::Bare>),
    case(INSTRUMENT_OFF, calls::<functions::InstrumentOff>),
    case(LOGGED_OFF, calls::<functions::LoggedOff>),
    case(LOGGED_LEVEL_OFF, calls::<functions::LoggedLevelOff>),
    case(INSTRUMENT_ON, calls::<functions::InstrumentOn>),
    case(FASTRACE, calls::<functions::Fastrace>),
    case(LOGGED_ON, calls::<functions::LoggedOn>),
];

/// The three kinds of function, and how much more than bare each may cost when off.
const KINDS: [(&str, f64); 3] = [("sync", 2.0), ("ready", 4.0), ("yielding", 6.0)];

fn main() -> ExitCode {
    driver::run(CASES, report)
}

fn report(results: &Results, options: &Options) {
    println!("medians of {} rounds", options.rounds);
    table::print(
        results,
        &[
            tenths("sync, CPU ns", "sync"),
            tenths("async ready", "ready"),
            tenths("async yielding once", "yielding"),
            tenths("allocations, sync", "sync_allocations"),
            tenths("ready", "ready_allocations"),
            tenths("yielding", "yielding_allocations"),
            whole("future's bytes, ready", "ready_size"),
            whole("yielding", "yielding_size"),
        ],
    );
    table::print_goals(&goals(results));
}

fn goals(results: &Results) -> Vec<Goal> {
    let of = |peer: &str, figure: &str| {
        results.iter().find(|(name, _)| *name == peer).and_then(|(_, figures)| figures.get(figure))
    };
    let most = |what, goal, reached| Goal { what, goal, reached, at_least: false };
    let mut goals = Vec::new();
    for (kind, more) in KINDS {
        let above_bare = |peer| Some(of(peer, kind)? - of(BARE, kind)?);
        let ratio = |to| Some(of(LOGGED_ON, kind)? / of(to, kind)?);
        goals.push(most(format!("{kind}, off: ns more than bare"), more, above_bare(LOGGED_OFF)));
        goals.push(most(format!("{kind}, on: to instrument + close"), 0.08, ratio(INSTRUMENT_ON)));
        goals.push(most(format!("{kind}, on: to fastrace"), 1.0, ratio(FASTRACE)));
        let allocated = of(LOGGED_ON, &format!("{kind}_allocations"));
        goals.push(most(format!("{kind}, on: allocations"), 0.0, allocated));
    }
    for size in ["ready_size", "yielding_size"] {
        let larger = of(LOGGED_ON, size).zip(of(BARE, size)).map(|(on, bare)| on - bare);
        goals.push(most(format!("{size}: bytes more than bare"), 64.0, larger));
    }
    goals
}
