extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

struct MyFuture;

#[logged]
fn f() -> MyFuture {
    MyFuture
}

fn main() {}
