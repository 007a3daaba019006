use std::any::Any;
use std::error::Error;
use std::fmt;

use super::{Text, backtrace};

/// An error as it was when the call ended: its text, its type and its sources.
///
/// The error itself belongs to the caller and may borrow from anything; a record needs one that lives on
/// its own.
#[derive(Debug)]
pub struct Snapshot {
    type_name: &'static str,
    message: Text,
    source: Option<Box<Snapshot>>,
    /// Where the error was made, if it told.
    backtrace: Option<Box<str>>,
}

impl Snapshot {
    /// A chain longer than this is most likely a circle.
    const MAX_SOURCES: usize = 32;

    /// Of an error, whose type's name is `type_name`.
    #[must_use]
    pub fn of(type_name: &'static str, error: &dyn Error) -> Snapshot {
        let mut messages = vec![Text::display(error)];
        let mut source = error.source();
        while let Some(error) = source.filter(|_| messages.len() <= Self::MAX_SOURCES) {
            messages.push(Text::display(error));
            source = error.source();
        }
        let link = |source, message| {
            Some(Box::new(Snapshot { type_name: "", message, source, backtrace: None }))
        };
        let mut chain = messages.into_iter().rev();
        let outermost = chain.next_back().unwrap_or_else(|| Text::copy(""));
        let source = chain.fold(None, link);
        Snapshot { type_name, message: outermost, source, backtrace: None }
    }

    /// Of a failure that has a text, or none, but no sources.
    #[must_use]
    pub fn plain(type_name: &'static str, message: Text) -> Snapshot {
        Snapshot { type_name, message, source: None, backtrace: None }
    }

    /// The same, with the backtrace that a box of errors has, if it has one.
    #[must_use]
    pub fn with_backtrace_of(mut self, boxed: &impl fmt::Debug) -> Snapshot {
        self.backtrace = backtrace::of(boxed);
        self
    }

    /// The same, with a backtrace that somebody else has; one that was not captured is none.
    #[must_use]
    pub fn with_backtrace(mut self, backtrace: &impl fmt::Display) -> Snapshot {
        let text = Text::display(backtrace);
        let text = text.as_str().trim();
        // What `Backtrace` says of itself where there is nothing to see.
        if !matches!(text, "" | "disabled backtrace" | "unsupported backtrace") {
            self.backtrace = Some(text.into());
        }
        self
    }

    /// Of what a panic was given.
    #[must_use]
    pub fn of_panic(payload: &(dyn Any + Send)) -> Snapshot {
        let message = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("panicked with a value that is no text");
        Snapshot::plain("panic", Text::copy(message))
    }

    /// The name of the error's type.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The error's own text.
    #[must_use]
    pub fn message(&self) -> &str {
        self.message.as_str()
    }

    /// Where the error was made, if it told.
    #[must_use]
    pub fn backtrace(&self) -> Option<&str> {
        self.backtrace.as_deref()
    }
}

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl Error for Snapshot {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
