extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(fields(a, a = 2))]
fn f(a: u8) {
    drop(a);
}

fn main() {}
