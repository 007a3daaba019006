use super::question::Question;
use super::scan::Scanned;

/// A block that was looked through.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// Its text; empty where nothing was found.
    pub(super) text: Vec<u8>,
    pub(super) scanned: Scanned,
}

impl Piece {
    /// Takes `text` only if there is something in it, so that its memory serves for the next block else.
    pub(super) fn new(text: &mut Vec<u8>, scanned: Scanned, question: &Question) -> Piece {
        let is_wanted = question.keeps_texts || !scanned.found.is_empty();
        let text = if is_wanted { std::mem::take(text) } else { Vec::new() };
        Piece { text, scanned }
    }
}
