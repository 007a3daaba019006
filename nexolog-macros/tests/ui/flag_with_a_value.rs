extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(span = "checkout")]
fn f() {}

fn main() {}
