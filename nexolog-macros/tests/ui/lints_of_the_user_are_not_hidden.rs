#![deny(unused_variables, unused_mut, unreachable_code, unused_must_use, unused_assignments)]

extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged]
async fn later(unused: u8, mut changed: u8) -> Result<u8, String> {
    let forgotten = 1;
    Ok::<u8, String>(2);
    return Ok(changed);
    Ok(3)
}

#[logged]
fn sooner(unused: u8, mut changed: u8) -> u8 {
    let mut assigned = 1;
    assigned = 2;
    changed
}

fn main() {
    drop(later(1, 2));
    sooner(1, 2);
}
