use super::raw::Raw;
use super::text::RawText;

/// Calls `visit` with every value that `path` leads to, until it says `true`; whether it did.
///
/// Names may contain dots themselves, so `a.b` is an entry `a.b` as well as `b` inside of `a`.
pub(crate) fn find_path<'a>(
    entries: impl Iterator<Item = (RawText<'a>, Raw<'a>)>,
    path: &str,
    visit: &mut dyn FnMut(Raw<'a>) -> bool,
) -> bool {
    for (name, value) in entries {
        if name.is(path) {
            if visit(value) {
                return true;
            }
            continue;
        }
        if !path.contains('.') {
            continue;
        }
        let name = name.decoded();
        let inner = path.strip_prefix(name.as_ref()).and_then(|rest| rest.strip_prefix('.'));
        if let Some(inner) = inner
            && find_path(value.entries(), inner, visit)
        {
            return true;
        }
    }
    false
}
