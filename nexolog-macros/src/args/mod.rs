//! What stands in the parentheses of `#[logged(..)]`.

mod duration;
mod fields;
mod level;
mod parse;
mod suggest;

pub(crate) use fields::{Field, Form};
pub(crate) use level::Level;
pub(crate) use parse::{Args, FutureMode};
