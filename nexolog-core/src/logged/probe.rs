use std::any::type_name;
use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use super::{Captured, Text};

/// A value whose type decides how it is recorded.
///
/// The macro calls a method on `&&&&Probe(&value)`. Each trait below has that method, for one `&` less
/// than the one before, so method lookup takes the first whose bounds hold: no specialization, and no
/// bound asked of the user.
#[derive(Debug)]
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// First choice: a value that has a type of its own in a record.
pub trait CaptureValue {
    /// The value as it is now.
    fn nexolog_capture(&self) -> Captured;
}

/// Second choice: what it displays as.
pub trait CaptureDisplay {
    /// The value as it is now.
    fn nexolog_capture(&self) -> Captured;
}

/// Third choice: what it looks like to a developer.
pub trait CaptureDebug {
    /// The value as it is now.
    fn nexolog_capture(&self) -> Captured;
}

/// Last choice: the name of its type.
pub trait CaptureAny {
    /// The value as it is now.
    fn nexolog_capture(&self) -> Captured;
}

impl<T: Native + ?Sized> CaptureValue for &&&Probe<'_, T> {
    fn nexolog_capture(&self) -> Captured {
        self.0.native()
    }
}

impl<T: fmt::Display + ?Sized> CaptureDisplay for &&Probe<'_, T> {
    fn nexolog_capture(&self) -> Captured {
        Captured::display(self.0)
    }
}

impl<T: fmt::Debug + ?Sized> CaptureDebug for &Probe<'_, T> {
    fn nexolog_capture(&self) -> Captured {
        Captured::debug(self.0)
    }
}

impl<T: ?Sized> CaptureAny for Probe<'_, T> {
    fn nexolog_capture(&self) -> Captured {
        Captured::Text(Text::display(&format_args!("<{}>", type_name::<T>())))
    }
}

/// Types that records have values for.
pub trait Native {
    /// The value as it is now.
    fn native(&self) -> Captured;
}

macro_rules! native {
    ($($type:ty => |$value:ident| $captured:expr),* $(,)?) => {$(
        impl Native for $type {
            fn native(&self) -> Captured {
                let $value = self;
                $captured
            }
        }
    )*};
}

native! {
    bool => |value| Captured::Bool(*value),
    i8 => |value| Captured::Signed(i64::from(*value)),
    i16 => |value| Captured::Signed(i64::from(*value)),
    i32 => |value| Captured::Signed(i64::from(*value)),
    i64 => |value| Captured::Signed(*value),
    isize => |value| Captured::Signed(*value as i64),
    u8 => |value| Captured::Unsigned(u64::from(*value)),
    u16 => |value| Captured::Unsigned(u64::from(*value)),
    u32 => |value| Captured::Unsigned(u64::from(*value)),
    u64 => |value| Captured::Unsigned(*value),
    usize => |value| Captured::Unsigned(*value as u64),
    i128 => |value| match i64::try_from(*value) {
        Ok(value) => Captured::Signed(value),
        Err(_) => Captured::Signed128(Box::new(*value)),
    },
    u128 => |value| match u64::try_from(*value) {
        Ok(value) => Captured::Unsigned(value),
        Err(_) => Captured::Unsigned128(Box::new(*value)),
    },
    f32 => |value| Captured::Float(f64::from(*value)),
    f64 => |value| Captured::Float(*value),
    str => |value| Captured::Text(Text::copy(value)),
    String => |value| Captured::Text(Text::copy(value)),
    Cow<'_, str> => |value| Captured::Text(Text::copy(value)),
}

impl<T: Native> Native for Option<T> {
    fn native(&self) -> Captured {
        self.as_ref().map_or(Captured::Absent, Native::native)
    }
}

macro_rules! native_behind {
    ($($pointer:ty),*) => {$(
        impl<T: Native + ?Sized> Native for $pointer {
            fn native(&self) -> Captured {
                (**self).native()
            }
        }
    )*};
}

native_behind!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);
