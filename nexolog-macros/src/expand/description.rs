use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;

use super::function::Private;
use super::returns::Returns;
use crate::args::{Args, ErrLevel, Level, Rate};
use crate::item::Function;

/// The static that describes the function.
pub(super) fn description(
    function: &Function,
    args: &Args,
    owner: Option<&str>,
    returns: &Returns,
    private: &Private,
) -> syn::Result<TokenStream> {
    let name = operation_name(function, args, owner);
    let module = args
        .module
        .as_ref()
        .map(|module| quote_spanned!(Span::mixed_site()=> .with_module(#module)));
    // In the user's own span, so that it is the line of the function and not of the attribute.
    let line = quote_spanned!(function.signature.ident.span()=> ::core::line!());
    let own: Vec<&str> = args.fields.iter().map(|field| field.name.as_str()).collect();
    let mut names = counted(args, returns)?;
    names.extend(&own);
    let levels = levels(args, returns.is_followed());
    let settings = settings(args, returns, private);
    let thinning = thinning(args, private);
    let check = args.audit.then(|| quote_spanned!(Span::mixed_site()=> #private::audit!();));
    let audit = args.audit.then(|| quote_spanned!(Span::mixed_site()=> .with_audit()));
    let span = args.span.then(|| {
        let level = args.level.unwrap_or(Level::Info).variant();
        quote_spanned! {Span::mixed_site()=>
            .with_span(#private::span! {
                name: #name, line: #line, fields: [#(#own),*], level: #level,
            })
        }
    });
    Ok(quote_spanned! {Span::mixed_site()=>
        #check
        #thinning
        static __NEXOLOG_FUNCTION: #private::Function = #private::function! {
            name: #name,
            operation: #private::Operation::new(#name) #module,
            line: #line,
            fields: [#(#names),*],
            levels: [#(#levels),*],
        } #settings #audit #span;
    })
}

/// The fields that count something, in the order of `Call::emit`.
fn counted(args: &Args, returns: &Returns) -> syn::Result<Vec<&'static str>> {
    let items = returns.is_stream().then_some(("items", "the number of the stream's items"));
    let suppressed = is_thinned(args)
        .then_some(("suppressed", "the number of events that were left out before this one"));
    let counted = items.into_iter().chain(suppressed);
    counted
        .map(|(name, what)| match args.fields.iter().find(|field| field.name == name) {
            Some(field) => {
                let message = format!("a field can't be called `{name}` here: it is {what}");
                Err(syn::Error::new(field.span, message))
            }
            None => Ok(name),
        })
        .collect()
}

fn is_thinned(args: &Args) -> bool {
    args.sample.is_some() || args.rate.is_some()
}

fn thinning(args: &Args, private: &Private) -> Option<TokenStream> {
    let share = args.sample.map(|share| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "1 is all there is"
        )]
        let share = (share * u64::MAX as f64) as u64;
        share
    });
    let share = option(share.map(|share| quote_spanned!(Span::mixed_site()=> #share)));
    let rate = option(args.rate.map(|Rate { count, window }| {
        // Longer windows are refused.
        let window = u64::try_from(window.as_nanos()).unwrap_or(u64::MAX);
        quote_spanned!(Span::mixed_site()=> (#count, #window))
    }));
    is_thinned(args).then(|| {
        quote_spanned! {Span::mixed_site()=>
            static __NEXOLOG_THINNING: #private::Thinning = #private::Thinning::new(#share, #rate);
        }
    })
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(
        || quote_spanned!(Span::mixed_site()=> ::core::option::Option::None),
        |value| quote_spanned!(Span::mixed_site()=> ::core::option::Option::Some(#value)),
    )
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

fn settings(args: &Args, returns: &Returns, private: &Private) -> TokenStream {
    let success = args.level.unwrap_or(Level::Info).variant();
    let slow = args.slow.map(|slow| {
        let (seconds, nanoseconds) = (slow.as_secs(), slow.subsec_nanos());
        quote_spanned! {Span::mixed_site()=>
            .with_slow(::core::time::Duration::new(#seconds, #nanoseconds))
        }
    });
    let items = returns.is_stream().then(|| quote_spanned!(Span::mixed_site()=> .with_items()));
    let thinning = is_thinned(args)
        .then(|| quote_spanned!(Span::mixed_site()=> .with_thinning(&__NEXOLOG_THINNING)));
    quote_spanned! {Span::mixed_site()=>
        .with_level(#private::Level::#success) #slow #items #thinning
    }
}

/// Every level that a call may end at, the most serious first: it is the one most likely to be wanted.
fn levels(args: &Args, is_followed: bool) -> Vec<TokenStream> {
    let mut used = vec![Level::Error, args.level.unwrap_or(Level::Info)];
    used.extend(args.err.iter().flat_map(ErrLevel::levels));
    used.extend(args.slow.map(|_| Level::Warning));
    used.extend(is_followed.then_some(Level::Info));
    used.sort_unstable_by_key(|level| std::cmp::Reverse(*level));
    used.dedup();
    used.into_iter().map(Level::variant).collect()
}
