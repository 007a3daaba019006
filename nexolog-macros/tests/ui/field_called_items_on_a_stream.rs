extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(stream, fields(items = 1))]
fn f() -> Rows {
    loop {}
}

fn main() {}
