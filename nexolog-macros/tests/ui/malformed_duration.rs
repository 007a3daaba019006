extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(slow = "200")]
fn f() {}

fn main() {}
