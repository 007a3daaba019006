use syn::parse::ParseStream;
use syn::{Expr, Token};

use super::Form;
use super::fields::form;

/// How what was returned is recorded.
#[derive(Clone)]
pub(crate) struct Returned {
    pub(crate) form: Form,
    /// What it is turned into first.
    pub(crate) map: Option<Expr>,
}

impl Returned {
    /// Nothing, `= map`, `= %map`, `= ?map`, `= %` or `= ?`
    pub(super) fn argument(input: ParseStream<'_>) -> syn::Result<Returned> {
        if input.parse::<Option<Token![=]>>()?.is_none() {
            return Ok(Returned { form: Form::Natural, map: None });
        }
        let form = form(input)?;
        let map = if form != Form::Natural && (input.is_empty() || input.peek(Token![,])) {
            None
        } else {
            Some(input.parse()?)
        };
        Ok(Returned { form, map })
    }
}
