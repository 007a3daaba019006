extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(ret)]
fn f() -> impl Fn() {
    || ()
}

fn main() {}
