use super::requests::RequestTimes;
use super::writer::Writer;

/// What the writer has counted since the start, in full.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    /// Records of the main log, by module and level (in the order of [`Level::ALL`](crate::record::Level::ALL)).
    pub(crate) written: Vec<(String, [u64; 6])>,
    /// Bytes of those.
    pub(crate) bytes: u64,
    /// How often something went wrong with files, by what was being done.
    pub(crate) troubles: Vec<(&'static str, u64)>,
    /// Requests to the service.
    pub(crate) requests: Vec<RequestTimes>,
}

impl Figures {
    pub(super) fn of(writer: &Writer) -> Figures {
        let (outputs, lines) = (writer.outputs(), writer.lines());
        let modules = outputs.copies.modules();
        Figures {
            written: modules.map(|(module, by_level)| (module.to_owned(), by_level)).collect(),
            bytes: lines.bytes,
            troubles: outputs.trouble.counts().collect(),
            requests: lines.requests.all(),
        }
    }
}
