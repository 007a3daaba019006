/// What stands in a line for a masked value.
///
/// ```
/// use nexolog_core::{MaskAction, Masking, MaskRule};
///
/// let masking = Masking::new()
///     .action(MaskAction::Redact)
///     .action_of(MaskRule::Card, MaskAction::Partial);
/// # drop(masking);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MaskAction {
    /// `***`.
    #[default]
    Redact,
    /// `***` and the last four characters; of a value shorter than twelve, `***` alone.
    Partial,
    /// `hash:` and 16 hexadecimal digits, made with the key of [`Masking::hash_key`](crate::Masking::hash_key): equal
    /// values stay equal, and nobody without the key can try values against it.
    Hash,
    /// Nothing: the field, or the part of the text, is left out.
    Drop,
}

impl MaskAction {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            MaskAction::Redact => "redact",
            MaskAction::Partial => "partial",
            MaskAction::Hash => "hash",
            MaskAction::Drop => "drop",
        }
    }
}
