extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged]
#[track_caller]
fn f() -> Result<u8, String> {
    Ok(1)
}

fn main() {}
