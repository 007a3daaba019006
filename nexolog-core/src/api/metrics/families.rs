use super::searches::Searches;
use super::text::{Kind, Text};
use crate::api::{Control, Health};
use crate::pipeline::Figures;
use crate::record::Level;
use crate::store::Storage;

/// Where the figures come from.
pub(in crate::api) struct Source<'a> {
    pub(in crate::api) service: &'a str,
    pub(in crate::api) control: &'a dyn Control,
    /// `None` when the store can't be looked at now; its figures are left out then.
    pub(in crate::api) storage: Option<Storage>,
    pub(in crate::api) searches: &'a Searches,
    pub(in crate::api) viewers: usize,
}

/// All figures as text.
pub(in crate::api) fn page(source: &Source<'_>) -> String {
    let mut text = Text::default();
    let health = source.control.health();
    logger(&mut text, source.service, &health);
    losses(&mut text, source.control, &health);
    // A writer that is stuck in a write can't be asked; what it has counted comes again when it goes on.
    if let Some(figures) = source.control.figures() {
        written(&mut text, &figures);
        requests(&mut text, &figures);
    }
    if let Some(storage) = &source.storage {
        stored(&mut text, storage);
    }
    answers(&mut text, source);
    text.finish()
}

fn logger(text: &mut Text, service: &str, health: &Health) {
    let name = "nexolog_info";
    text.begin(name, Kind::Gauge, "The service that logs, and Nexolog's version; always 1.");
    text.sample(name, &[("service", service), ("version", env!("CARGO_PKG_VERSION"))], 1);
    let about = "Seconds since the logger started.";
    text.single("nexolog_uptime_seconds", Kind::Gauge, about, health.uptime_s);
    let about = "1 when the last write of the log succeeded, else 0.";
    text.single("nexolog_writing", Kind::Gauge, about, u8::from(health.writing));
    let about = "Bytes of events that wait to be written.";
    text.single("nexolog_queue_bytes", Kind::Gauge, about, health.queued_bytes);
    let about = "Most bytes of events that may wait.";
    text.single("nexolog_queue_capacity_bytes", Kind::Gauge, about, health.queue_capacity);
}

fn losses(text: &mut Text, control: &dyn Control, health: &Health) {
    let name = "nexolog_events_lost_total";
    text.begin(name, Kind::Counter, "Events that are in no file, by cause and level.");
    for (cause, by_level) in control.lost_by_level() {
        for (level, count) in Level::ALL.into_iter().zip(by_level) {
            text.sample(name, &[("cause", cause), ("level", level.as_str())], count);
        }
    }
    let name = "nexolog_events_suppressed_total";
    text.begin(name, Kind::Counter, "Events left out since the service asked for that, by cause.");
    for (cause, count) in &health.suppressed {
        text.sample(name, &[("cause", cause)], count);
    }
    let name = "nexolog_sink_lines_missed_total";
    text.begin(name, Kind::Counter, "Lines that a sink did not take; the files have them.");
    for (sink, count) in &health.missed {
        text.sample(name, &[("sink", sink)], count);
    }
}

fn written(text: &mut Text, figures: &Figures) {
    let name = "nexolog_events_total";
    text.begin(name, Kind::Counter, "Records in the main log, by module and level.");
    for (module, by_level) in &figures.written {
        for (level, count) in Level::ALL.into_iter().zip(by_level) {
            text.sample(name, &[("module", module), ("level", level.as_str())], count);
        }
    }
    let about = "Bytes of the main log's lines, before compression.";
    text.single("nexolog_written_bytes_total", Kind::Counter, about, figures.bytes);
    let name = "nexolog_file_errors_total";
    text.begin(
        name,
        Kind::Counter,
        "How often something went wrong with files, by what was being done.",
    );
    for (doing, count) in &figures.troubles {
        text.sample(name, &[("doing", doing)], count);
    }
}

fn requests(text: &mut Text, figures: &Figures) {
    let name = "nexolog_http_request_duration_seconds";
    let about = "Requests to the service that were logged, by route, method and class of status.";
    text.begin(name, Kind::Histogram, about);
    for one in &figures.requests {
        let labels = [("route", &*one.route), ("method", one.method), ("status", one.class)];
        text.histogram(name, &labels, &one.times);
    }
}

fn stored(text: &mut Text, storage: &Storage) {
    let about = "Files of the log, indexes included.";
    text.single("nexolog_storage_files", Kind::Gauge, about, storage.files);
    let about = "Bytes of those.";
    text.single("nexolog_storage_bytes", Kind::Gauge, about, storage.bytes);
    if let Some(free) = storage.free {
        text.single("nexolog_disk_free_bytes", Kind::Gauge, "Free on the log's disk.", free);
    }
    if let Some(oldest) = storage.oldest {
        let about = "How far back history reaches: seconds since 1970.";
        let seconds = oldest as f64 / 1_000_000.0;
        text.single("nexolog_oldest_record_timestamp_seconds", Kind::Gauge, about, seconds);
    }
}

fn answers(text: &mut Text, source: &Source<'_>) {
    let counted = source.searches.now();
    let name = "nexolog_search_duration_seconds";
    text.begin(name, Kind::Histogram, "How long questions to the store took, waiting included.");
    text.histogram(name, &[], &counted.times);
    let about = "Questions refused since too many waited.";
    text.single("nexolog_searches_refused_total", Kind::Counter, about, counted.refused);
    let about = "Live streams that are open.";
    text.single("nexolog_stream_viewers", Kind::Gauge, about, source.viewers);
}
