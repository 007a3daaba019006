extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(sync, stream)]
fn f() -> Rows {
    loop {}
}

fn main() {}
