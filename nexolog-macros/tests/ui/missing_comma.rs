extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(level = info module = "orders")]
fn f() {}

fn main() {}
