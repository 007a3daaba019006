//! What stands under the attribute: signatures are read, bodies are not.
//!
//! Nobody needs to understand a body to put it in a closure, and an editor that asks for an expansion while
//! the body is half typed gets one.

mod block;
mod function;

pub(crate) use block::{Block, Member};
pub(crate) use function::Function;
