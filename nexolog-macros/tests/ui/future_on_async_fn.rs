extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(future)]
async fn f() {}

fn main() {}
