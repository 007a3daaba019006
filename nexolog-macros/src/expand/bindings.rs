use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::token::Mut;
use syn::{FnArg, Pat, Signature};

/// Takes `mut` off the parameters and gives the statements that put it back inside the body.
///
/// A closure or an async block can't assign to a captured variable something that lives shorter than the
/// function's own lifetimes, where the function itself could: `let mut text = text;` inside makes it a
/// variable of the body again.
pub(super) fn move_mutable_inside(signature: &mut Signature) -> TokenStream {
    let mut found = Vec::new();
    for input in &mut signature.inputs {
        if let FnArg::Typed(typed) = input {
            collect(&mut typed.pat, &mut found);
        }
    }
    found.into_iter().map(|(mutability, name)| quote!(let #mutability #name = #name;)).collect()
}

fn collect(pat: &mut Pat, found: &mut Vec<(Mut, Ident)>) {
    match pat {
        Pat::Ident(binding) if binding.by_ref.is_none() => {
            if let Some(mutability) = binding.mutability.take() {
                found.push((mutability, binding.ident.clone()));
            }
        }
        Pat::Paren(inner) => collect(&mut inner.pat, found),
        Pat::Reference(inner) => collect(&mut inner.pat, found),
        Pat::Struct(fields) => {
            fields.fields.iter_mut().for_each(|field| collect(&mut field.pat, found));
        }
        Pat::Tuple(parts) => parts.elems.iter_mut().for_each(|part| collect(part, found)),
        Pat::TupleStruct(parts) => parts.elems.iter_mut().for_each(|part| collect(part, found)),
        Pat::Slice(parts) => parts.elems.iter_mut().for_each(|part| collect(part, found)),
        _ => {}
    }
}
