//! What stands in the parentheses of `#[logged(..)]`.

mod duration;
mod err;
mod fields;
mod habits;
mod level;
mod parse;
mod rate;
mod returned;
mod suggest;

pub(crate) use err::ErrLevel;
pub(crate) use fields::{Field, Form};
pub(crate) use level::Level;
pub(crate) use parse::{Args, Mode};
pub(crate) use rate::Rate;
pub(crate) use returned::Returned;
