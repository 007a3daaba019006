//! Makes logged text harmless on a terminal.

use std::fmt::Write;

use crate::record::json::is_unsafe;

/// Appends `text` with everything escaped that a terminal would act on: controls, and the marks that
/// change the direction of text.
pub(super) fn put_harmless(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || is_unsafe(c) => {
                // Writing to a string never fails.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::put_harmless;

    #[test]
    fn nothing_is_left_that_a_terminal_acts_on() {
        let mut out = String::new();
        put_harmless(&mut out, "a\u{1b}]0;owned\u{7}\nb\u{202e}\u{61c}c\u{9b}31m é");
        assert_eq!(out, "a\\u{1b}]0;owned\\u{7}\\nb\\u{202e}\\u{61c}c\\u{9b}31m é");
    }
}
