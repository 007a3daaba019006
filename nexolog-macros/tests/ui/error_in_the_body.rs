extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged]
async fn f(count: u32) -> Result<u8, String> {
    let text: String = count;
    Ok(1)
}

fn main() {}
