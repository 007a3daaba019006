extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

struct S;

#[logged]
impl S {
    #[logged(skip, level = info)]
    fn f(&self) {}
}

fn main() {}
