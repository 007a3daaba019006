use std::time::Duration;

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitStr, Path, Token, parenthesized};

use super::suggest::did_you_mean;
use super::{ErrLevel, Field, Level, Rate, Returned, duration, habits, rate};

/// The arguments of one `#[logged(..)]`. `None` is what was not said.
#[derive(Clone, Default)]
pub(crate) struct Args {
    pub(crate) module: Option<Expr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) level: Option<Level>,
    pub(crate) err: Option<ErrLevel>,
    pub(crate) slow: Option<Duration>,
    pub(crate) when: Option<Expr>,
    pub(crate) crate_path: Option<Path>,
    pub(crate) fields: Vec<Field>,
    pub(crate) ret: Option<Returned>,
    pub(crate) sample: Option<f64>,
    pub(crate) rate: Option<Rate>,
    pub(crate) key: Option<Expr>,
    pub(crate) span: bool,
    pub(crate) audit: bool,
    pub(crate) skip: Option<Span>,
    pub(crate) mode: Option<Mode>,
    given: Vec<(String, Span)>,
}

/// What the user said about a function that is no `async fn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// What it returns is a boxed future to be followed.
    Future,
    /// What it returns is a boxed stream to be followed.
    Stream,
    /// Only the function itself is timed.
    Sync,
}

const KNOWN: [&str; 21] = [
    "module", "name", "level", "err", "fields", "mask", "hash", "len", "ret", "slow", "sample",
    "rate", "key", "when", "span", "audit", "skip", "sync", "future", "stream", "crate",
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
            "err" => self.err = Some(ErrLevel::argument(input, &key)?),
            "slow" => self.slow = Some(duration::parse(&string(input, &key, "\"200ms\"")?)?),
            "when" => self.when = Some(value(input, &key, "order.total > 100")?),
            "crate" => self.crate_path = Some(value(input, &key, "my_crate::nexolog")?),
            "sample" => self.sample = Some(rate::share(input, &key)?),
            "rate" => self.rate = Some(rate::parse(&string(input, &key, "\"10/s\"")?)?),
            "key" => self.key = Some(value(input, &key, "user_id")?),
            "fields" => self.fields.extend(list(input, &key, Field::parse)?),
            "mask" => self.fields.extend(list(input, &key, Field::masked)?),
            "hash" => self.fields.extend(list(input, &key, Field::hashed)?),
            "len" => self.fields.extend(list(input, &key, Field::length)?),
            "ret" => self.ret = Some(Returned::argument(input)?),
            _ => self.flag(&key)?,
        }
        habits::refuse_value(input, &key)
    }

    fn flag(&mut self, key: &Ident) -> syn::Result<()> {
        match key.to_string().as_str() {
            "span" => self.span = true,
            "skip" => self.skip = Some(key.span()),
            "sync" => self.mode = Some(Mode::Sync),
            "future" => self.mode = Some(Mode::Future),
            "stream" => self.mode = Some(Mode::Stream),
            "audit" => self.audit = true,
            _ => return Err(unknown(key)),
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
        self.span_of(name).is_some()
    }

    /// Where this argument stands, if it was given here and not on the block around.
    pub(crate) fn span_of(&self, name: &str) -> Option<Span> {
        self.given.iter().find(|(given, _)| given == name).map(|(_, span)| *span)
    }

    fn check(&self) -> syn::Result<()> {
        if let (Some(span), true) = (self.skip, self.given.len() > 1) {
            return Err(syn::Error::new(
                span,
                "`skip` stands alone: a method left out needs no other argument",
            ));
        }
        self.check_modes()?;
        if let (Some(span), None) = (self.span_of("key"), &self.rate) {
            let message = "`key` belongs to `rate`: add one, such as `rate = \"10/s\"`";
            return Err(syn::Error::new(span, message));
        }
        self.check_fields()
    }

    fn check_modes(&self) -> syn::Result<()> {
        let mut modes = ["sync", "future", "stream"]
            .into_iter()
            .filter_map(|name| self.span_of(name).map(|span| (name, span)));
        match (modes.next(), modes.next()) {
            (Some((first, _)), Some((second, span))) => Err(syn::Error::new(
                span,
                format!("`{first}` and `{second}` contradict each other; keep one"),
            )),
            _ => Ok(()),
        }
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
        self.err = self.err.or_else(|| block.err.clone());
        self.slow = self.slow.or(block.slow);
        self.crate_path = self.crate_path.or_else(|| block.crate_path.clone());
        self.ret = self.ret.or_else(|| block.ret.clone());
        self.sample = self.sample.or(block.sample);
        self.rate = self.rate.or(block.rate);
        self.span |= block.span;
        self.audit |= block.audit;
        self
    }
}

/// As many as `nexolog_core::__private::MAX_FIELDS`; `tests/arguments.rs` uses them all.
const MAX_FIELDS: usize = 22;

/// `key = value`
pub(super) fn value<T: Parse>(
    input: ParseStream<'_>,
    key: &Ident,
    example: &str,
) -> syn::Result<T> {
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
pub(super) fn list<T>(
    input: ParseStream<'_>,
    key: &Ident,
    parse: fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Punctuated<T, Token![,]>> {
    if !input.peek(syn::token::Paren) {
        return Err(syn::Error::new(key.span(), format!("`{key}` needs a list: `{key}(user_id)`")));
    }
    let content;
    parenthesized!(content in input);
    content.parse_terminated(parse, Token![,])
}

fn unknown(key: &Ident) -> syn::Error {
    if let Some(instead) = habits::instead_of(&key.to_string()) {
        return syn::Error::new(
            key.span(),
            format!("`{key}` is no argument of `#[logged]`: {instead}"),
        );
    }
    let hint = did_you_mean(&key.to_string(), KNOWN);
    let known = KNOWN.map(|name| format!("`{name}`")).join(", ");
    syn::Error::new(
        key.span(),
        format!("`{key}` is no argument of `#[logged]`{hint}\nknown are {known}"),
    )
}
