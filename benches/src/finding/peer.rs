use std::time::Duration;

use super::answer::Answer;
use super::question::Question;

/// An answer, and what it took.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Until the whole answer was there.
    pub took: Duration,
    /// What it says.
    pub answer: Answer,
    /// What the peer itself says is missing in it.
    pub incomplete: Option<String>,
}

/// Somebody who can be asked.
pub trait Peer {
    /// Who it is.
    fn name(&self) -> &'static str;

    /// Asks; `None` when it has no way to answer such a question.
    fn ask(&mut self, question: Question) -> Result<Option<Asked>, String>;
}
