//! Part C of the budgets, on a real server: what `RequestLogLayer` costs a request over loopback.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --bin server`; it needs `wrk`.

use std::process::ExitCode;

use nexolog_benches::driver::{self, Case, Options, Results};
use nexolog_benches::figures::Figures;
use nexolog_benches::requests::{Bare, NeverSealed, TowerHttp, WithSpan, WithoutSpan};
use nexolog_benches::server::{self, under_wrk};
use nexolog_benches::table::{self, Goal, hundredths, whole};

const BARE: &str = "bare server";
const TOWER_HTTP: &str = "tower-http: set id, trace, propagate; JSON";
const WITH_SPAN: &str = "**`RequestLogLayer`**";
const NEVER_SEALED: &str = "**`RequestLogLayer`**, files never full";
const WITHOUT_SPAN: &str = "**`RequestLogLayer`**, `.without_span()`";

const fn case(peer: &'static str, measure: fn(&Options) -> Figures) -> Case {
    Case { peer, name: "wrk", measure }
}

const CASES: &[Case] = &[
    case(BARE, under_wrk::<Bare>),
    case(TOWER_HTTP, under_wrk::<TowerHttp>),
    case(WITH_SPAN, under_wrk::<WithSpan>),
    case(NEVER_SEALED, under_wrk::<NeverSealed>),
    case(WITHOUT_SPAN, under_wrk::<WithoutSpan>),
];

fn main() -> ExitCode {
    if !server::wrk_is_there() {
        eprintln!(
            "wrk is not installed, so there is nobody to ask the server; try `apt-get install wrk`"
        );
        return ExitCode::FAILURE;
    }
    driver::run(CASES, report)
}

fn report(results: &Results, options: &Options) {
    let mut results = results.clone();
    let bare = results.iter().find(|(peer, _)| *peer == BARE);
    let bare = bare.and_then(|(_, figures)| figures.get("request"));
    for (_, figures) in &mut results {
        if let Some((here, bare)) = figures.get("request").zip(bare) {
            figures.set("to_bare", here / bare);
        }
    }
    println!("medians of {} rounds", options.rounds);
    table::print(
        &results,
        &[
            whole("CPU ns a request", "request"),
            hundredths("to bare", "to_bare"),
            whole("lines in open files", "lines"),
        ],
    );
    let of = |peer: &str| {
        results.iter().find(|(name, _)| *name == peer).and_then(|(_, it)| it.get("to_bare"))
    };
    let most =
        |what: &str, goal, reached| Goal { what: what.into(), goal, reached, at_least: false };
    table::print_goals(&[
        most("CPU a request, to bare", 1.25, of(WITH_SPAN)),
        most("CPU a request, sealing not counted, to bare", 1.25, of(NEVER_SEALED)),
        most("CPU a request without span, to bare", 1.25, of(WITHOUT_SPAN)),
        most("CPU a request without span, to bare (stretch)", 1.15, of(WITHOUT_SPAN)),
    ]);
}
