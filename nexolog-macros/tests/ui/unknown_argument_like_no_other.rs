extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(zebra)]
fn f() {}

fn main() {}
