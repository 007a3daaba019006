extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

struct S;

#[logged(name = "all")]
impl S {
    fn f(&self) {}
}

fn main() {}
