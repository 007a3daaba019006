//! What the answer of `GET stats` looks like.

use super::stats::STATUSES;
use crate::api::openapi::{Schema, durations, level_counts, storage, warnings};

pub(super) fn sums() -> Schema {
    let module = [
        ("module", Schema::text("orders")),
        ("count", Schema::count(6)),
        ("levels", level_counts()),
    ];
    Schema::answer([
        ("total", Schema::count(6)),
        ("errors", Schema::count(2).about("Records of ERROR and CRITICAL.")),
        ("error_rate", Schema::share(0.25)),
        ("requests", requests()),
        ("levels", level_counts()),
        ("modules", Schema::list(Schema::object(module))),
        ("interval_s", Schema::count(300).about("Seconds of each bar.")),
        (
            "timeline",
            Schema::list(Schema::object([
                ("start", Schema::time().or_null()),
                ("levels", level_counts()),
            ])),
        ),
        (
            "response_times",
            Schema::object([
                ("api", durations()),
                ("database", durations()),
                ("modules", Schema::map("orders", durations())),
            ]),
        ),
        ("operations", Schema::list(operation())),
        ("users", users()),
        ("external", Schema::list(external())),
        (
            "approximate",
            Schema::list(Schema::text("users.active")).about("Which parts are estimates."),
        ),
        ("scanned", Schema::count(0).about("Lines that were looked at.")),
        ("storage", storage().about("Null for who has a scope.").or_null()),
        ("warnings", warnings()),
    ])
}

fn requests() -> Schema {
    Schema::object([
        ("total", Schema::count(4)),
        ("failed", Schema::count(1)),
        ("error_rate", Schema::share(0.25)),
        ("statuses", Schema::object(STATUSES.map(|class| (class, Schema::count(1))))),
    ])
}

fn operation() -> Schema {
    Schema::object([
        ("operation", Schema::text("place_order")),
        ("count", Schema::count(4)),
        ("failures", Schema::count(1)),
        ("error_rate", Schema::share(0.25)),
        ("times", durations()),
    ])
}

fn users() -> Schema {
    Schema::object([
        ("logins", Schema::count(3)),
        ("failed_logins", Schema::count(1)),
        ("logouts", Schema::count(2)),
        ("active", Schema::count(3)),
    ])
}

fn external() -> Schema {
    Schema::object([
        ("service", Schema::text("payments")),
        ("calls", Schema::count(4)),
        ("failures", Schema::count(1)),
        ("error_rate", Schema::share(0.25)),
        ("times", durations()),
        ("last_outcome", Schema::text("success")),
    ])
}
