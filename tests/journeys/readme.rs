//! The README's program is the one that the crate in `tests/user` builds, without a warning.

#[test]
fn the_readmes_program_is_what_the_users_crate_builds() {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("```rust,no_run\n").expect("a program in the README");
    let (program, _) = rest.split_once("```").unwrap();
    let built = include_str!("../user/src/main.rs");
    let (_, built) = built.split_once("\nuse ").unwrap();
    assert_eq!(
        tokens(program),
        tokens(&format!("use {built}")),
        "copy the README's program into tests/user/src/main.rs, below its first lines"
    );
}

/// The text as it is however long the lines are that hold it.
fn tokens(program: &str) -> String {
    let dense: String = program.split_whitespace().collect();
    dense.replace(",)", ")")
}
