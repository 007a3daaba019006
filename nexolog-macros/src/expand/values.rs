use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use crate::args::{Args, Field, Form};

/// `Option<[Captured; N]>`: the fields as they are at the beginning of the call, or `None` when nobody
/// would see its event.
pub(super) fn captured(args: &Args, private: &TokenStream) -> TokenStream {
    let values = args.fields.iter().map(|field| captured_field(field, private));
    let count = args.fields.len();
    let unwanted = args.when.as_ref().map(|when| quote_spanned!(Span::mixed_site()=> || !(#when)));
    quote_spanned! {Span::mixed_site()=>
        if __NEXOLOG_FUNCTION.is_off() #unwanted {
            ::core::option::Option::None
        } else {
            ::core::option::Option::Some::<[#private::Captured; #count]>([#(#values),*])
        }
    }
}

fn captured_field(field: &Field, private: &TokenStream) -> TokenStream {
    let value = &field.value;
    match field.form {
        Form::Natural => {
            let capture = natural(&quote_spanned!(Span::mixed_site()=> __nexolog_value), private);
            // The value stands outside of the block with the imports, which must not reach into it.
            quote_spanned!(Span::mixed_site()=> match &(#value) { __nexolog_value => #capture })
        }
        Form::Display => {
            quote_spanned!(Span::mixed_site()=> #private::Captured::display(&(#value)))
        }
        Form::Debug => quote_spanned!(Span::mixed_site()=> #private::Captured::debug(&(#value))),
        Form::Length => {
            quote_spanned!(Span::mixed_site()=> #private::Captured::length((#value).len()))
        }
    }
}

/// Records what `reference` points to in the best way its type has.
pub(super) fn natural(reference: &TokenStream, private: &TokenStream) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        {
            use #private::capture::*;
            (&&&&#private::Probe(#reference)).nexolog_capture()
        }
    }
}

/// The closure that looks at what was returned.
pub(super) fn judge(args: &Args, private: &TokenStream) -> TokenStream {
    let returned = args.ret.then(|| returned(private));
    quote_spanned! {Span::mixed_site()=>
        |__nexolog_returned| {
            use #private::judge::*;
            #private::Verdict::new((&&&&&&#private::Probe(__nexolog_returned)).nexolog_judge())
                #returned
        }
    }
}

fn returned(private: &TokenStream) -> TokenStream {
    let capture = natural(&quote_spanned!(Span::mixed_site()=> __nexolog_value), private);
    quote_spanned! {Span::mixed_site()=>
        .with_returned({
            use #private::kept::*;
            match (&&#private::Probe(__nexolog_returned)).nexolog_kept() {
                ::core::option::Option::Some(__nexolog_value) => #capture,
                ::core::option::Option::None => #private::Captured::Absent,
            }
        })
    }
}
