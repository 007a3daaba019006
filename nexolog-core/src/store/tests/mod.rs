//! Tests of the store's write side.

mod names;
