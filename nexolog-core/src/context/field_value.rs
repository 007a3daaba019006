use crate::record::wire;

/// A value for a field whose name is known only at run time; see [`add_field`](crate::add_field).
///
/// ```
/// use nexolog_core::FieldValue;
///
/// assert_eq!(FieldValue::from(3_u32), FieldValue::Unsigned(3));
/// assert_eq!(FieldValue::from("gold"), FieldValue::Text("gold".into()));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FieldValue {
    /// A truth value.
    Bool(bool),
    /// A whole number that may be negative.
    Signed(i64),
    /// A whole number.
    Unsigned(u64),
    /// A number; one that is not finite is written as a string.
    Float(f64),
    /// A text; cut at the field cap.
    Text(String),
}

impl FieldValue {
    pub(crate) fn put(&self, out: &mut Vec<u8>, cap: usize) {
        match self {
            FieldValue::Bool(value) => wire::put_bool(out, *value),
            FieldValue::Signed(value) => wire::put_i64(out, *value),
            FieldValue::Unsigned(value) => wire::put_u64(out, *value),
            FieldValue::Float(value) => wire::put_f64(out, *value),
            FieldValue::Text(value) => wire::put_str(out, value, cap),
        }
    }
}

macro_rules! from {
    ($($from:ty => $variant:ident),* $(,)?) => {$(
        impl From<$from> for FieldValue {
            fn from(value: $from) -> FieldValue {
                FieldValue::$variant(value.into())
            }
        }
    )*};
}

from! {
    bool => Bool,
    i8 => Signed, i16 => Signed, i32 => Signed, i64 => Signed,
    u8 => Unsigned, u16 => Unsigned, u32 => Unsigned, u64 => Unsigned,
    f32 => Float, f64 => Float,
    &str => Text, String => Text,
}

impl From<usize> for FieldValue {
    fn from(value: usize) -> FieldValue {
        FieldValue::Unsigned(value as u64)
    }
}
