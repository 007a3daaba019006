//! What does not compile, so that nobody runs it.
#![cfg(feature = "api")]

#[test]
fn fault_56_routes_without_a_decision_on_access_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/ui/fault_56_*.rs");
}
