use proc_macro2::{Group, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;

use super::bindings::move_mutable_inside;
use super::description::description;
use super::returns::Returns;
use super::values;
use crate::args::Args;
use crate::item::Function;

/// The path of `nexolog::__private`.
pub(super) type Private = TokenStream;

/// One function; `owner` is the type whose `impl` block it stands in, if that is known.
pub(super) fn expand(
    function: &Function,
    args: &Args,
    owner: Option<&str>,
) -> syn::Result<TokenStream> {
    if let Some(constness) = &function.signature.constness {
        let message = "a `const fn` can't be logged: it may run while compiling";
        return Err(syn::Error::new_spanned(constness, message));
    }
    let private = private(args);
    let returns = Returns::of(&function.signature, args)?;
    let is_future = !matches!(returns, Returns::Opaque | Returns::Value(_));
    let description = description(function, args, owner, is_future, &private);
    let fields = values::captured(args, &private);

    let mut signature = function.signature.clone();
    let bindings = match returns {
        Returns::Opaque => TokenStream::new(),
        _ => move_mutable_inside(&mut signature),
    };
    let body = Body { bindings, tokens: &function.body };
    let call = call(&returns, &body, &values::judge(args, &private), &private);
    let Function { attrs, vis, defaultness, .. } = function;
    let generated = quote_spanned! {Span::mixed_site()=>
        #description
        let __nexolog_fields = #fields;
        #call
    };
    Ok(quote!(#(#attrs)* #vis #defaultness #signature { #generated }))
}

fn private(args: &Args) -> Private {
    match &args.crate_path {
        Some(path) => quote!(#path::__private),
        None => quote_spanned!(Span::mixed_site()=> ::nexolog::__private),
    }
}

/// The user's body and what must precede it.
struct Body<'a> {
    bindings: TokenStream,
    tokens: &'a Group,
}

/// The expression that runs the body.
fn call(returns: &Returns, body: &Body<'_>, judge: &TokenStream, private: &Private) -> TokenStream {
    match returns {
        Returns::Value(ty) => {
            let body = closure(body, ty);
            quote_spanned! {Span::mixed_site()=>
                #private::run(&__NEXOLOG_FUNCTION, __nexolog_fields, #body, #judge)
            }
        }
        Returns::Opaque => {
            let tokens = body.tokens;
            quote_spanned! {Span::mixed_site()=>
                let __nexolog_guard =
                    #private::Guarded::new(&__NEXOLOG_FUNCTION, __nexolog_fields);
                #tokens
            }
        }
        Returns::Async(ty) => {
            let body = block(body, ty, private);
            let logged = logged(&body, judge, private);
            quote_spanned!(Span::mixed_site()=> #logged.await)
        }
        Returns::AsyncNever => {
            let never = syn::parse_quote!(::core::convert::Infallible);
            let body = block(body, &never, private);
            let logged = logged(&body, judge, private);
            quote_spanned!(Span::mixed_site()=> match #logged.await {})
        }
        Returns::OpaqueFuture(output) => {
            logged(&future(body, &syn::parse_quote!(_), output, private), judge, private)
        }
        Returns::BoxedFuture { output, whole } => {
            let logged = logged(&future(body, whole, output, private), judge, private);
            quote_spanned!(Span::mixed_site()=> #private::boxed(#logged))
        }
    }
}

fn logged(future: &TokenStream, judge: &TokenStream, private: &Private) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        #private::Logged::new(&__NEXOLOG_FUNCTION, __nexolog_fields, #future, #judge)
    }
}

/// The body as a closure that returns `ty`.
fn closure(body: &Body<'_>, ty: &Type) -> TokenStream {
    let Body { bindings, tokens } = body;
    quote_spanned!(Span::mixed_site()=> move || -> #ty { #bindings #tokens })
}

/// The body as an async block that gives `ty`.
fn block(body: &Body<'_>, ty: &Type, private: &Private) -> TokenStream {
    let Body { bindings, tokens } = body;
    quote_spanned! {Span::mixed_site()=>
        async move {
            if false {
                return #private::unreached::<#ty>();
            }
            #bindings
            #tokens
        }
    }
}

/// The future that the body makes, which is of type `whole` and gives `output`.
fn future(body: &Body<'_>, whole: &Type, output: &Type, private: &Private) -> TokenStream {
    let making = closure(body, whole);
    quote_spanned!(Span::mixed_site()=> #private::gives::<#output, _>(#private::call(#making)))
}
