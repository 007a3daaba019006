extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(skip)]
fn f() {}

fn main() {}
