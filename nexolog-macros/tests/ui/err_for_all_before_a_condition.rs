extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(err(warning, info if String::is_empty))]
fn f() -> Result<(), String> {
    Ok(())
}

fn main() {}
