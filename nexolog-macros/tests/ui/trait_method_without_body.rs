extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

trait T {
    #[logged]
    fn f(&self);
}

fn main() {}
