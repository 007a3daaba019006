use super::json;

/// Appends `text` to `out` as a JSON string, quotes included, escaped as the strings of a line are.
pub fn put_json_str(out: &mut Vec<u8>, text: &str) {
    json::put_str(out, text);
}
