extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(audit)]
fn f() {}

fn main() {}
