#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nexolog_core::fuzzing::rollup(bytes));
