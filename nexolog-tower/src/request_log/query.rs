use crate::text::cut;

/// How much of a query string is recorded.
///
/// Values in query strings are often secrets or personal data, their keys almost never.
///
/// ```
/// use nexolog_tower::{QueryDetail, RequestLogLayer};
///
/// let layer = RequestLogLayer::new().query(QueryDetail::Omit);
/// # let _ = layer;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueryDetail {
    /// The keys; each value is shown as `***`.
    #[default]
    Keys,
    /// Everything, as it was sent. What looks like a secret is still masked by Nexolog's own rules.
    Full,
    /// Nothing.
    Omit,
}

/// More of a query string is never recorded.
const CAP: usize = 1024;

/// Appends the query string as far as it may be recorded; `false` when it may not be.
pub(super) fn put(out: &mut String, query: &str, detail: QueryDetail) -> bool {
    match detail {
        QueryDetail::Omit => return false,
        QueryDetail::Full => out.push_str(cut(query, CAP)),
        QueryDetail::Keys => put_masked(out, query),
    }
    true
}

fn put_masked(out: &mut String, query: &str) {
    let start = out.len();
    for pair in query.split('&') {
        if out.len() - start >= CAP {
            break;
        }
        if out.len() > start {
            out.push('&');
        }
        match pair.split_once('=') {
            Some((key, _)) => {
                out.push_str(cut(key, CAP));
                out.push_str("=***");
            }
            // A part without a key may be a secret itself: `?AbCd1234`.
            None if pair.is_empty() => {}
            None => out.push_str("***"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(query: &str, detail: QueryDetail) -> Option<String> {
        let mut out = "before".to_owned();
        let shown = put(&mut out, query, detail);
        shown.then(|| out.strip_prefix("before").unwrap().to_owned())
    }

    #[test]
    fn keys_are_shown_and_values_are_not() {
        let keys = |query| shown(query, QueryDetail::Keys).unwrap();
        assert_eq!(keys("page=2&token=s3cret"), "page=***&token=***");
        assert_eq!(keys("token=a=b"), "token=***");
        assert_eq!(keys("s3cret"), "***");
        assert_eq!(keys("a=1&s3cret&b="), "a=***&***&b=***");
        assert_eq!(keys(""), "");
    }

    #[test]
    fn a_huge_query_is_cut() {
        let huge = "k=v&".repeat(100_000);
        assert!(shown(&huge, QueryDetail::Keys).unwrap().len() < 2 * CAP);
        assert_eq!(shown(&huge, QueryDetail::Full).unwrap().len(), CAP);
        assert!(shown(&"é".repeat(CAP), QueryDetail::Full).unwrap().len() <= CAP);
        assert_eq!(shown(&huge, QueryDetail::Omit), None);
    }
}
