//! The web page: static files that hold no data, and the handler that serves them.
//!
//! Everything the page shows it asks of the logs API, with the reader's own credentials. Its files are
//! in `nexolog-core/dashboard/`, one module a concern; they are compiled in, so there is nothing to
//! install and nothing to find at run time.

mod assets;
mod page;
mod sent;

pub(crate) use page::{PREFIX, answer};

#[cfg(test)]
mod tests;
