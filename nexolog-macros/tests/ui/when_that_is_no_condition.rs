extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(when = 5)]
fn f() {}

fn main() {}
