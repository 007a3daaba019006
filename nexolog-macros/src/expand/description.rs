use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;

use super::function::Private;
use crate::args::{Args, Level};
use crate::item::Function;

/// The static that describes the function.
pub(super) fn description(
    function: &Function,
    args: &Args,
    owner: Option<&str>,
    is_future: bool,
    private: &Private,
) -> TokenStream {
    let name = operation_name(function, args, owner);
    let module = args
        .module
        .as_ref()
        .map(|module| quote_spanned!(Span::mixed_site()=> .with_module(#module)));
    // In the user's own span, so that it is the line of the function and not of the attribute.
    let line = quote_spanned!(function.signature.ident.span()=> ::core::line!());
    let fields = args.fields.iter().map(|field| &field.name);
    let levels = levels(args, is_future);
    let settings = settings(args, private);
    quote_spanned! {Span::mixed_site()=>
        static __NEXOLOG_FUNCTION: #private::Function = #private::function! {
            name: #name,
            operation: #private::Operation::new(#name) #module,
            line: #line,
            fields: [#(#fields),*],
            levels: [#(#levels),*],
        } #settings;
    }
}

fn operation_name(function: &Function, args: &Args, owner: Option<&str>) -> String {
    if let Some(name) = &args.name {
        return name.value();
    }
    let name = function.signature.ident.unraw();
    match owner {
        Some(owner) => format!("{owner}::{name}"),
        None => name.to_string(),
    }
}

fn settings(args: &Args, private: &Private) -> TokenStream {
    let success = args.level.unwrap_or(Level::Info).variant();
    let error = args.err.unwrap_or(Level::Error).variant();
    let slow = args.slow.map(|slow| {
        let (seconds, nanoseconds) = (slow.as_secs(), slow.subsec_nanos());
        quote_spanned! {Span::mixed_site()=>
            .with_slow(::core::time::Duration::new(#seconds, #nanoseconds))
        }
    });
    quote_spanned! {Span::mixed_site()=>
        .with_levels(#private::Level::#success, #private::Level::#error) #slow
    }
}

/// Every level that a call may end at, the most serious first: it is the one most likely to be wanted.
fn levels(args: &Args, is_future: bool) -> Vec<TokenStream> {
    let mut used = vec![Level::Error, args.level.unwrap_or(Level::Info)];
    used.extend(args.err);
    used.extend(args.slow.map(|_| Level::Warning));
    used.extend(is_future.then_some(Level::Info));
    used.sort_unstable_by_key(|level| std::cmp::Reverse(*level));
    used.dedup();
    used.into_iter().map(Level::variant).collect()
}
