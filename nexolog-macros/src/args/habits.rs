//! What those try first who know other attributes, `#[tracing::instrument]` above all.

use syn::parse::ParseStream;
use syn::{Ident, Token};

/// What to say in place of an argument that others have.
pub(super) fn instead_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "skip_all" => "nothing is recorded that `fields(..)` does not name",
        "target" => "say where it belongs with `module = \"orders\"`",
        "fields_all" | "args" | "arguments" => {
            "name what to record: `fields(user_id, order.total)`"
        }
        "error" | "on_error" => "an `Err` is logged anyway; `err = warning` chooses its level",
        _ => return None,
    })
}

/// An argument that is complete, with more of it behind.
pub(super) fn refuse_value(input: ParseStream<'_>, key: &Ident) -> syn::Result<()> {
    if key == "skip" && input.peek(syn::token::Paren) {
        let message =
            "nothing is recorded that `fields(..)` does not name, so no argument needs `skip`";
        return Err(syn::Error::new(key.span(), message));
    }
    let is_flag = ["span", "skip", "sync", "future", "stream"].iter().any(|flag| key == flag);
    if is_flag && (input.peek(Token![=]) || input.peek(syn::token::Paren)) {
        return Err(syn::Error::new(
            key.span(),
            format!("`{key}` stands alone and takes no value"),
        ));
    }
    Ok(())
}

/// `err(Debug)` and `err(Display)` say elsewhere how an error is shown, and the first is no level meant.
pub(super) fn refuse_form(input: ParseStream<'_>) -> syn::Result<()> {
    let ahead = input.fork();
    match ahead.parse::<Ident>() {
        Ok(form) if (form == "Debug" || form == "Display") && !ahead.peek(Token![::]) => {
            let message = "the text, the type and the sources of an error are recorded anyway; a level goes \
                           here: `err = debug`";
            Err(syn::Error::new(form.span(), message))
        }
        _ => Ok(()),
    }
}
