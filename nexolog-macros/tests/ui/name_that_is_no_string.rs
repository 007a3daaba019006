extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(name = 3)]
fn f() {}

fn main() {}
