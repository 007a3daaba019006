use std::time::Duration;

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitStr, Path, Token, parenthesized};

use super::suggest::did_you_mean;
use super::{Field, Level, duration};

/// The arguments of one `#[logged(..)]`. `None` is what was not said.
#[derive(Clone, Default)]
pub(crate) struct Args {
    pub(crate) module: Option<Expr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) level: Option<Level>,
    pub(crate) err: Option<Level>,
    pub(crate) slow: Option<Duration>,
    pub(crate) when: Option<Expr>,
    pub(crate) crate_path: Option<Path>,
    pub(crate) fields: Vec<Field>,
    pub(crate) ret: bool,
    pub(crate) skip: Option<Span>,
    pub(crate) future: Option<FutureMode>,
    given: Vec<(String, Span)>,
}

/// What the user said about a function that is no `async fn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FutureMode {
    /// What it returns is a boxed future to be followed.
    Future,
    /// Only the function itself is timed.
    Sync,
}

const KNOWN: [&str; 13] = [
    "module", "name", "level", "err", "fields", "len", "ret", "slow", "when", "skip", "sync",
    "future", "crate",
];

impl Parse for Args {
    fn parse(input: ParseStream<'_>) -> syn::Result<Args> {
        let mut args = Args::default();
        while !input.is_empty() {
            args.parse_one(input)?;
            if input.is_empty() {
                break;
            }
            if !input.peek(Token![,]) {
                return Err(input.error("expected `,` between arguments"));
            }
            input.parse::<Token![,]>()?;
        }
        args.check()?;
        Ok(args)
    }
}

impl Args {
    fn parse_one(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        if !input.peek(Ident::peek_any) {
            return Err(input.error("expected an argument, such as `module = \"orders\"`"));
        }
        let key = Ident::parse_any(input)?;
        let name = key.to_string();
        self.note(&name, key.span())?;
        match name.as_str() {
            "module" => self.module = Some(value(input, &key, "\"orders\"")?),
            "name" => self.name = Some(string(input, &key, "\"checkout\"")?),
            "level" => self.level = Some(value(input, &key, "info")?),
            "err" => self.err = Some(value(input, &key, "warning")?),
            "slow" => self.slow = Some(duration::parse(&string(input, &key, "\"200ms\"")?)?),
            "when" => self.when = Some(value(input, &key, "order.total > 100")?),
            "crate" => self.crate_path = Some(value(input, &key, "my_crate::nexolog")?),
            "fields" => self.fields.extend(list(input, &key, Field::parse)?),
            "len" => self.fields.extend(list(input, &key, Field::length)?),
            "ret" => self.ret = true,
            "skip" => self.skip = Some(key.span()),
            "sync" => self.future = Some(FutureMode::Sync),
            "future" => self.future = Some(FutureMode::Future),
            _ => return Err(unknown(&key)),
        }
        Ok(())
    }

    fn note(&mut self, name: &str, span: Span) -> syn::Result<()> {
        if self.was_given(name) {
            return Err(syn::Error::new(span, format!("`{name}` is given twice")));
        }
        self.given.push((name.to_owned(), span));
        Ok(())
    }

    fn was_given(&self, name: &str) -> bool {
        self.given.iter().any(|(given, _)| given == name)
    }

    fn check(&self) -> syn::Result<()> {
        if let (Some(span), true) = (self.skip, self.given.len() > 1) {
            return Err(syn::Error::new(
                span,
                "`skip` stands alone: a method left out needs no other argument",
            ));
        }
        if self.was_given("sync") && self.was_given("future") {
            let span = self.given.last().map_or_else(Span::call_site, |(_, span)| *span);
            return Err(syn::Error::new(
                span,
                "`sync` and `future` contradict each other; keep one",
            ));
        }
        self.check_fields()
    }

    fn check_fields(&self) -> syn::Result<()> {
        for (at, field) in self.fields.iter().enumerate() {
            if self.fields[..at].iter().any(|other| other.name == field.name) {
                return Err(syn::Error::new(
                    field.span,
                    format!("the field `{}` is given twice", field.name),
                ));
            }
        }
        match self.fields.get(MAX_FIELDS) {
            Some(field) => Err(syn::Error::new(
                field.span,
                format!(
                    "a function can record at most {MAX_FIELDS} fields; record one that holds the others"
                ),
            )),
            None => Ok(()),
        }
    }

    /// Where the first of these arguments stands, if one was given.
    pub(crate) fn first_of(&self, names: &[&'static str]) -> Option<(&'static str, Span)> {
        self.given.iter().find_map(|(given, span)| {
            names.iter().find(|name| *name == given).map(|name| (*name, *span))
        })
    }

    /// These arguments, with those of the enclosing block where nothing was said.
    pub(crate) fn or(mut self, block: &Args) -> Args {
        self.module = self.module.or_else(|| block.module.clone());
        self.level = self.level.or(block.level);
        self.err = self.err.or(block.err);
        self.slow = self.slow.or(block.slow);
        self.crate_path = self.crate_path.or_else(|| block.crate_path.clone());
        self.ret |= block.ret;
        self
    }
}

/// As many as `nexolog_core::__private::MAX_FIELDS`; `tests/arguments.rs` uses them all.
const MAX_FIELDS: usize = 22;

/// `key = value`
fn value<T: Parse>(input: ParseStream<'_>, key: &Ident, example: &str) -> syn::Result<T> {
    if !input.peek(Token![=]) {
        return Err(syn::Error::new(
            key.span(),
            format!("`{key}` needs a value: `{key} = {example}`"),
        ));
    }
    input.parse::<Token![=]>()?;
    input.parse()
}

/// `key = "text"`
fn string(input: ParseStream<'_>, key: &Ident, example: &str) -> syn::Result<LitStr> {
    let expr: Expr = value(input, key, example)?;
    match expr {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Ok(text),
        other => Err(syn::Error::new_spanned(
            other,
            format!("`{key}` needs a string: `{key} = {example}`"),
        )),
    }
}

/// `key(a, b, ..)`
fn list(
    input: ParseStream<'_>,
    key: &Ident,
    parse: fn(ParseStream<'_>) -> syn::Result<Field>,
) -> syn::Result<Punctuated<Field, Token![,]>> {
    if !input.peek(syn::token::Paren) {
        return Err(syn::Error::new(key.span(), format!("`{key}` needs a list: `{key}(user_id)`")));
    }
    let content;
    parenthesized!(content in input);
    content.parse_terminated(parse, Token![,])
}

fn unknown(key: &Ident) -> syn::Error {
    let hint = did_you_mean(&key.to_string(), KNOWN);
    let known = KNOWN.map(|name| format!("`{name}`")).join(", ");
    syn::Error::new(
        key.span(),
        format!("`{key}` is no argument of `#[logged]`{hint}\nknown are {known}"),
    )
}
