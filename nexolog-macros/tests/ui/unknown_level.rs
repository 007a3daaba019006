extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(level = inof)]
fn f() {}

fn main() {}
