//! The README's program is the one that the crate in `tests/user` builds, without a warning.

#[test]
fn the_readmes_program_is_what_the_users_crate_builds() {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("```rust,no_run\n").expect("a program in the README");
    let (program, _) = rest.split_once("```").unwrap();
    let built = include_str!("../user/src/main.rs");
    assert!(
        built.ends_with(&format!("\n\n{program}")),
        "copy the README's program into tests/user/src/main.rs, below its first lines"
    );
}
