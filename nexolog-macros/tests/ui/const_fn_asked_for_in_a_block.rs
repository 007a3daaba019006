extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

struct S;

#[logged]
impl S {
    #[logged]
    const fn f(&self) {}
}

fn main() {}
