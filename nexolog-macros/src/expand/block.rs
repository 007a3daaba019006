use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, ImplItem, Meta, Type};

use super::function;
use crate::args::Args;
use crate::item::{Block, Function, Member};

/// An `impl` block: each method with a body, unless it is `const` or left out.
pub(super) fn expand(block: Block, args: &Args) -> syn::Result<TokenStream> {
    check(args)?;
    let Block { mut header, members } = block;
    let owner = type_name(&header.self_ty);
    let mut errors: Option<syn::Error> = None;
    for member in members {
        let expanded = match member {
            Member::Method(method) => expand_method(*method, args, &owner),
            Member::Other(tokens) => Ok(tokens),
        };
        match (expanded, &mut errors) {
            (Ok(tokens), _) => header.items.push(ImplItem::Verbatim(tokens)),
            (Err(error), Some(errors)) => errors.combine(error),
            (Err(error), none) => *none = Some(error),
        }
    }
    match errors {
        Some(errors) => Err(errors),
        None => Ok(header.into_token_stream()),
    }
}

/// What can only be said of one function.
fn check(args: &Args) -> syn::Result<()> {
    match args.first_of(&[
        "name", "fields", "mask", "hash", "len", "key", "when", "skip", "sync", "future", "stream",
    ]) {
        Some((name, span)) => {
            let message = format!("`{name}` belongs on one method, not on the whole block");
            Err(syn::Error::new(span, message))
        }
        None => Ok(()),
    }
}

fn expand_method(mut method: Function, args: &Args, owner: &str) -> syn::Result<TokenStream> {
    let own = take_own_args(&mut method.attrs)?;
    let skipped = own.as_ref().is_some_and(|own| own.skip.is_some());
    // Constants can't log; asking for one by name is an error, having one in the block is not.
    if skipped || (method.signature.constness.is_some() && own.is_none()) {
        return Ok(method.into_token_stream());
    }
    let args = own.unwrap_or_default().or(args);
    function::expand(&method, &args, Some(owner))
}

/// Removes `#[logged(..)]` from a method, for the block's own expansion reads it.
fn take_own_args(attrs: &mut Vec<Attribute>) -> syn::Result<Option<Args>> {
    let Some(at) = attrs.iter().position(is_logged) else { return Ok(None) };
    let attr = attrs.remove(at);
    if let Some(second) = attrs.iter().find(|attr| is_logged(attr)) {
        return Err(syn::Error::new_spanned(second, "`#[logged]` is given twice"));
    }
    match attr.meta {
        Meta::Path(_) => Ok(Some(Args::default())),
        Meta::List(list) => syn::parse2(list.tokens).map(Some),
        Meta::NameValue(pair) => Err(syn::Error::new_spanned(
            pair,
            "write the arguments in parentheses: `#[logged(..)]`",
        )),
    }
}

fn is_logged(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|last| last.ident == "logged")
}

/// `Stock` for `crate::stock::Stock<T>`.
fn type_name(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map_or_else(String::new, |last| syn::ext::IdentExt::unraw(&last.ident).to_string()),
        Type::Reference(reference) => type_name(&reference.elem),
        Type::Paren(inner) => type_name(&inner.elem),
        Type::Group(inner) => type_name(&inner.elem),
        other => quote!(#other).to_string(),
    }
}
