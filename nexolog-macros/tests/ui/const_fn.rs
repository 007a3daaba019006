extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged]
const fn f() {}

fn main() {}
