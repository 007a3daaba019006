//! Each thing that can't be is refused with one worded error, at the token that is wrong.

#[test]
fn what_is_refused_is_refused_in_words() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
