extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(stream, audit)]
fn f() -> Rows {
    loop {}
}

fn main() {}
