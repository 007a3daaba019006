//! Part C of the budgets: what `RequestLogLayer` costs a request, in process.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --bin request`

use std::process::ExitCode;

use nexolog_benches::driver::{self, Case, Options, Results};
use nexolog_benches::figures::Figures;
use nexolog_benches::requests::{self, in_process};
use nexolog_benches::table::{self, Goal, tenths, whole};

const BARE: &str = "bare service";
const TOWER_HTTP: &str = "tower-http: set id, trace, propagate; JSON";
const WITH_SPAN: &str = "**`RequestLogLayer`**";
const WITHOUT_SPAN: &str = "**`RequestLogLayer`**, `.without_span()`";

const fn case(peer: &'static str, measure: fn(&Options) -> Figures) -> Case {
    Case { peer, name: "in_process", measure }
}

const CASES: &[Case] = &[
    case(BARE, in_process::<requests::Bare>),
    case(TOWER_HTTP, in_process::<requests::TowerHttp>),
    case(WITH_SPAN, in_process::<requests::WithSpan>),
    case(WITHOUT_SPAN, in_process::<requests::WithoutSpan>),
];

fn main() -> ExitCode {
    driver::run(CASES, report)
}

fn report(results: &Results, options: &Options) {
    let mut results = results.clone();
    let bare = results.iter().find(|(peer, _)| *peer == BARE).map(|(_, bare)| bare.clone());
    for (_, figures) in &mut results {
        for name in ["request", "allocations"] {
            let here = figures.get(name).zip(bare.as_ref().and_then(|bare| bare.get(name)));
            if let Some((here, bare)) = here {
                figures.set(&format!("{name}_more"), here - bare);
            }
        }
    }
    println!("medians of {} rounds", options.rounds);
    table::print(
        &results,
        &[
            whole("CPU ns a request", "request"),
            whole("more than bare", "request_more"),
            tenths("allocations", "allocations"),
            tenths("more than bare", "allocations_more"),
        ],
    );
    table::print_goals(&goals(&results));
}

fn goals(results: &Results) -> Vec<Goal> {
    let of = |peer: &str, figure: &str| {
        results.iter().find(|(name, _)| *name == peer).and_then(|(_, figures)| figures.get(figure))
    };
    let ratio = |peer| Some(of(peer, "request_more")? / of(TOWER_HTTP, "request_more")?);
    let most =
        |what: &str, goal, reached| Goal { what: what.into(), goal, reached, at_least: false };
    vec![
        most("cost with its span, to tower-http", 0.16, ratio(WITH_SPAN)),
        most("cost without, to tower-http", 0.12, ratio(WITHOUT_SPAN)),
        most("cost without, to tower-http (stretch)", 0.07, ratio(WITHOUT_SPAN)),
        most("allocations without span", 6.0, of(WITHOUT_SPAN, "allocations_more")),
        most("allocations without span (stretch)", 3.0, of(WITHOUT_SPAN, "allocations_more")),
    ]
}
