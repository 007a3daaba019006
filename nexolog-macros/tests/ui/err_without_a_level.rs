extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(err())]
fn f() -> Result<(), String> {
    Ok(())
}

fn main() {}
