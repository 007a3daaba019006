use std::borrow::Cow;
use std::sync::Arc;

/// What can be given where a helper takes a text that may be missing: `"u1"`, a `&String`, an `Option` of either.
///
/// Own types of ids may implement it.
///
/// ```
/// use nexolog_core::service::{OptionalText, service};
///
/// struct UserId(String);
///
/// impl<'a> OptionalText<'a> for &'a UserId {
///     fn optional_text(self) -> Option<&'a str> {
///         Some(&self.0)
///     }
/// }
///
/// let (user, organization) = (UserId("u1".into()), None::<String>);
/// service().user_login().user(&user).organization(&organization).method("password").succeeded();
/// ```
pub trait OptionalText<'a> {
    /// The text, if there is one.
    fn optional_text(self) -> Option<&'a str>;
}

macro_rules! texts {
    ($($type:ty),* $(,)?) => {$(
        impl<'a> OptionalText<'a> for &'a $type {
            fn optional_text(self) -> Option<&'a str> {
                Some(self)
            }
        }

        impl<'a> OptionalText<'a> for Option<&'a $type> {
            fn optional_text(self) -> Option<&'a str> {
                self.map(|text| &**text)
            }
        }

        impl<'a> OptionalText<'a> for &'a Option<$type> {
            fn optional_text(self) -> Option<&'a str> {
                self.as_deref()
            }
        }
    )*};
}

texts!(String, Box<str>, Arc<str>);

impl<'a> OptionalText<'a> for &'a Cow<'_, str> {
    fn optional_text(self) -> Option<&'a str> {
        Some(self)
    }
}

impl<'a> OptionalText<'a> for &'a str {
    fn optional_text(self) -> Option<&'a str> {
        Some(self)
    }
}

impl<'a> OptionalText<'a> for Option<&'a str> {
    fn optional_text(self) -> Option<&'a str> {
        self
    }
}
