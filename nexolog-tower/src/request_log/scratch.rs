use std::cell::RefCell;

/// A longer text is not kept for the next one.
const KEPT: usize = 8 * 1024;

thread_local! {
    static SCRATCH: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Gives `f` an empty text that costs no allocation when it was used before.
pub(super) fn with<R>(f: impl FnOnce(&mut String) -> R) -> R {
    // Taken, not borrowed: whoever hears of an event may log a request of its own.
    let mut text = SCRATCH.try_with(RefCell::take).unwrap_or_default();
    let result = f(&mut text);
    text.clear();
    if text.capacity() <= KEPT {
        let _ = SCRATCH.try_with(|scratch| scratch.replace(text));
    }
    result
}
