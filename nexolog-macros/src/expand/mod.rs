//! What the attribute turns a function into.

mod bindings;
mod block;
mod description;
mod function;
mod judge;
mod off;
mod refuse;
mod returns;
mod values;

use proc_macro2::TokenStream;
use quote::quote;

use crate::args::Args;
use crate::item::{Block, Function};

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
        Err(error) => match syn::parse2::<Block>(item.clone()) {
            Ok(block) => block::expand(block, &args),
            Err(_) => Err(refuse::reason(item).unwrap_or(error)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an editor has while somebody types: no parser would take these bodies.
    #[test]
    fn a_body_that_does_not_parse_is_passed_on_as_it_is() {
        let args = || quote!(module = "orders");
        let half_typed = quote!({ let order = orders.; order. });
        for item in [
            quote!(fn place(orders: &Orders) -> Order #half_typed),
            quote!(async fn place(orders: &Orders) -> Order #half_typed),
            quote!(impl Orders { const LIMIT: u8 = 3; fn place(&self) -> Order #half_typed }),
            quote!(impl Shop for Orders { type Order = Order; async fn place(&self) -> Order #half_typed }),
        ] {
            let expanded = expand(args(), &item).to_string();
            assert!(!expanded.contains("compile_error"), "{expanded}");
            assert!(expanded.contains("let order = orders . ; order ."), "{expanded}");
        }
    }

    #[test]
    fn what_is_refused_is_left_as_it_is_beside_the_error() {
        let item = quote!(fn place() { unparseable.; });
        let expanded = expand(quote!(modul = "orders"), &item).to_string();
        assert!(expanded.ends_with(&item.to_string()), "{expanded}");
        assert_eq!(expanded.matches("compile_error").count(), 1);
    }
}
