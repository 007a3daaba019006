use proc_macro2::{Group, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

use super::bindings::move_mutable_inside;
use super::description::description;
use super::judge::judge;
use super::returns::Returns;
use super::{off, values};
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
    let returns = Returns::of(function, args)?;
    refuse_unseen(args, &returns)?;
    refuse_unaudited(function, args, &returns)?;
    if off::IS_OFF {
        return Ok(off::unlogged(function, args, &returns, &private));
    }
    let description = description(function, args, owner, &returns, &private)?;
    let carried = values::carried(args, &private);

    let mut signature = function.signature.clone();
    let bindings = match returns {
        Returns::Opaque | Returns::Tracked => TokenStream::new(),
        _ => move_mutable_inside(&mut signature),
    };
    let body = prefixed(&function.body, &bindings);
    let look = LookBack { judge: judge(args, &private), audit: args.audit };
    let call = call(&returns, &body, &look, &private);
    let Function { attrs, vis, defaultness, .. } = function;
    let generated = quote_spanned! {Span::mixed_site()=>
        #description
        let __nexolog_carried = #carried;
        #call
    };
    Ok(quote!(#(#attrs)* #vis #defaultness #signature { #generated }))
}

/// What would be said and then not done.
fn refuse_unseen(args: &Args, returns: &Returns) -> syn::Result<()> {
    let (names, why): (&[&'static str], _) = match returns {
        Returns::Opaque => (&["ret", "err"], "what an `impl Trait` holds can't be looked at"),
        Returns::Tracked => {
            (&["ret", "err"], "a function that tracks its caller can't be looked into")
        }
        returns if returns.is_stream() => (&["ret"], "a stream gives items, which are counted"),
        _ => return Ok(()),
    };
    match args.first_of(names) {
        Some((name, span)) => {
            Err(syn::Error::new(span, format!("`{name}` has no effect here: {why}")))
        }
        None => Ok(()),
    }
}

/// What an audit could not keep.
fn refuse_unaudited(function: &Function, args: &Args, returns: &Returns) -> syn::Result<()> {
    let message = match returns {
        _ if !args.audit => return Ok(()),
        returns if returns.is_stream() => {
            "a stream can't be audited, since nobody waits for its end: audit what reads it"
        }
        _ if args.when.is_some() => {
            "an audited call is never left out: leave `when` or `audit` out"
        }
        _ => return Ok(()),
    };
    let span = args.span_of("audit").unwrap_or_else(|| function.signature.ident.span());
    Err(syn::Error::new(span, message))
}

fn private(args: &Args) -> Private {
    args.crate_path.as_ref().map_or_else(
        || quote_spanned!(Span::mixed_site()=> ::nexolog::__private),
        |path| quote!(#path::__private),
    )
}

/// The body with `statements` of ours in front. What the user has stays in braces of its own, as items of theirs
/// would stand after statements otherwise.
fn prefixed(body: &Group, statements: &TokenStream) -> Group {
    if statements.is_empty() {
        return body.clone();
    }
    let user = not_alone(body);
    in_braces_of(body, quote!(#statements #user))
}

/// The body with an item in front: a block of one expression, as the end of another block, would be told to
/// lose its braces.
pub(super) fn not_alone(body: &Group) -> Group {
    let user = body.stream();
    let item = quote_spanned!(Span::mixed_site()=> const _: () = (););
    in_braces_of(body, quote!(#item #user))
}

pub(super) fn in_braces_of(body: &Group, tokens: TokenStream) -> Group {
    let mut group = Group::new(body.delimiter(), tokens);
    group.set_span(body.span());
    group
}

/// What happens when the body is done.
struct LookBack {
    /// The closure that looks at what was returned.
    judge: TokenStream,
    /// Whether the call is over only when the audit trail has it.
    audit: bool,
}

impl ToTokens for LookBack {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.judge.to_tokens(tokens);
    }
}

/// The expression that runs the body.
fn call(returns: &Returns, body: &Group, look: &LookBack, private: &Private) -> TokenStream {
    match returns {
        Returns::Value(ty) => {
            let body = closure(body, ty);
            quote_spanned! {Span::mixed_site()=>
                #private::run(&__NEXOLOG_FUNCTION, __nexolog_carried, #body, #look)
            }
        }
        Returns::Opaque | Returns::Tracked => {
            let body = not_alone(body);
            quote_spanned! {Span::mixed_site()=>
                let __nexolog_guard =
                    #private::Guarded::new(&__NEXOLOG_FUNCTION, __nexolog_carried);
                #body
            }
        }
        Returns::Async(ty) => awaited(&block(body, ty, private), look, private),
        Returns::AsyncNever => {
            let never = syn::parse_quote!(::core::convert::Infallible);
            let awaited = awaited(&block(body, &never, private), look, private);
            quote_spanned!(Span::mixed_site()=> match { #awaited } {})
        }
        Returns::OpaqueFuture(output) => {
            logged(&future(body, &syn::parse_quote!(_), output, private), look, private)
        }
        Returns::BoxedFuture { output, whole } => {
            let logged = logged(&future(body, whole, output, private), look, private);
            quote_spanned!(Span::mixed_site()=> #private::boxed(#logged))
        }
        Returns::OpaqueStream(item) => stream(body, &syn::parse_quote!(_), item, look, private),
        Returns::BoxedStream { item, whole } => {
            let logged = stream(body, whole, item, look, private);
            quote_spanned!(Span::mixed_site()=> #private::boxed(#logged))
        }
    }
}

/// The stream that the body makes, which is of type `whole` and gives items of type `item`, in its call.
fn stream(
    body: &Group,
    whole: &Type,
    item: &Type,
    look: &LookBack,
    private: &Private,
) -> TokenStream {
    let making = closure(body, whole);
    quote_spanned! {Span::mixed_site()=>
        #private::stream(
            &__NEXOLOG_FUNCTION,
            __nexolog_carried,
            #private::streams::<#item, _>(#private::call(#making)),
            #look,
        )
    }
}

/// Waits for the body: without a detour when nobody wants to hear of the call.
fn awaited(body: &TokenStream, look: &LookBack, private: &Private) -> TokenStream {
    let logged = logged(&quote_spanned!(Span::mixed_site()=> __nexolog_body), look, private);
    quote_spanned! {Span::mixed_site()=>
        let __nexolog_body = #body;
        if #private::is_unheard(&__nexolog_carried) {
            // Moved, or the future would have to keep it.
            #private::let_go(__nexolog_carried);
            __nexolog_body.await
        } else {
            #logged.await
        }
    }
}

fn logged(future: &TokenStream, look: &LookBack, private: &Private) -> TokenStream {
    let logged = quote_spanned! {Span::mixed_site()=>
        #private::Logged::new(&__NEXOLOG_FUNCTION, __nexolog_carried, #future, #look)
    };
    if look.audit {
        quote_spanned!(Span::mixed_site()=> #private::audited(#logged))
    } else {
        logged
    }
}

/// The body as a closure that returns `ty`.
fn closure(body: &Group, ty: &Type) -> TokenStream {
    quote_spanned!(body.span()=> move || -> #ty #body)
}

/// The body as an async block that gives `ty`.
fn block(body: &Group, ty: &Type, private: &Private) -> TokenStream {
    let body = not_alone(body);
    let unreached = quote_spanned! {Span::mixed_site()=>
        if false {
            return #private::unreached::<#ty>();
        }
    };
    // In the user's own span, as the closure below: lints look at it before they look inside.
    quote_spanned!(body.span()=> async move { #unreached #body })
}

/// The future that the body makes, which is of type `whole` and gives `output`.
fn future(body: &Group, whole: &Type, output: &Type, private: &Private) -> TokenStream {
    let making = closure(body, whole);
    quote_spanned!(Span::mixed_site()=> #private::gives::<#output, _>(#private::call(#making)))
}
