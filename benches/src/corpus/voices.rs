//! What each of the catalogue's 25 modules says, and how often.

use super::values::Kind::{
    self, Campaign, Country, Domain, Few, File, Hex, Host, Many, Share, Some, Table,
};

/// One thing that a module says. The letters behind `%` are of [`Kind`].
#[derive(Debug)]
pub(super) struct Say {
    /// How often, beside what else the module says.
    pub(super) weight: u64,
    pub(super) level: &'static str,
    pub(super) text: &'static str,
}

/// A module.
#[derive(Debug)]
pub(super) struct Voice {
    pub(super) module: &'static str,
    pub(super) target: &'static str,
    /// How often it speaks, beside the others.
    pub(super) weight: u64,
    /// Whether it also speaks outside of requests.
    pub(super) background: bool,
    /// The share of its lines that say how long something took.
    pub(super) timed: f64,
    /// Half of that takes longer.
    pub(super) median_ms: f64,
    pub(super) operations: &'static [&'static str],
    /// The type of its errors.
    pub(super) error: &'static str,
    pub(super) says: &'static [Say],
    pub(super) fields: &'static [(&'static str, Kind)],
}

/// Two words that only [`RARE`] has.
pub const RARE_WORDS: [&str; 2] = ["quorum", "replica"];

/// What the database says once in ten thousand lines.
pub(super) const RARE: Say =
    say(1, "CRITICAL", "quorum lost, replica at %h is promoted, generation %x");

/// The names of all modules.
pub const MODULES: [&str; 25] = {
    let mut names = [""; 25];
    let mut at = 0;
    while at < names.len() {
        names[at] = VOICES[at].module;
        at += 1;
    }
    names
};

/// Place of the database in [`VOICES`].
pub(super) const DATABASE: usize = 1;

/// Place of the module that lets a request in.
pub(super) const AUTH: usize = 4;

const fn say(weight: u64, level: &'static str, text: &'static str) -> Say {
    Say { weight, level, text }
}

/// All modules.
pub(super) static VOICES: [Voice; 25] = [
    Voice {
        module: "startup",
        target: "shop::startup",
        weight: 4,
        background: true,
        timed: 0.5,
        median_ms: 120.0,
        operations: &["warm_caches", "run_migrations", "open_listener"],
        error: "StartupError",
        says: &[
            say(6, "INFO", "cache %f warmed with %m entries"),
            say(3, "DEBUG", "migration %s is applied already"),
            say(2, "INFO", "worker %n is ready after %s ms"),
            say(1, "WARNING", "configuration has %n deprecated keys"),
        ],
        fields: &[("phase", Few), ("worker", Few), ("version", Hex)],
    },
    Voice {
        module: "database",
        target: "shop::store::pool",
        weight: 150,
        background: false,
        timed: 0.9,
        median_ms: 4.2,
        operations: &["load_rows", "save_rows", "begin_transaction", "fetch_page"],
        error: "DatabaseError",
        says: &[
            say(60, "INFO", "query on %t returned %s rows"),
            say(25, "DEBUG", "connection %x taken from the pool, %n idle"),
            say(12, "WARNING", "slow query on %t, plan %x scans %m rows"),
            say(10, "INFO", "transaction %x committed to %t"),
            say(4, "ERROR", "timeout while waiting for a lock on %t"),
            say(1, "ERROR", "statement on %t rejected, constraint %x"),
        ],
        fields: &[("table", Table), ("rows", Some), ("pool_idle", Few), ("statement", Hex)],
    },
    Voice {
        module: "security",
        target: "shop::guard::policy",
        weight: 16,
        background: false,
        timed: 0.3,
        median_ms: 0.8,
        operations: &["check_policy", "verify_signature"],
        error: "PolicyError",
        says: &[
            say(20, "INFO", "policy %s allows access to %t"),
            say(5, "WARNING", "policy %s denies access to %t from %h"),
            say(2, "DEBUG", "signature %x checked"),
            say(1, "ERROR", "signature %x does not match the body"),
        ],
        fields: &[("policy", Some), ("address", Host), ("resource", Table)],
    },
    Voice {
        module: "config",
        target: "shop::config::watch",
        weight: 5,
        background: true,
        timed: 0.4,
        median_ms: 9.0,
        operations: &["reload", "apply_flag"],
        error: "ConfigError",
        says: &[
            say(8, "INFO", "flag %c switched for %k"),
            say(4, "DEBUG", "configuration %x is unchanged"),
            say(1, "WARNING", "flag %c refers to an unknown audience %x"),
        ],
        fields: &[("revision", Hex), ("country", Country), ("flags", Some)],
    },
    Voice {
        module: "auth",
        target: "shop::auth::session",
        weight: 60,
        background: false,
        timed: 0.8,
        median_ms: 6.5,
        operations: &["sign_in", "refresh_session", "check_session"],
        error: "AuthError",
        says: &[
            say(60, "INFO", "session %x accepted for %d"),
            say(12, "INFO", "session %x refreshed, %s seconds left"),
            say(8, "DEBUG", "second factor not required from %h"),
            say(6, "WARNING", "wrong password from %h, attempt %n"),
            say(2, "ERROR", "identity provider of %d answered with garbage"),
        ],
        fields: &[
            ("method_id", Few),
            ("address", Host),
            ("tenant_domain", Domain),
            ("session", Hex),
        ],
    },
    Voice {
        module: "user_mgmt",
        target: "shop::users::profile",
        weight: 24,
        background: false,
        timed: 0.7,
        median_ms: 11.0,
        operations: &["update_profile", "invite_member", "change_role"],
        error: "ProfileError",
        says: &[
            say(20, "INFO", "profile %x updated, %n values changed"),
            say(8, "INFO", "invitation %x sent to someone at %d"),
            say(3, "WARNING", "role change for %x waits for approval"),
            say(1, "ERROR", "profile %x could not be saved, version conflict"),
        ],
        fields: &[("changed", Few), ("domain", Domain), ("profile", Hex)],
    },
    Voice {
        module: "organization",
        target: "shop::organizations::members",
        weight: 14,
        background: false,
        timed: 0.6,
        median_ms: 8.0,
        operations: &["add_member", "change_plan"],
        error: "OrganizationError",
        says: &[
            say(12, "INFO", "organization %d now has %s members"),
            say(5, "INFO", "plan of %d changed, %s seats"),
            say(2, "WARNING", "organization %d is close to its limit of %s seats"),
        ],
        fields: &[("seats", Some), ("members", Some), ("domain", Domain)],
    },
    Voice {
        module: "demo_system",
        target: "shop::demo::sandbox",
        weight: 8,
        background: false,
        timed: 0.5,
        median_ms: 35.0,
        operations: &["create_sandbox", "reset_sandbox"],
        error: "SandboxError",
        says: &[
            say(9, "INFO", "sandbox %x created with sample data of %d"),
            say(4, "DEBUG", "sandbox %x is idle for %s minutes"),
            say(1, "WARNING", "sandbox %x reset after %m actions"),
        ],
        fields: &[("sandbox", Hex), ("actions", Many), ("country", Country)],
    },
    Voice {
        module: "analytics",
        target: "shop::analytics::rollup",
        weight: 48,
        background: false,
        timed: 0.9,
        median_ms: 48.0,
        operations: &["aggregate_events", "refresh_view"],
        error: "AnalyticsError",
        says: &[
            say(30, "INFO", "%m events aggregated into %t"),
            say(10, "INFO", "view %t refreshed for %k"),
            say(8, "DEBUG", "bucket %x skipped, nothing new"),
            say(3, "WARNING", "events of %d arrive %s seconds late"),
            say(1, "ERROR", "timeout while aggregating %m events of %d"),
        ],
        fields: &[("events", Many), ("bucket", Hex), ("country", Country), ("lag_s", Some)],
    },
    Voice {
        module: "ga4_integration",
        target: "shop::integrations::ga4",
        weight: 22,
        background: true,
        timed: 0.9,
        median_ms: 210.0,
        operations: &["fetch_report", "sync_property"],
        error: "ReportError",
        says: &[
            say(18, "INFO", "report %x fetched, %m rows for %d"),
            say(6, "DEBUG", "page %n of report %x"),
            say(4, "WARNING", "quota for property %m at %p of the day's limit"),
            say(1, "ERROR", "report %x refused, property %m is not shared"),
        ],
        fields: &[("property", Many), ("rows", Many), ("quota_left", Share), ("report", Hex)],
    },
    Voice {
        module: "search_console",
        target: "shop::integrations::search",
        weight: 18,
        background: true,
        timed: 0.9,
        median_ms: 260.0,
        operations: &["fetch_queries", "list_sites"],
        error: "SearchConsoleError",
        says: &[
            say(16, "INFO", "%m search terms fetched for %d"),
            say(5, "INFO", "site %d verified by file %x"),
            say(3, "WARNING", "search terms of %d are %n days old"),
            say(1, "ERROR", "timeout while fetching search terms for %d"),
        ],
        fields: &[("site", Domain), ("rows", Many), ("page", Few)],
    },
    Voice {
        module: "data_processing",
        target: "shop::pipeline::clean",
        weight: 40,
        background: true,
        timed: 0.8,
        median_ms: 95.0,
        operations: &["clean_batch", "join_sources"],
        error: "BatchError",
        says: &[
            say(26, "INFO", "batch %x cleaned, %m rows kept and %s dropped"),
            say(8, "DEBUG", "batch %x has %n columns more than expected"),
            say(4, "WARNING", "batch %x has %p of its values missing"),
            say(1, "ERROR", "batch %x aborted at row %m"),
        ],
        fields: &[("batch", Hex), ("rows", Many), ("dropped", Some), ("source", File)],
    },
    Voice {
        module: "etl",
        target: "shop::pipeline::load",
        weight: 34,
        background: true,
        timed: 0.9,
        median_ms: 340.0,
        operations: &["extract", "transform", "load"],
        error: "LoadError",
        says: &[
            say(22, "INFO", "file %f loaded into %t, %m rows"),
            say(7, "INFO", "file %f fetched from %h"),
            say(5, "DEBUG", "checkpoint %x written after %m rows"),
            say(2, "WARNING", "file %f has an unknown column, ignored"),
            say(1, "ERROR", "timeout while reading %f from %h"),
        ],
        fields: &[("source_file", File), ("rows", Many), ("checkpoint", Hex), ("table", Table)],
    },
    Voice {
        module: "campaign_analyzer",
        target: "shop::campaigns::analyzer",
        weight: 36,
        background: false,
        timed: 0.8,
        median_ms: 72.0,
        operations: &["score_campaign", "compare_periods"],
        error: "AnalysisError",
        says: &[
            say(24, "INFO", "campaign %c scored %p against %k"),
            say(8, "INFO", "campaign %c compared with its last %n weeks"),
            say(5, "DEBUG", "score %x taken from the cache"),
            say(2, "WARNING", "campaign %c has too few clicks, only %s"),
            say(1, "ERROR", "campaign %c could not be scored, model %x is missing"),
        ],
        fields: &[("campaign", Campaign), ("score", Share), ("clicks", Many), ("model", Hex)],
    },
    Voice {
        module: "campaign_generator",
        target: "shop::campaigns::generator",
        weight: 26,
        background: false,
        timed: 0.8,
        median_ms: 540.0,
        operations: &["draft_texts", "choose_audience"],
        error: "DraftError",
        says: &[
            say(18, "INFO", "%n drafts written for campaign %c"),
            say(6, "INFO", "audience %x chosen for %c, %m people"),
            say(3, "WARNING", "draft %x for %c is too long, shortened"),
            say(1, "ERROR", "timeout while drafting texts for %c"),
        ],
        fields: &[("campaign", Campaign), ("drafts", Few), ("audience", Hex), ("reach", Many)],
    },
    Voice {
        module: "insights_engine",
        target: "shop::insights::engine",
        weight: 28,
        background: false,
        timed: 0.8,
        median_ms: 130.0,
        operations: &["find_trends", "rank_insights"],
        error: "InsightError",
        says: &[
            say(20, "INFO", "%n insights found for %d"),
            say(7, "INFO", "trend %x in %k rose by %p"),
            say(4, "DEBUG", "insight %x was shown before"),
            say(1, "WARNING", "insight %x rests on %s visits only"),
        ],
        fields: &[("insights", Few), ("trend", Hex), ("country", Country), ("confidence", Share)],
    },
    Voice {
        module: "google_apis",
        target: "shop::integrations::google",
        weight: 26,
        background: false,
        timed: 0.95,
        median_ms: 180.0,
        operations: &["call_api", "refresh_token_grant"],
        error: "GoogleApiError",
        says: &[
            say(22, "INFO", "call %x answered in %s ms"),
            say(5, "DEBUG", "grant of %d is valid for %s seconds"),
            say(4, "WARNING", "rate limit reached, waiting %s ms"),
            say(2, "ERROR", "timeout while calling %h, attempt %n"),
        ],
        fields: &[("service", Table), ("attempt", Few), ("call", Hex), ("quota_left", Share)],
    },
    Voice {
        module: "sendgrid",
        target: "shop::integrations::mail",
        weight: 18,
        background: true,
        timed: 0.9,
        median_ms: 150.0,
        operations: &["send_mail", "sync_bounces"],
        error: "MailError",
        says: &[
            say(18, "INFO", "mail %x handed over for %d"),
            say(4, "INFO", "%s bounces read"),
            say(3, "WARNING", "mail %x to %d bounced"),
            say(1, "ERROR", "mail %x refused, sender of %d is not verified"),
        ],
        fields: &[("mail", Hex), ("recipients", Some), ("list", Campaign)],
    },
    Voice {
        module: "slack",
        target: "shop::integrations::slack",
        weight: 10,
        background: true,
        timed: 0.9,
        median_ms: 170.0,
        operations: &["post_message", "open_channel"],
        error: "SlackError",
        says: &[
            say(10, "INFO", "message %x posted for %d"),
            say(2, "DEBUG", "channel %x is archived"),
            say(2, "WARNING", "rate limit reached, waiting %s ms"),
            say(1, "ERROR", "timeout while posting message %x"),
        ],
        fields: &[("channel", Hex), ("attempt", Few), ("workspace", Domain)],
    },
    Voice {
        module: "celery",
        target: "shop::jobs::worker",
        weight: 42,
        background: true,
        timed: 0.9,
        median_ms: 420.0,
        operations: &["run_job", "retry_job"],
        error: "JobError",
        says: &[
            say(24, "INFO", "job %x finished after %n retries"),
            say(12, "INFO", "job %x taken by worker %n"),
            say(6, "DEBUG", "heartbeat of worker %n, %s jobs wait"),
            say(3, "WARNING", "job %x runs for %s seconds already"),
            say(2, "ERROR", "job %x failed and is retried in %s seconds"),
        ],
        fields: &[("job", Hex), ("queue", Table), ("retries", Few), ("waiting", Some)],
    },
    Voice {
        module: "scheduler",
        target: "shop::jobs::scheduler",
        weight: 20,
        background: true,
        timed: 0.4,
        median_ms: 2.1,
        operations: &["plan_runs", "release_lease"],
        error: "ScheduleError",
        says: &[
            say(14, "INFO", "run %x of %t planned in %s seconds"),
            say(6, "DEBUG", "lease %x renewed"),
            say(2, "WARNING", "run %x of %t is %s seconds late"),
        ],
        fields: &[("run", Hex), ("schedule", Table), ("late_s", Some)],
    },
    Voice {
        module: "api",
        target: "shop::api::handlers",
        weight: 70,
        background: false,
        timed: 0.5,
        median_ms: 16.0,
        operations: &["validate", "serialize", "paginate"],
        error: "ApiError",
        says: &[
            say(40, "INFO", "page %n with %s entries put together"),
            say(14, "DEBUG", "body of %m bytes read"),
            say(8, "INFO", "answer %x taken from the cache"),
            say(4, "WARNING", "client at %h sends a deprecated parameter"),
            say(1, "ERROR", "answer %x could not be put together from %t"),
        ],
        fields: &[("entries", Some), ("bytes_in", Many), ("cache", Hex), ("client_network", Host)],
    },
    Voice {
        module: "frontend",
        target: "shop::frontend::render",
        weight: 30,
        background: false,
        timed: 0.7,
        median_ms: 22.0,
        operations: &["render_page", "load_assets"],
        error: "RenderError",
        says: &[
            say(22, "INFO", "page for %d rendered in %k"),
            say(6, "DEBUG", "asset %x is fresh"),
            say(4, "WARNING", "script error reported by %s browsers"),
            say(1, "ERROR", "page for %d could not be rendered, part %x"),
        ],
        fields: &[("locale", Country), ("assets", Few), ("part", Hex), ("bytes", Many)],
    },
    Voice {
        module: "health_check",
        target: "shop::monitor::health",
        weight: 12,
        background: true,
        timed: 0.9,
        median_ms: 1.4,
        operations: &["check_database", "check_disk", "check_queue"],
        error: "HealthError",
        says: &[
            say(20, "DEBUG", "probe %n answered"),
            say(10, "INFO", "all %n parts are well"),
            say(2, "WARNING", "disk is %p full"),
            say(1, "CRITICAL", "database at %h is unreachable"),
        ],
        fields: &[("probe", Few), ("host", Host), ("load", Share)],
    },
    Voice {
        module: "performance",
        target: "shop::monitor::performance",
        weight: 18,
        background: true,
        timed: 0.6,
        median_ms: 0.9,
        operations: &["sample", "compact_samples"],
        error: "SampleError",
        says: &[
            say(20, "INFO", "%m samples compacted to %s"),
            say(6, "DEBUG", "sample %x is an outlier"),
            say(3, "WARNING", "memory grew by %s MiB within an hour"),
        ],
        fields: &[("samples", Many), ("p95_ms", Some), ("pressure", Share), ("host", Host)],
    },
];
