use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, ImplItem, ItemImpl, Signature, Token, Visibility};

use super::Function;

/// An `impl` block.
pub(crate) struct Block {
    /// All of it but its items.
    pub(crate) header: ItemImpl,
    pub(crate) members: Vec<Member>,
}

/// What stands in an `impl` block.
pub(crate) enum Member {
    Method(Box<Function>),
    Other(TokenStream),
}

impl Parse for Block {
    fn parse(input: ParseStream<'_>) -> syn::Result<Block> {
        let mut tokens: Vec<TokenTree> = input.parse::<TokenStream>()?.into_iter().collect();
        let body = match tokens.pop() {
            Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => body,
            _ => return Err(input.error("expected a block in braces")),
        };
        let mut empty = Group::new(Delimiter::Brace, TokenStream::new());
        empty.set_span(body.span());
        tokens.push(TokenTree::Group(empty));
        let mut header: ItemImpl = syn::parse2(tokens.into_iter().collect())?;
        let members = |input: ParseStream<'_>| {
            header.attrs.extend(input.call(Attribute::parse_inner)?);
            let mut members = Vec::new();
            while !input.is_empty() {
                members.push(input.parse()?);
            }
            Ok(members)
        };
        let members = members.parse2(body.stream())?;
        Ok(Block { header, members })
    }
}

impl Parse for Member {
    fn parse(input: ParseStream<'_>) -> syn::Result<Member> {
        if is_method(&input.fork()) {
            input.parse().map(Box::new).map(Member::Method)
        } else {
            input.parse::<ImplItem>().map(|other| Member::Other(other.into_token_stream()))
        }
    }
}

/// Whether a function stands here; `const` begins constants, too.
fn is_method(input: ParseStream<'_>) -> bool {
    let before = || {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<Option<Token![default]>>()
    };
    before().is_ok() && input.parse::<Signature>().is_ok()
}
