use super::writer::Writer;

/// What the writer knows of itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct PipelineState {
    pub(crate) written: u64,
    /// Lines that sinks missed, by sink.
    pub(crate) missed: Vec<(&'static str, u64)>,
    #[cfg(any(test, feature = "api"))]
    pub(crate) writing: bool,
    #[cfg(feature = "api")]
    pub(crate) last_error: Option<(String, i64)>,
    #[cfg(feature = "api")]
    pub(crate) modules: Vec<(String, u64)>,
}

impl PipelineState {
    pub(super) fn of(writer: &Writer) -> PipelineState {
        let outputs = writer.outputs();
        PipelineState {
            written: writer.written(),
            missed: outputs.sinks.iter().map(|sink| (sink.name(), sink.missed())).collect(),
            #[cfg(any(test, feature = "api"))]
            writing: outputs.trouble.is_writing(),
            #[cfg(feature = "api")]
            last_error: outputs.trouble.last(),
            #[cfg(feature = "api")]
            modules: outputs
                .copies
                .modules()
                .map(|(module, by_level)| (module.to_owned(), by_level.iter().sum()))
                .collect(),
        }
    }

    /// What was known before the writer got stuck in a write.
    pub(super) fn stuck(self) -> PipelineState {
        PipelineState {
            #[cfg(any(test, feature = "api"))]
            writing: false,
            ..self
        }
    }
}
