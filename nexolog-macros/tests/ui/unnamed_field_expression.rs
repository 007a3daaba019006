extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(fields(order.total()))]
fn f(order: u8) {
    drop(order);
}

fn main() {}
