extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(sync, future)]
fn f() {}

fn main() {}
