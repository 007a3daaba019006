extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(modul = "orders")]
fn f() {}

fn main() {}
