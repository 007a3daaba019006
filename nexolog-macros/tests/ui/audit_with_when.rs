extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(audit, when = amount > 3)]
fn f(amount: u32) -> u32 {
    amount
}

fn main() {}
