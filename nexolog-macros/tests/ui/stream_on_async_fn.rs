extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(stream)]
async fn f() {}

fn main() {}
