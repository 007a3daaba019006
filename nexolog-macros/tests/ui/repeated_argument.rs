extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(level = info, module = "orders", level = debug)]
fn f() {}

fn main() {}
