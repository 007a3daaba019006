extern crate nexolog_core as nexolog;

use nexolog_macros::logged;

#[logged(fields(usr_id))]
fn f(user_id: u8) {}

fn main() {}
