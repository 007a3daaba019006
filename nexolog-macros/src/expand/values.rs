use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

use crate::args::{Args, Field, Form};

/// An `Option` of what the call carries, with the fields as they are at its beginning; `None` when nobody
/// would see its event.
pub(super) fn carried(args: &Args, private: &TokenStream) -> TokenStream {
    let values = args.fields.iter().map(|field| captured_field(field, private));
    let count = args.fields.len();
    // A function's parameter, so that what is no `bool` is told at its own place.
    let unwanted = args
        .when
        .as_ref()
        .map(|when| quote_spanned!(Span::mixed_site()=> || !#private::is_wanted(#when)));
    let mut carried = quote_spanned! {Span::mixed_site()=>
        <[#private::Captured; #count] as ::core::convert::From<_>>::from([#(#values),*])
    };
    if let Some(key) = &args.key {
        carried = quote_spanned!(Span::mixed_site()=> #private::Keyed::new(#carried, &(#key)));
    }
    if args.span {
        carried = quote_spanned!(Span::mixed_site()=> #private::Spanned::new(#carried));
    }
    quote_spanned! {Span::mixed_site()=>
        if __NEXOLOG_FUNCTION.is_off() #unwanted {
            ::core::option::Option::None
        } else {
            ::core::option::Option::Some(#carried)
        }
    }
}

fn captured_field(field: &Field, private: &TokenStream) -> TokenStream {
    let value = &field.value;
    match field.form {
        // Not looked at, and yet an error when it is not there.
        Form::Masked => quote_spanned! {Span::mixed_site()=>
            match &(#value) { _ => #private::Captured::masked() }
        },
        Form::Length => {
            // At the value's own place, where it is told when there is no `len`.
            let place = Span::mixed_site().located_at(value.span());
            let length = quote_spanned!(place=> (#value).len());
            quote_spanned!(Span::mixed_site()=> #private::Captured::length(#length))
        }
        Form::Hashed => {
            let captured = recorded(Form::Natural, value, private);
            quote_spanned!(Span::mixed_site()=> #captured.hashed())
        }
        form => recorded(form, value, private),
    }
}

/// A value in a form that a user may choose.
pub(super) fn recorded(
    form: Form,
    value: &impl quote::ToTokens,
    private: &TokenStream,
) -> TokenStream {
    match form {
        Form::Display => {
            quote_spanned!(Span::mixed_site()=> #private::Captured::display(&(#value)))
        }
        Form::Debug => quote_spanned!(Span::mixed_site()=> #private::Captured::debug(&(#value))),
        _ => {
            let capture = natural(&quote_spanned!(Span::mixed_site()=> __nexolog_value), private);
            // The value stands outside of the block with the imports, which must not reach into it.
            quote_spanned!(Span::mixed_site()=> match &(#value) { __nexolog_value => #capture })
        }
    }
}

/// Records what `reference` points to in the best way its type has.
fn natural(reference: &TokenStream, private: &TokenStream) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        {
            use #private::capture::*;
            (&&&&#private::Probe(#reference)).nexolog_capture()
        }
    }
}
