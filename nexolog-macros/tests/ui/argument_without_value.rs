extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(module)]
fn f() {}

fn main() {}
