extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

fn f() {
    #[logged]
    let closure = move || 1;
    closure();
}

fn main() {}
