use super::QueryDetail;

/// More of a query string is never recorded.
const CAP: usize = 1024;

/// The query string as far as it may be recorded.
pub(super) fn shown(query: &str, detail: QueryDetail) -> Option<String> {
    match detail {
        QueryDetail::Omit => None,
        QueryDetail::Full => Some(cut(query).to_owned()),
        QueryDetail::Keys => Some(masked(query)),
    }
}

fn masked(query: &str) -> String {
    let mut shown = String::with_capacity(query.len().min(CAP));
    for pair in query.split('&') {
        if shown.len() >= CAP {
            break;
        }
        if !shown.is_empty() {
            shown.push('&');
        }
        match pair.split_once('=') {
            Some((key, _)) => {
                shown.push_str(cut(key));
                shown.push_str("=***");
            }
            // A part without a key may be a secret itself: `?AbCd1234`.
            None if pair.is_empty() => {}
            None => shown.push_str("***"),
        }
    }
    shown
}

/// At most [`CAP`] bytes of `text`, ending at a character's edge.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(CAP);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

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
