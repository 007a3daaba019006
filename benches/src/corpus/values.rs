//! What varies in messages and fields.

use std::fmt::Write as _;

use super::random::Random;

/// A value that differs from line to line.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A number below 10.
    Few,
    /// A number below 500.
    Some,
    /// A number below 100,000.
    Many,
    /// Eight hexadecimal digits.
    Hex,
    /// A host of the service's network.
    Host,
    /// A table of its database.
    Table,
    /// A customer's domain.
    Domain,
    /// A file in its store.
    File,
    /// A campaign's name.
    Campaign,
    /// A country.
    Country,
    /// A share with two digits.
    Share,
}

const TABLES: [&str; 12] = [
    "orders",
    "accounts",
    "memberships",
    "invoices",
    "keywords",
    "page_views",
    "audiences",
    "creatives",
    "budgets",
    "job_runs",
    "webhooks",
    "exports",
];
const DOMAINS: [&str; 16] = [
    "acorn-tools.example",
    "bluefin.example",
    "cedarworks.example",
    "dune-travel.example",
    "elmstreet.example",
    "fjordline.example",
    "granary.example",
    "harbour-books.example",
    "inkwell.example",
    "juniper.example",
    "kitehill.example",
    "lumen-lab.example",
    "mossgarden.example",
    "northwind.example",
    "oakmill.example",
    "pinecrest.example",
];
const CAMPAIGNS: [&str; 10] = [
    "spring-launch",
    "summer-sale",
    "back-to-school",
    "newsletter-q3",
    "black-week",
    "winter-warmup",
    "retarget-visitors",
    "brand-search",
    "lookalike-eu",
    "trial-reminder",
];
const COUNTRIES: [&str; 8] = ["DE", "FR", "US", "GB", "NL", "PL", "BR", "JP"];
const FILES: [&str; 6] =
    ["daily_clicks", "sessions", "cost_report", "audience_sync", "conversions", "search_terms"];

impl Kind {
    /// The kind that stands behind a `%` in a template.
    pub(super) fn of_letter(letter: u8) -> Kind {
        match letter {
            b'n' => Kind::Few,
            b's' => Kind::Some,
            b'm' => Kind::Many,
            b'x' => Kind::Hex,
            b'h' => Kind::Host,
            b't' => Kind::Table,
            b'd' => Kind::Domain,
            b'f' => Kind::File,
            b'c' => Kind::Campaign,
            b'k' => Kind::Country,
            b'p' => Kind::Share,
            _ => panic!("templates have no %{}", char::from(letter)),
        }
    }

    /// Whether its values are numbers, which stand without quotes in JSON.
    pub(super) fn is_number(self) -> bool {
        matches!(self, Kind::Few | Kind::Some | Kind::Many | Kind::Share)
    }

    /// Appends a value; none has a character that JSON escapes.
    pub(super) fn put(self, random: &mut Random, out: &mut String) {
        let _ = match self {
            Kind::Few => write!(out, "{}", random.below(10)),
            Kind::Some => write!(out, "{}", random.below(500)),
            Kind::Many => write!(out, "{}", random.below(100_000)),
            Kind::Hex => write!(out, "{:08x}", random.bits() >> 32),
            Kind::Host => write!(out, "10.2.{}.{}", random.below(4), 10 + random.below(40)),
            Kind::Table => out.write_str(random.one_of::<&str>(&TABLES)),
            Kind::Domain => out.write_str(random.one_of::<&str>(&DOMAINS)),
            Kind::File => {
                let day = 1 + random.below(28);
                write!(out, "{}_{day:02}.parquet", random.one_of(&FILES))
            }
            Kind::Campaign => write!(out, "{}-{}", random.one_of(&CAMPAIGNS), random.below(40)),
            Kind::Country => out.write_str(random.one_of::<&str>(&COUNTRIES)),
            Kind::Share => write!(out, "0.{:02}", 1 + random.below(98)),
        };
    }
}

/// Appends a template with every `%` and its letter replaced by a value.
pub(super) fn fill(template: &str, random: &mut Random, out: &mut String) {
    let mut parts = template.split('%');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (letter, rest) = part.split_at(1);
        Kind::of_letter(letter.as_bytes()[0]).put(random, out);
        out.push_str(rest);
    }
}
