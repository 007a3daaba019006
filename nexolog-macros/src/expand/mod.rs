//! What the attribute turns a function into.

mod bindings;
mod block;
mod description;
mod function;
mod refuse;
mod returns;
mod values;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemImpl;

use crate::args::Args;
use crate::item::Function;

/// Expands `#[logged(args)] item`. What can't be expanded is left as it is, beside one error.
pub(crate) fn expand(args: TokenStream, item: &TokenStream) -> TokenStream {
    try_expand(args, item).unwrap_or_else(|error| {
        let error = error.into_compile_error();
        quote!(#error #item)
    })
}

fn try_expand(args: TokenStream, item: &TokenStream) -> syn::Result<TokenStream> {
    let args: Args = syn::parse2(args)?;
    match syn::parse2::<Function>(item.clone()) {
        Ok(function) => {
            if let Some(span) = args.skip {
                let message =
                    "`skip` is for methods inside an `impl` block that is under `#[logged]`";
                return Err(syn::Error::new(span, message));
            }
            function::expand(&function, &args, None)
        }
        Err(error) => match syn::parse2::<ItemImpl>(item.clone()) {
            Ok(block) => block::expand(block, &args),
            Err(_) => Err(refuse::reason(item).unwrap_or(error)),
        },
    }
}
