use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Signature, Token, Visibility};

/// A function with a body.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) defaultness: Option<Token![default]>,
    pub(crate) signature: Signature,
    /// The braces with everything in them, token for token.
    pub(crate) body: Group,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Function> {
        let mut attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let defaultness = input.parse()?;
        let signature: Signature = input.parse()?;
        if input.peek(Token![;]) {
            return Err(syn::Error::new_spanned(
                &signature.ident,
                "there is no body to log: put `#[logged]` on the implementations, or give this method a default body",
            ));
        }
        let body = braces(input.parse()?)?;
        let body = outer_attributes(&body, &mut attrs)?;
        Ok(Function { attrs, vis, defaultness, signature, body })
    }
}

/// The body's braces, out of the invisible ones that a macro's `$body:block` stands in.
fn braces(token: TokenTree) -> syn::Result<Group> {
    match token {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => Ok(body),
        TokenTree::Group(around) if around.delimiter() == Delimiter::None => {
            syn::parse2(around.stream()).and_then(braces)
        }
        other => Err(syn::Error::new_spanned(other, "expected a function's body")),
    }
}

/// Moves `#![..]` at the head of a body in front of the function, where it means the same: the body ends
/// up in a place where it could not stand.
fn outer_attributes(body: &Group, attrs: &mut Vec<Attribute>) -> syn::Result<Group> {
    let mut tokens = body.stream().into_iter().peekable();
    let mut inner = TokenStream::new();
    let mut rest = TokenStream::new();
    while let Some(token) = tokens.next() {
        let opens = is_punct(&token, '#') && tokens.peek().is_some_and(|next| is_punct(next, '!'));
        if !opens {
            rest.extend([token]);
            rest.extend(tokens);
            break;
        }
        let bang = tokens.next();
        let brackets = tokens.next();
        inner.extend([Some(token), bang, brackets].into_iter().flatten());
    }
    if inner.is_empty() {
        return Ok(body.clone());
    }
    let mut moved = syn::parse::Parser::parse2(Attribute::parse_inner, inner)?;
    for attr in &mut moved {
        attr.style = syn::AttrStyle::Outer;
    }
    attrs.extend(moved);
    let mut group = Group::new(Delimiter::Brace, rest);
    group.set_span(body.span());
    Ok(group)
}

fn is_punct(token: &TokenTree, punct: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == punct)
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Function { attrs, vis, defaultness, signature, body } = self;
        tokens.extend(quote!(#(#attrs)* #vis #defaultness #signature #body));
    }
}
