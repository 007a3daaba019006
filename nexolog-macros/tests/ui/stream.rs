extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

trait Stream {}
impl Stream for () {}

#[logged]
fn f() -> impl Stream {}

fn main() {}
