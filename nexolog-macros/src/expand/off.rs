use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::function::{Private, in_braces_of, not_alone};
use super::returns::Returns;
use crate::args::Args;
use crate::item::Function;

/// Whether functions are left as they are; `on` is the last word, for features of all crates add up.
pub(super) const IS_OFF: bool = cfg!(all(feature = "off", not(feature = "on")));

/// The function without logging, in which the arguments of the attribute still count as used.
pub(super) fn unlogged(
    function: &Function,
    args: &Args,
    returns: &Returns,
    private: &Private,
) -> TokenStream {
    let Function { attrs, vis, defaultness, signature, body } = function;
    let mentioned = mentioned(args, returns, private);
    let body = if mentioned.is_empty() {
        body.clone()
    } else {
        let user = not_alone(body);
        in_braces_of(body, quote!(#mentioned #user))
    };
    quote!(#(#attrs)* #vis #defaultness #signature #body)
}

/// Closures that are never called: what the arguments mention is checked and counts as used, and no code
/// comes of it.
fn mentioned(args: &Args, returns: &Returns, private: &Private) -> TokenStream {
    let module = args.module.as_ref().map(
        |module| quote_spanned!(Span::mixed_site()=> const _: &::core::primitive::str = #module;),
    );
    let fields = args.fields.iter().map(|field| &field.value);
    let values = fields.chain(args.key.as_ref()).chain(args.when.as_ref());
    let mentioned =
        values.map(|value| quote_spanned!(Span::mixed_site()=> let _ = || { let _ = &(#value); };));
    let judged = judged(args, returns, private);
    quote!(#module #(#mentioned)* #judged)
}

fn judged(args: &Args, returns: &Returns, private: &Private) -> Option<TokenStream> {
    let ty = match returns {
        Returns::Async(ty) | Returns::OpaqueFuture(ty) | Returns::Value(ty) => ty,
        Returns::BoxedFuture { output, .. } => output,
        Returns::OpaqueStream(item) | Returns::BoxedStream { item, .. } => item,
        Returns::AsyncNever | Returns::Opaque | Returns::Tracked => return None,
    };
    let asks =
        args.ret.is_some() || args.err.as_ref().is_some_and(|err| !err.by_condition.is_empty());
    let judge = super::judge::judge(args, private);
    asks.then(|| {
        quote_spanned! {Span::mixed_site()=>
            let _ = || #private::judged::<#ty>(#judge);
        }
    })
}
