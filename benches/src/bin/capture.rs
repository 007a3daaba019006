//! Part A of the budgets: what it costs to log one event.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --bin capture`

use std::process::ExitCode;

use nexolog_benches::driver::{self, Case, Options, Results};
use nexolog_benches::measure;
use nexolog_benches::peers;
use nexolog_benches::table::{self, Goal, tenths, whole};

const FLOOR: &str = "floor: bytes by hand, a thread that writes";
const EMPTY: &str = "`tracing` with an empty layer";
const NEXOLOG: &str = "**Nexolog**, callers wait, no sealing";
const DEFAULTS: &str = "**Nexolog**, defaults";
const LOSSY: &str = "tracing-subscriber + tracing-appender, default mode";
const LOSSLESS: &str = "tracing-subscriber + tracing-appender, lossless";
const SPDLOG: &str = "spdlog-rs, async pool";
const LOGFORTH: &str = "logforth, JSON, file";
const SLOG: &str = "slog-json + slog-async";

/// One case a measurement.
macro_rules! cases {
    ($($peer:expr => $type:ident: [$($measure:ident),*];)*) => {
        &[$($(Case {
            peer: $peer,
            name: stringify!($measure),
            measure: measure::$measure::<peers::$type>,
        },)*)*]
    };
}

const CASES: &[Case] = cases! {
    FLOOR => Floor: [latency, allocated, throughput_1, throughput_4, memory];
    EMPTY => EmptyLayer: [latency, allocated, disabled];
    NEXOLOG => NexologLossless: [latency, allocated, disabled, throughput_1, throughput_4, written];
    DEFAULTS => NexologDefaults: [throughput_1, throughput_4, idle, memory];
    SLOG => Slog: [latency, allocated, throughput_1, throughput_4, idle, memory];
    SPDLOG => Spdlog: [latency, allocated, throughput_1, throughput_4, idle, memory];
    LOGFORTH => Logforth: [latency, allocated, disabled, throughput_1, throughput_4];
    LOSSY => TracingLossy: [throughput_1, throughput_4];
    LOSSLESS => TracingLossless: [latency, allocated, disabled, throughput_1, throughput_4, idle, memory];
};

fn main() -> ExitCode {
    driver::run(CASES, report)
}

fn report(results: &Results, options: &Options) {
    println!("{} events a throughput run, medians of {} rounds", options.events, options.rounds);
    table::print(
        results,
        &[
            whole("caller p50 ns", "p50"),
            whole("p99", "p99"),
            whole("p99.9", "p999"),
            whole("(timer)", "timer"),
            whole("CPU of a call ns", "call_cpu"),
            whole("allocations", "allocations"),
            tenths("mean", "allocations_mean"),
            tenths("level off ns", "disabled"),
        ],
    );
    table::print(
        results,
        &[
            whole("bytes a line", "line"),
            whole("events/s, 1 producer", "rate_1"),
            whole("process CPU ns", "cpu_1"),
            whole("lost", "lost_1"),
            whole("events/s, 4 producers", "rate_4"),
            whole("process CPU ns", "cpu_4"),
            whole("lost", "lost_4"),
        ],
    );
    table::print(
        results,
        &[
            whole("`written` p50 ns", "written_p50"),
            whole("p99", "written_p99"),
            tenths("idle wake-ups/s", "wake_ups"),
            tenths("MiB for 512 threads", "memory_mib"),
        ],
    );
    table::print_goals(&goals(results));
}

fn goals(results: &Results) -> Vec<Goal> {
    let of = |peer: &str, figure: &str| {
        results.iter().find(|(name, _)| *name == peer).and_then(|(_, figures)| figures.get(figure))
    };
    let ratio = |figure: &str, to: &str| Some(of(NEXOLOG, figure)? / of(to, figure)?);
    let to_faster = |figure: &str| {
        let faster = of(SLOG, figure)?.min(of(SPDLOG, figure)?);
        Some(of(NEXOLOG, figure)? / faster)
    };
    let most =
        |what: &str, goal, reached| Goal { what: what.into(), goal, reached, at_least: false };
    let least =
        |what: &str, goal, reached| Goal { what: what.into(), goal, reached, at_least: true };
    vec![
        most("caller p50 to tracing-subscriber", 0.05, ratio("p50", LOSSLESS)),
        most("caller p50 to the faster of slog and spdlog-rs", 0.3, to_faster("p50")),
        most("CPU of a call to tracing-subscriber", 0.05, ratio("call_cpu", LOSSLESS)),
        most("CPU of a call to the faster of slog and spdlog-rs", 0.3, to_faster("call_cpu")),
        most("caller p50 ns (stretch)", 90.0, of(NEXOLOG, "p50")),
        most("caller p99.9 to slog", 1.0, ratio("p999", SLOG)),
        most("caller p99.9 ns (stretch)", 3_000.0, of(NEXOLOG, "p999")),
        most("allocations an event, mean", 0.0, of(NEXOLOG, "allocations_mean")),
        most("level off, to plain `tracing`", 1.5, ratio("disabled", EMPTY)),
        most("process CPU to slog, 1 producer", 0.40, ratio("cpu_1", SLOG)),
        most("process CPU to slog, 4 producers", 0.40, ratio("cpu_4", SLOG)),
        least("events/s to slog, 1 producer", 2.5, ratio("rate_1", SLOG)),
        least("events/s to slog, 4 producers", 2.5, ratio("rate_4", SLOG)),
        most("lost", 0.0, of(NEXOLOG, "lost_4")),
        most("MiB of queue and buffers, 512 threads", 16.0, of(DEFAULTS, "memory_mib")),
        most("`written` call ns", 5_000.0, of(NEXOLOG, "written_p50")),
        most("idle wake-ups a second", 20.0, of(DEFAULTS, "wake_ups")),
    ]
}
