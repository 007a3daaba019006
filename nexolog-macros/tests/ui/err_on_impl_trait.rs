extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(err = warning)]
fn f() -> impl Fn() {
    || ()
}

fn main() {}
