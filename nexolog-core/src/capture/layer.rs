use std::sync::Arc;

use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber, span};
use tracing_core::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::LookupSpan;

use super::handler::{Capture, Captured};
use super::keeper;
use super::span::{self as span_data, SpanData, SpanDataByLogger};
#[cfg(feature = "api")]
use crate::audit::Trail;
use crate::pipeline::Pipeline;
use crate::record::Level;

/// The `tracing_subscriber` layer that feeds a logger; made by [`Nexolog::layer`](crate::Nexolog::layer).
#[derive(Clone, Debug)]
pub(crate) struct NexologLayer {
    pub(crate) capture: Arc<Capture>,
    pub(crate) pipeline: Arc<Pipeline>,
    /// Lives as long as somebody can log.
    #[cfg(feature = "api")]
    pub(crate) trail: Arc<Trail>,
}

impl NexologLayer {
    pub(crate) fn gate(&self) -> LevelGate {
        LevelGate { capture: Arc::clone(&self.capture) }
    }
}

impl<S> Layer<S> for NexologLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if self.capture.event(event, &context) == Captured::Urgent {
            self.pipeline.write_urgent();
        }
    }

    fn on_new_span(
        &self,
        attributes: &span::Attributes<'_>,
        id: &span::Id,
        context: Context<'_, S>,
    ) {
        let Some(span) = context.span(id) else { return };
        let plan = self.capture.plans.get(attributes.metadata());
        let data = SpanData::new(&plan, attributes);
        let mut extensions = span.extensions_mut();
        if extensions.get_mut::<SpanDataByLogger>().is_none() {
            extensions.insert(SpanDataByLogger::default());
        }
        if let Some(by_logger) = extensions.get_mut::<SpanDataByLogger>() {
            by_logger.insert(self.capture.id, data);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let plan = self.capture.plans.get(span.metadata());
        let mut extensions = span.extensions_mut();
        let by_logger = extensions.get_mut::<SpanDataByLogger>();
        if let Some(data) = by_logger.and_then(|by_logger| by_logger.get_mut(self.capture.id)) {
            data.record(&plan, values);
        }
    }

    fn on_enter(&self, id: &span::Id, context: Context<'_, S>) {
        if let Some(known) = span_data::known(id) {
            return span_data::enter_known(id, known);
        }
        let Some(span) = context.span(id) else { return };
        let extensions = span.extensions();
        let by_logger = extensions.get::<SpanDataByLogger>();
        if let Some(data) = by_logger.and_then(|by_logger| by_logger.get(self.capture.id)) {
            span_data::enter(id, &data.context);
        }
    }

    fn on_exit(&self, id: &span::Id, _context: Context<'_, S>) {
        span_data::exit(id);
    }
}

/// Lets events and spans pass that some module would write; the rest is decided once the module is known.
#[derive(Clone, Debug)]
pub(crate) struct LevelGate {
    capture: Arc<Capture>,
}

impl LevelGate {
    fn interest(&self, metadata: &Metadata<'_>) -> Interest {
        let table = self.capture.levels.table();
        let level = most_serious(metadata);
        let is_written = self.capture.levels.any_passes(level);
        let may_be_kept = self.capture.levels.may_be_kept(level);
        if !is_written && !may_be_kept {
            Interest::never()
        } else if !is_written
            || table.asks_modules()
            || metadata.is_span()
            || metadata.target() == "log"
        {
            // What a span or an event belongs to is known only when it is there; all `log` records share
            // the target `log`.
            Interest::sometimes()
        } else if level as u8 >= table.least_of_target(metadata.target()) {
            Interest::always()
        } else if may_be_kept {
            Interest::sometimes()
        } else {
            Interest::never()
        }
    }

    fn passes(&self, metadata: &Metadata<'_>) -> bool {
        let (levels, level) = (&self.capture.levels, most_serious(metadata));
        levels.any_passes(level) || levels.may_be_kept(level) && keeper::is_in_request()
    }

    fn max_level(&self) -> LevelFilter {
        match self.capture.levels.most_verbose() {
            None => LevelFilter::OFF,
            Some(Level::Trace) => LevelFilter::TRACE,
            Some(Level::Debug) => LevelFilter::DEBUG,
            Some(Level::Info) => LevelFilter::INFO,
            Some(Level::Warning) => LevelFilter::WARN,
            Some(Level::Error | Level::Critical) => LevelFilter::ERROR,
        }
    }
}

impl<S> Filter<S> for LevelGate {
    fn enabled(&self, metadata: &Metadata<'_>, _context: &Context<'_, S>) -> bool {
        self.passes(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.interest(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.max_level())
    }
}

/// As the only listener of a process the gate need not be asked a layer at a time.
impl<S: Subscriber> Layer<S> for LevelGate {
    fn enabled(&self, metadata: &Metadata<'_>, _context: Context<'_, S>) -> bool {
        self.passes(metadata)
    }

    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.interest(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.max_level())
    }
}

/// The level that an event of this callsite may have at most: an ERROR may turn out to be CRITICAL.
fn most_serious(metadata: &Metadata<'_>) -> Level {
    match Level::from(*metadata.level()) {
        Level::Error => Level::Critical,
        level => level,
    }
}
