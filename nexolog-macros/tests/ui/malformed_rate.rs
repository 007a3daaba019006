extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(rate = "ten a second")]
fn f() {}

fn main() {}
