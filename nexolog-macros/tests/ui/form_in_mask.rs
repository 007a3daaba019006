extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(mask(card = %1))]
fn f() {}

fn main() {}
