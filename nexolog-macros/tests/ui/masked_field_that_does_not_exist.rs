extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(mask(crad))]
fn f(card: u8) {}

fn main() {}
