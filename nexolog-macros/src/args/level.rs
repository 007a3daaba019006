use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Path};

use super::suggest::did_you_mean;

/// A level as the user wrote it: `info`, `"info"` or `Level::Info`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Trace,
    Debug,
    Info,
    Warning,
    Error,
    Critical,
}

const NAMES: [(&str, Level); 7] = [
    ("trace", Level::Trace),
    ("debug", Level::Debug),
    ("info", Level::Info),
    ("warning", Level::Warning),
    ("warn", Level::Warning),
    ("error", Level::Error),
    ("critical", Level::Critical),
];

impl Level {
    /// The variant of `nexolog::Level`.
    pub(crate) fn variant(self) -> TokenStream {
        let name = format_ident!("{self:?}");
        quote_spanned!(Span::mixed_site()=> #name)
    }
}

impl Parse for Level {
    fn parse(input: ParseStream<'_>) -> syn::Result<Level> {
        if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            return named(&text.value(), text.span());
        }
        if input.peek(syn::Lit) || input.is_empty() {
            return Err(input.error("expected a level, such as `info` or `debug`"));
        }
        let path: Path = input.parse()?;
        match path.segments.last() {
            Some(last) => named(&last.ident.to_string(), last.ident.span()),
            None => Err(input.error("expected a level, such as `info` or `debug`")),
        }
    }
}

fn named(name: &str, span: Span) -> syn::Result<Level> {
    let folded = name.to_ascii_lowercase();
    NAMES.iter().find(|(known, _)| *known == folded).map(|(_, level)| *level).ok_or_else(|| {
        let hint = did_you_mean(&folded, NAMES.iter().map(|(name, _)| *name));
        let known = "trace, debug, info, warning, error or critical";
        syn::Error::new(span, format!("`{name}` is no level{hint}\nknown are {known}"))
    })
}
