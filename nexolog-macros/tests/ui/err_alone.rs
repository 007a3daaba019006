extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(err, ret)]
fn f(a: u8) -> Result<u8, String> {
    Ok(a)
}

fn main() {}
