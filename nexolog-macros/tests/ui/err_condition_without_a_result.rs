extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(err(info if String::is_empty))]
fn f() -> u8 {
    1
}

fn main() {}
