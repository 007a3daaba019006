extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(rate = "1/s", fields(suppressed = 1))]
fn f() {}

fn main() {}
