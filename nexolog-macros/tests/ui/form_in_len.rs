extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(len(items = %items))]
fn f(items: &str) {
    let _ = items;
}

fn main() {}
