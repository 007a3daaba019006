extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(ret)]
#[track_caller]
fn f() -> u8 {
    1
}

fn main() {}
