use super::{MaskAction, MaskKey};

/// What stands for a value whose characters are not shown.
pub(crate) const MASKED: &str = "***";

/// Characters that [`MaskAction::Partial`] keeps, and how many a value must have for that.
const KEPT: usize = 4;
const ENOUGH: usize = 12;

/// Appends what stands for `value`.
pub(super) fn replace(out: &mut String, value: &str, action: MaskAction, key: Option<&MaskKey>) {
    match (action, key) {
        (MaskAction::Drop, _) => {}
        (MaskAction::Partial, _) => {
            out.push_str(MASKED);
            if value.chars().nth(ENOUGH - 1).is_some() {
                let kept = value.char_indices().rev().nth(KEPT - 1);
                out.push_str(kept.and_then(|(at, _)| value.get(at..)).unwrap_or_default());
            }
        }
        (MaskAction::Hash, Some(key)) => out.push_str(&key.hash(value)),
        // A hash without a key is refused when the logger starts.
        (MaskAction::Hash, None) | (MaskAction::Redact, _) => out.push_str(MASKED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(value: &str, action: MaskAction) -> String {
        let mut out = String::new();
        replace(&mut out, value, action, MaskKey::new(&[7; 16]).as_ref());
        out
    }

    #[test]
    fn each_action_shows_what_it_says_and_no_more() {
        assert_eq!(replaced("4111111111111111", MaskAction::Redact), "***");
        assert_eq!(replaced("4111111111111111", MaskAction::Partial), "***1111");
        assert_eq!(replaced("größenwahnß€ü", MaskAction::Partial), "***nß€ü");
        assert_eq!(replaced("hunter2", MaskAction::Partial), "***");
        assert_eq!(replaced("4111111111111111", MaskAction::Drop), "");
        let hash = replaced("ann@example.com", MaskAction::Hash);
        assert_eq!(hash, replaced("ann@example.com", MaskAction::Hash));
        assert_ne!(hash, replaced("bob@example.com", MaskAction::Hash));
        assert_eq!(hash.len(), "hash:".len() + 16);
        let mut other = String::new();
        let key = MaskKey::new(b"another key that is long enough");
        replace(&mut other, "ann@example.com", MaskAction::Hash, key.as_ref());
        assert_ne!(hash, other);
    }

    #[test]
    fn a_short_key_is_no_key() {
        assert_eq!(MaskKey::new(b"too short"), None);
    }
}
