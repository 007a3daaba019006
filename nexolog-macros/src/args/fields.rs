use proc_macro2::Span;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitStr, Token, parse_quote};

/// One field that the user asked for.
#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) form: Form,
    pub(crate) value: Expr,
}

/// In what form a value is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As its type tells.
    Natural,
    /// `%value`
    Display,
    /// `?value`
    Debug,
    /// `len(value)`
    Length,
    /// `mask(value)`
    Masked,
    /// `hash(value)`
    Hashed,
}

/// Names that every event of `#[logged]` has, and what to use instead of a field.
const TAKEN: [(&str, &str); 10] = [
    ("message", "it is the event's text"),
    ("module", "use the argument `module = \"…\"`"),
    ("operation", "use the argument `name = \"…\"`"),
    ("outcome", "the call itself tells it"),
    ("duration_ms", "the call itself tells it"),
    ("busy_ms", "the call itself tells it"),
    ("error", "the returned `Err` tells it"),
    ("error.type", "the returned `Err` tells it"),
    ("return", "use the argument `ret`"),
    ("nexolog.critical", "use `level = critical`"),
];

impl Parse for Field {
    fn parse(input: ParseStream<'_>) -> syn::Result<Field> {
        let field = if input.peek(Token![%]) || input.peek(Token![?]) {
            sigil_field(input)?
        } else if input.peek(LitStr) {
            let name: LitStr = input.parse()?;
            input.parse::<Token![=]>()?;
            assigned(input, name.value(), name.span())?
        } else {
            named_field(input)?
        };
        field.check()?;
        Ok(field)
    }
}

impl Field {
    /// An entry of `len(..)`, which is called `value.len` unless it has a name.
    pub(super) fn length(input: ParseStream<'_>) -> syn::Result<Field> {
        let is_named = input.peek2(Token![=]) || input.peek(LitStr);
        let mut field = Field::in_form(input, "len", Form::Length)?;
        if !is_named {
            field.name.push_str(".len");
        }
        Ok(field)
    }

    /// An entry of `mask(..)`.
    pub(super) fn masked(input: ParseStream<'_>) -> syn::Result<Field> {
        Field::in_form(input, "mask", Form::Masked)
    }

    /// An entry of `hash(..)`.
    pub(super) fn hashed(input: ParseStream<'_>) -> syn::Result<Field> {
        Field::in_form(input, "hash", Form::Hashed)
    }

    fn in_form(input: ParseStream<'_>, list: &str, form: Form) -> syn::Result<Field> {
        let field: Field = input.parse()?;
        if field.form != Form::Natural {
            let message = format!("`{list}` replaces the value, so `%` and `?` mean nothing here");
            return Err(syn::Error::new(field.span, message));
        }
        Ok(Field { form, ..field })
    }

    fn check(&self) -> syn::Result<()> {
        match TAKEN.iter().find(|(name, _)| *name == self.name) {
            Some((name, instead)) => Err(syn::Error::new(
                self.span,
                format!("a field can't be called `{name}`: {instead}"),
            )),
            None if self.name.is_empty() => Err(syn::Error::new(self.span, "a field needs a name")),
            None => Ok(()),
        }
    }
}

/// `%user.name` and `?user.name` name themselves.
fn sigil_field(input: ParseStream<'_>) -> syn::Result<Field> {
    let form = form(input)?;
    let path = path(input)?;
    let field =
        Field { name: path_name(&path), span: path_span(&path), form, value: path_expr(&path) };
    if input.peek(Token![=]) {
        return Err(input.error("the `%` or `?` goes before the value: `name = %value`"));
    }
    Ok(field)
}

/// `user_id`, `order.total` or `total = <expression>`.
fn named_field(input: ParseStream<'_>) -> syn::Result<Field> {
    let path = path(input)?;
    let (name, span) = (path_name(&path), path_span(&path));
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        return assigned(input, name, span);
    }
    if !input.is_empty() && !input.peek(Token![,]) {
        return Err(input.error("expected `,` or `=`; name an expression: `total = order.total()`"));
    }
    Ok(Field { name, span, form: Form::Natural, value: path_expr(&path) })
}

fn assigned(input: ParseStream<'_>, name: String, span: Span) -> syn::Result<Field> {
    let form = form(input)?;
    Ok(Field { name, span, form, value: input.parse()? })
}

pub(super) fn form(input: ParseStream<'_>) -> syn::Result<Form> {
    if input.peek(Token![%]) {
        input.parse::<Token![%]>()?;
        return Ok(Form::Display);
    }
    if input.peek(Token![?]) {
        input.parse::<Token![?]>()?;
        return Ok(Form::Debug);
    }
    Ok(Form::Natural)
}

type DottedPath = Punctuated<Ident, Token![.]>;

fn path(input: ParseStream<'_>) -> syn::Result<DottedPath> {
    if !input.peek(Ident::peek_any) {
        return Err(input.error("expected a field, such as `user_id` or `total = order.total`"));
    }
    let mut path = DottedPath::new();
    loop {
        path.push_value(Ident::parse_any(input)?);
        if !input.peek(Token![.]) {
            return Ok(path);
        }
        path.push_punct(input.parse()?);
        if !input.peek(Ident::peek_any) {
            return Err(input.error("what has no name of its own is given one: `first = pair.0`"));
        }
    }
}

/// `order.total` as it stands; `self.total` is the operation's own `total`.
fn path_name(path: &DottedPath) -> String {
    let own = path.len() > 1 && path.first().is_some_and(|part| part == "self");
    let parts = path.iter().skip(usize::from(own)).map(|part| part.unraw().to_string());
    parts.collect::<Vec<_>>().join(".")
}

fn path_span(path: &DottedPath) -> Span {
    path.first().map_or_else(Span::call_site, Ident::span)
}

fn path_expr(path: &DottedPath) -> Expr {
    let tokens = path.to_token_stream();
    parse_quote!(#tokens)
}
