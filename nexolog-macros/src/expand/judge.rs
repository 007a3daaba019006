use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::values::recorded;
use crate::args::{Args, ErrLevel, Returned};

/// The closure that looks at what was returned.
pub(super) fn judge(args: &Args, private: &TokenStream) -> TokenStream {
    let level = error_level(&args.err.clone().unwrap_or_default(), private);
    let succeeded = match &args.ret {
        None => quote_spanned!(Span::mixed_site()=> succeeded()),
        Some(returned) => {
            let returned = kept(returned, private);
            quote_spanned!(Span::mixed_site()=> succeeded_with(|| #returned))
        }
    };
    // The user's own code stands where our imports do not reach.
    quote_spanned! {Span::mixed_site()=>
        |__nexolog_returned, __nexolog_look: #private::Look| {
            let __nexolog_failed = {
                use #private::judge::*;
                (&&#private::Probe(__nexolog_returned)).nexolog_failed()
            };
            if __nexolog_failed {
                __nexolog_look.failed(#level, || {
                    use #private::judge::*;
                    (&&&&&&#private::Probe(__nexolog_returned)).nexolog_judge()
                })
            } else {
                __nexolog_look.#succeeded
            }
        }
    }
}

/// The level of the error in `__nexolog_returned`.
fn error_level(err: &ErrLevel, private: &TokenStream) -> TokenStream {
    let otherwise = err.otherwise.variant();
    let otherwise = quote_spanned!(Span::mixed_site()=> #private::Level::#otherwise);
    if err.by_condition.is_empty() {
        return otherwise;
    }
    let arms = err.by_condition.iter().map(|(level, condition)| {
        let level = level.variant();
        quote_spanned! {Span::mixed_site()=>
            ::core::option::Option::Some(__nexolog_error)
                if #private::holds(#condition, __nexolog_error) => #private::Level::#level,
        }
    });
    quote_spanned! {Span::mixed_site()=>
        match #private::error_of(__nexolog_returned) { #(#arms)* _ => #otherwise }
    }
}

/// The value that was returned, of a `Result` that in its `Ok`.
fn kept(returned: &Returned, private: &TokenStream) -> TokenStream {
    let value = quote_spanned!(Span::mixed_site()=> __nexolog_kept);
    let value = returned.map.as_ref().map_or_else(
        || quote_spanned!(Span::mixed_site()=> *#value),
        |map| quote_spanned!(Span::mixed_site()=> #private::mapped(#map, #value)),
    );
    let recorded = recorded(returned.form, &value, private);
    let kept = quote_spanned! {Span::mixed_site()=>
        match {
            use #private::kept::*;
            (&&#private::Probe(__nexolog_returned)).nexolog_kept()
        } {
            ::core::option::Option::Some(__nexolog_kept) => #recorded,
            ::core::option::Option::None => #private::Captured::Absent,
        }
    };
    if returned.map.is_none() {
        return kept;
    }
    quote_spanned!(Span::mixed_site()=> #private::Captured::caught(|| #kept))
}
