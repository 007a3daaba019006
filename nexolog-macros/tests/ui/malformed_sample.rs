extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(sample = 1.5)]
fn f() {}

fn main() {}
