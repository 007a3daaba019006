//! Finds secrets in a text, without regular expressions: each kind has a cheap sign that a text without it is
//! left by quickly, and a scanner that is linear in the text's length whatever it holds.
//!
//! - `=` and `:` lead to values after keys ([`pairs`]) and to passwords in URLs ([`url`]);
//! - groups of digits lead to payment cards ([`card`]) and bank accounts ([`iban`]);
//! - runs of many characters without a gap ([`runs`]) lead to what machines made: [`token`]s, what follows
//!   `Bearer` ([`bearer`]), PEM blocks ([`pem`]), and text in base64 ([`base64`]);
//! - `%` leads to percent-encoded text ([`percent`]); `@` to e-mail addresses ([`email`]);
//! - IP addresses ([`address`]) have no sign, so whoever wants them masked pays for a look at every byte.

mod address;
mod base64;
mod bearer;
mod bytes;
mod card;
mod cut;
mod email;
mod hit;
mod iban;
mod pairs;
mod pem;
mod percent;
mod runs;
mod scanner;
mod token;
mod url;
mod value;
#[cfg(test)]
pub(in crate::privacy) mod work;

pub(crate) use card::is_card_number;
pub(crate) use cut::settled;
pub(crate) use hit::{Hit, merge};
pub(crate) use pairs::is_number;
pub(crate) use scanner::Scanner;
