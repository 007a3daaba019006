//! What the attribute costs in memory.

extern crate nexolog_core as nexolog;

use std::future::ready;
use std::mem::size_of_val;

use nexolog_macros::logged;

async fn bare(id: u64, name: &str) -> usize {
    let buffer = [0_u8; 512];
    ready(()).await;
    buffer.len() + name.len() + usize::try_from(id).unwrap_or(0)
}

#[logged]
async fn annotated(id: u64, name: &str) -> usize {
    let buffer = [0_u8; 512];
    ready(()).await;
    buffer.len() + name.len() + usize::try_from(id).unwrap_or(0)
}

#[test]
fn the_future_is_at_most_64_bytes_larger() {
    let (bare, annotated) = (size_of_val(&bare(1, "a")), size_of_val(&annotated(1, "a")));
    assert!(annotated <= bare + 64, "{bare} bytes became {annotated}");
}
