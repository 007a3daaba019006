/// What stands for a masked value.
pub(crate) const MASKED: &str = "***";

/// Words that make the text under a key a secret. Compared with whole words of the key, so `token` masks
/// `access_token` and `accessToken` but not `tokenizer`.
const SECRET_WORDS: [&str; 20] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "secrets",
    "token",
    "tokens",
    "apikey",
    "authorization",
    "credential",
    "credentials",
    "cookie",
    "cvv",
    "cvc",
    "ssn",
    "iban",
    "pin",
    "jwt",
    "otp",
];

/// Pairs of neighbouring words that do the same.
const SECRET_PAIRS: [(&str, &str); 7] = [
    ("api", "key"),
    ("private", "key"),
    ("access", "key"),
    ("signing", "key"),
    ("encryption", "key"),
    ("card", "number"),
    ("session", "id"),
];

/// Whether text under this key is masked. Numbers never are: `token_count` is no secret.
pub(crate) fn is_secret_key(key: &str) -> bool {
    let words = words(key);
    words.iter().any(|word| SECRET_WORDS.contains(&word.as_str()))
        || words.windows(2).any(|pair| SECRET_PAIRS.contains(&(pair[0].as_str(), pair[1].as_str())))
}

/// The words of `snake_case`, `kebab-case`, `dotted.keys` and `camelCase`, in lower case.
fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for character in key.chars() {
        let breaks = !character.is_alphanumeric() || (character.is_uppercase() && after_lower);
        if breaks {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_alphanumeric()) {
            word.extend(character.to_lowercase());
        }
        after_lower = character.is_lowercase() || character.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::is_secret_key;

    #[test]
    fn whole_words_of_a_key_decide() {
        for key in [
            "password",
            "user_password",
            "accessToken",
            "Authorization",
            "x-api-key",
            "db.passwd",
            "API_KEY",
            "card_number",
            "apiKey",
        ] {
            assert!(is_secret_key(key), "{key}");
        }
        for key in
            ["tokenizer", "passage", "compass", "keyboard", "pinned", "monkey", "cart", "api", ""]
        {
            assert!(!is_secret_key(key), "{key}");
        }
    }
}
