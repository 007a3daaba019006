use std::time::Duration;

use syn::parse::ParseStream;
use syn::{Ident, LitStr};

use super::duration;
use super::parse::value;

/// At most so many events in a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) count: u64,
    pub(crate) window: Duration,
}

/// Reads `"10/s"`, `"100/5m"`.
pub(crate) fn parse(text: &LitStr) -> syn::Result<Rate> {
    read(&text.value()).ok_or_else(|| {
        syn::Error::new(
            text.span(),
            "this is no rate; write a number and a time, such as \"10/s\", \"100/5m\" or \"1/h\"",
        )
    })
}

fn read(text: &str) -> Option<Rate> {
    let (count, window) = text.split_once('/')?;
    let count = count.trim().parse().ok().filter(|count| *count > 0)?;
    let window = window.trim();
    let window = if window.starts_with(|first: char| first.is_ascii_digit()) {
        duration::read(window)?
    } else {
        duration::read(&format!("1{window}"))?
    };
    let fits = !window.is_zero() && u64::try_from(window.as_nanos()).is_ok();
    fits.then_some(Rate { count, window })
}

/// Reads `sample = 0.01`.
pub(crate) fn share(input: ParseStream<'_>, key: &Ident) -> syn::Result<f64> {
    let number: syn::Lit = value(input, key, "0.01")?;
    let share = match &number {
        syn::Lit::Float(number) => number.base10_parse().ok(),
        syn::Lit::Int(number) => number.base10_parse::<u32>().ok().map(f64::from),
        _ => None,
    };
    share.filter(|share| *share > 0.0 && *share <= 1.0).ok_or_else(|| {
        let message = "a sample is a share above 0 and up to 1: `sample = 0.01` logs one success in a hundred";
        syn::Error::new(number.span(), message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_a_number_and_a_time() {
        let rate = |count, seconds| Some(Rate { count, window: Duration::from_secs(seconds) });
        assert_eq!(read("10/s"), rate(10, 1));
        assert_eq!(read(" 1 / h "), rate(1, 3600));
        assert_eq!(read("100/5m"), rate(100, 300));
        for wrong in
            ["", "10", "/s", "0/s", "-1/s", "1/0s", "1/day", "1.5/s", "1/s/s", "1/9999999h"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
