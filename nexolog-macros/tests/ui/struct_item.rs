extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged]
struct S;

fn main() {}
