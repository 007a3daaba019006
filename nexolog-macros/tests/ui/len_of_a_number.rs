extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(len(a))]
fn f(a: u8) -> u8 {
    a
}

fn main() {}
