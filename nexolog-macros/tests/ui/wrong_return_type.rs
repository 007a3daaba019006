extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged]
fn f() -> u32 {
    "text"
}

fn main() {}
