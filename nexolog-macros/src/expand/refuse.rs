use proc_macro2::{TokenStream, TokenTree};

/// Why `#[logged]` can't sit on this item, if it is something well known.
pub(super) fn reason(item: &TokenStream) -> Option<syn::Error> {
    let keyword = item.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(word) => Some(word).filter(|word| explain(&word.to_string()).is_some()),
        TokenTree::Punct(_) | TokenTree::Group(_) | TokenTree::Literal(_) => None,
    })?;
    // A function or block that does not parse has an error of its own, at a better place.
    let explanation = explain(&keyword.to_string()).filter(|text| !text.is_empty())?;
    Some(syn::Error::new(keyword.span(), explanation))
}

fn explain(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "fn" | "impl" => "",
        "trait" => "put `#[logged]` on the trait's implementations, or on its methods with a body",
        "struct" | "enum" | "union" | "type" | "static" | "const" | "use" => {
            "`#[logged]` goes on a function, a method or an `impl` block"
        }
        "mod" => "put `#[logged]` on the module's functions and `impl` blocks",
        "macro_rules" => "put `#[logged]` on the functions that the macro makes",
        "let" | "move" => "`#[logged]` can't sit on a closure; make it a function of its own",
        _ => return None,
    })
}
