extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged]
trait T {
    fn f(&self) {}
}

fn main() {}
