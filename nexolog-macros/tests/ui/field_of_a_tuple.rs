extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(fields(pair.0))]
fn f(pair: (u8, u8)) -> u8 {
    pair.0
}

fn main() {}
