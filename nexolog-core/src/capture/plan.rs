use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use tracing::Metadata;

use super::limiter::Limiter;
#[cfg(feature = "api")]
use crate::config::is_target_prefix;
use crate::config::{Catalogue, RateLimit};
use crate::privacy::{Masker, Secrecy};
use crate::record::{Level, json};

/// What a field of a callsite fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Message,
    Module,
    RequestId,
    TraceId,
    SpanId,
    UserId,
    OrganizationId,
    Operation,
    Outcome,
    DurationMs,
    Error,
    ErrorType,
    ErrorMessage,
    ErrorBacktrace,
    /// The event stands for code elsewhere: its target, file and line.
    Target,
    File,
    Line,
    /// A mark for Nexolog itself that is no data.
    Mark,
    /// An entry of `fields`: its key, and how secret it is.
    Field {
        key: String,
        secrecy: Secrecy,
    },
}

/// What the caller has to know of a field when it copies its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// Nothing but its index.
    Plain,
    /// It may be longer: a message, a backtrace.
    Message,
    /// Its text says where the event belongs.
    Module,
    Target,
    /// Its text stands for that of the operation in force.
    Operation,
    /// It is not copied.
    Mark,
}

/// Everything about a callsite that needs to be worked out only once.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) id: u32,
    pub(crate) level: Level,
    /// The module of events that name none, outside of any operation or span that does.
    pub(crate) module: String,
    pub(crate) target: &'static str,
    pub(crate) file: Option<&'static str>,
    pub(crate) line: Option<u32>,
    /// One a field, by the field's index.
    pub(crate) slots: Box<[Slot]>,
    /// The same as the caller sees them.
    pub(crate) kinds: Box<[FieldKind]>,
    /// `,"target":…,"file":…,"line":…` as it ends most lines.
    pub(crate) origin: Vec<u8>,
    /// Whether a field may override a part of `origin`.
    pub(crate) moves: bool,
    /// What the callsite may write, where that is limited.
    pub(crate) limiter: Option<Limiter>,
}

impl Plan {
    /// The plan of Nexolog's own records, which come from no callsite.
    fn own() -> Plan {
        Plan {
            id: OWN_PLAN,
            level: Level::Info,
            module: OWN_MODULE.to_owned(),
            target: OWN_MODULE,
            file: None,
            line: None,
            slots: Box::new([Slot::Message]),
            kinds: Box::new([FieldKind::Message]),
            origin: origin(OWN_MODULE, None, None),
            moves: false,
            limiter: None,
        }
    }

    /// A callsite of the target `shop`, as tests need it.
    #[cfg(test)]
    pub(crate) fn of_test(id: u32, limiter: Option<Limiter>) -> Plan {
        Plan { id, target: "shop", file: Some("cart.rs"), line: Some(7), limiter, ..Plan::own() }
    }

    fn new(
        id: u32,
        metadata: &'static Metadata<'static>,
        catalogue: &Catalogue,
        masker: &Masker,
        limit: Option<&RateLimit>,
    ) -> Plan {
        let slots: Box<[Slot]> =
            metadata.fields().iter().map(|field| slot(field.name(), masker)).collect();
        let critical = metadata.fields().field(CRITICAL_MARK).is_some();
        let level = if critical { Level::Critical } else { Level::from(*metadata.level()) };
        let rate = limit.and_then(|limit| limit.rate_of(metadata.target(), level));
        Plan {
            id,
            level,
            module: module_of(metadata.target(), catalogue).to_owned(),
            target: metadata.target(),
            file: metadata.file(),
            line: metadata.line(),
            limiter: rate.map(Limiter::new),
            origin: origin(metadata.target(), metadata.file(), metadata.line().map(u64::from)),
            moves: slots.iter().any(|slot| matches!(slot, Slot::Target | Slot::File | Slot::Line)),
            kinds: slots.iter().map(Slot::kind).collect(),
            slots,
        }
    }
}

/// Id of the plan of Nexolog's own records.
pub(crate) const OWN_PLAN: u32 = 0;

/// The module of Nexolog's own records.
pub(crate) const OWN_MODULE: &str = "nexolog";

/// The field that raises an ERROR event of `tracing` to CRITICAL.
const CRITICAL_MARK: &str = "nexolog.critical";

impl Slot {
    /// What the caller has to know of such a field.
    pub(crate) fn kind(&self) -> FieldKind {
        match self {
            Slot::Message | Slot::ErrorBacktrace => FieldKind::Message,
            Slot::Module => FieldKind::Module,
            Slot::Target => FieldKind::Target,
            Slot::Operation => FieldKind::Operation,
            Slot::Mark => FieldKind::Mark,
            _ => FieldKind::Plain,
        }
    }

    /// The key that a value goes under in `fields` when its type does not fit the reserved key.
    pub(crate) fn key(&self) -> &str {
        match self {
            Slot::Message => "message",
            Slot::Module => "module",
            Slot::RequestId => "request_id",
            Slot::TraceId => "trace_id",
            Slot::SpanId => "span_id",
            Slot::UserId => "user_id",
            Slot::OrganizationId => "organization_id",
            Slot::Operation => "operation",
            Slot::Outcome => "outcome",
            Slot::DurationMs => "duration_ms",
            Slot::Error => "error",
            Slot::ErrorType => "error.type",
            Slot::ErrorMessage => "error.message",
            Slot::ErrorBacktrace => "error.backtrace",
            Slot::Target => "target",
            Slot::File => "file",
            Slot::Line => "line",
            Slot::Mark => "",
            Slot::Field { key, .. } => key,
        }
    }
}

fn slot(name: &str, masker: &Masker) -> Slot {
    match name {
        "message" => Slot::Message,
        "module" => Slot::Module,
        "request_id" => Slot::RequestId,
        "trace_id" => Slot::TraceId,
        "span_id" => Slot::SpanId,
        "user_id" => Slot::UserId,
        "organization_id" => Slot::OrganizationId,
        "operation" => Slot::Operation,
        "outcome" => Slot::Outcome,
        "duration_ms" => Slot::DurationMs,
        "error" => Slot::Error,
        "error.type" => Slot::ErrorType,
        "error.message" => Slot::ErrorMessage,
        "error.backtrace" => Slot::ErrorBacktrace,
        "log.target" | "nexolog.target" => Slot::Target,
        "log.file" | "nexolog.file" => Slot::File,
        "log.line" | "nexolog.line" => Slot::Line,
        "log.module_path" | CRITICAL_MARK => Slot::Mark,
        other => {
            let key = other.strip_prefix("r#").unwrap_or(other);
            Slot::Field { key: key.to_owned(), secrecy: masker.secrecy(key) }
        }
    }
}

/// The module of a target: by the catalogue, else its crate's name.
pub(crate) fn module_of<'a>(target: &'a str, catalogue: &'a Catalogue) -> &'a str {
    catalogue.module_of(target).unwrap_or_else(|| target.split("::").next().unwrap_or(target))
}

/// `,"target":…,"file":…,"line":…`, as far as they are known.
pub(crate) fn origin(target: &str, file: Option<&str>, line: Option<u64>) -> Vec<u8> {
    let mut out = b",\"target\":".to_vec();
    json::put_str(&mut out, target);
    if let Some(file) = file {
        out.extend_from_slice(b",\"file\":");
        json::put_str(&mut out, file);
    }
    if let Some(line) = line {
        out.extend_from_slice(b",\"line\":");
        json::put_integer(&mut out, line);
    }
    out
}

/// The plans of one logger, made at the first sight of each callsite.
#[derive(Debug)]
pub(crate) struct Plans {
    catalogue: Catalogue,
    masker: Arc<Masker>,
    limit: Option<RateLimit>,
    made: RwLock<Made>,
}

#[derive(Debug)]
struct Made {
    by_callsite: HashMap<usize, Arc<Plan>>,
    by_id: Vec<Arc<Plan>>,
}

impl Plans {
    pub(crate) fn new(
        catalogue: Catalogue,
        masker: Arc<Masker>,
        limit: Option<RateLimit>,
    ) -> Plans {
        let made = Made { by_callsite: HashMap::new(), by_id: vec![Arc::new(Plan::own())] };
        Plans { catalogue, masker, limit, made: RwLock::new(made) }
    }

    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    pub(crate) fn masker(&self) -> &Arc<Masker> {
        &self.masker
    }

    /// The plan of the callsite that this metadata describes.
    pub(crate) fn get(&self, metadata: &'static Metadata<'static>) -> Arc<Plan> {
        let key = callsite_key(metadata);
        let known = self.made.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = known.by_callsite.get(&key) {
            return Arc::clone(plan);
        }
        drop(known);
        let mut made = self.made.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = made.by_callsite.get(&key) {
            return Arc::clone(plan);
        }
        let id = u32::try_from(made.by_id.len()).unwrap_or(u32::MAX);
        let limit = self.limit.as_ref();
        let plan = Arc::new(Plan::new(id, metadata, &self.catalogue, &self.masker, limit));
        made.by_id.push(Arc::clone(&plan));
        made.by_callsite.insert(key, Arc::clone(&plan));
        plan
    }

    /// Whether something came from the callsite that this metadata describes.
    pub(crate) fn knows(&self, metadata: &'static Metadata<'static>) -> bool {
        let made = self.made.read().unwrap_or_else(PoisonError::into_inner);
        made.by_callsite.contains_key(&callsite_key(metadata))
    }

    /// Whether a callsite was seen whose target is `prefix` or lies beneath it.
    #[cfg(feature = "api")]
    pub(crate) fn has_target(&self, prefix: &str) -> bool {
        let made = self.made.read().unwrap_or_else(PoisonError::into_inner);
        made.by_id.iter().any(|plan| is_target_prefix(prefix, plan.target))
    }

    /// Brings a reader's own list up to date; the list's index is the plan's id.
    pub(crate) fn refresh(&self, known: &mut Vec<Arc<Plan>>) {
        let made = self.made.read().unwrap_or_else(PoisonError::into_inner);
        known.extend_from_slice(made.by_id.get(known.len()..).unwrap_or_default());
    }
}

/// Metadata is static, so its address names the callsite for as long as the process lives.
pub(crate) fn callsite_key(metadata: &'static Metadata<'static>) -> usize {
    std::ptr::from_ref(metadata).addr()
}
