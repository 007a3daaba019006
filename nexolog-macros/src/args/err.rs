use syn::parse::{Parse, ParseStream};
use syn::{Expr, Ident, Token};

use super::parse::{list, value};
use super::{Level, habits};

/// At which level an `Err` is logged.
#[derive(Clone)]
pub(crate) struct ErrLevel {
    /// The first whose condition holds for the error.
    pub(crate) by_condition: Vec<(Level, Expr)>,
    /// Of errors for which none does.
    pub(crate) otherwise: Level,
}

/// `warning`, or `info if OrderError::is_not_found`.
struct Part {
    level: Level,
    condition: Option<Expr>,
}

impl ErrLevel {
    /// `= part`, or `(part, part, ..)`
    pub(super) fn argument(input: ParseStream<'_>, key: &Ident) -> syn::Result<ErrLevel> {
        if input.is_empty() || input.peek(Token![,]) {
            let message = "an `Err` is logged anyway; `err = warning` chooses its level";
            return Err(syn::Error::new(key.span(), message));
        }
        let parts = if input.peek(syn::token::Paren) {
            list(input, key, Part::parse)?
        } else {
            [value::<Part>(input, key, "warning")?].into_iter().collect()
        };
        let mut err = ErrLevel::default();
        let last = parts.len().checked_sub(1).ok_or_else(|| {
            let message = "`err` needs a level: `err(info if OrderError::is_not_found, warning)`";
            syn::Error::new(key.span(), message)
        })?;
        for (at, Part { level, condition }) in parts.into_iter().enumerate() {
            match condition {
                Some(condition) => err.by_condition.push((level, condition)),
                None if at == last => err.otherwise = level,
                None => {
                    let message =
                        "a level without a condition is for all other errors, so it comes last";
                    return Err(syn::Error::new(key.span(), message));
                }
            }
        }
        Ok(err)
    }

    /// Every level it may say.
    pub(crate) fn levels(&self) -> impl Iterator<Item = Level> {
        self.by_condition.iter().map(|(level, _)| *level).chain([self.otherwise])
    }
}

impl Default for ErrLevel {
    fn default() -> ErrLevel {
        ErrLevel { by_condition: Vec::new(), otherwise: Level::Error }
    }
}

impl Parse for Part {
    fn parse(input: ParseStream<'_>) -> syn::Result<Part> {
        habits::refuse_form(input)?;
        let level = input.parse()?;
        let condition = input.parse::<Option<Token![if]>>()?.map(|_| input.parse()).transpose()?;
        Ok(Part { level, condition })
    }
}
