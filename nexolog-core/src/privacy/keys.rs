use super::vocabulary::meaning;
use super::words::{Words, words};

/// How secret what stands under a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secrecy {
    /// Not at all.
    Public,
    /// Its text is, but for a text that is a number: `token_count`, `tokens`.
    Counted,
    /// Its text is; a value that was logged as a number is not.
    Text,
    /// Its number is, too: `pin`, `cvv`, a password of digits.
    Number,
}

/// What a word says of the key it is in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Nothing,
    /// The value is secret.
    Secret,
    /// The value is secret, and often a number.
    SecretNumber,
    /// More than one secret: with a number, how many.
    Secrets,
    /// Before a [`Key`](Meaning::Key), it makes a secret; the next ones go together likewise.
    KeyOwner,
    Key,
    CodeOwner,
    Code,
    Card,
    Digits,
    Session,
    Id,
    Amz,
    Signature,
    /// The key is about a number that is no secret.
    Counting,
    /// The key is about a secret's kind or state, not about its value.
    Describing,
}

/// Judges keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyRules {
    /// Whether the built-in words count.
    pub(super) built_in: bool,
    /// Keys of the user's own, each as its words.
    pub(super) own: Vec<Vec<String>>,
    /// Keys that are public whatever their words say.
    pub(super) public: Vec<Vec<String>>,
}

impl KeyRules {
    pub(crate) fn secrecy(&self, key: &str) -> Secrecy {
        if contains_any(&self.public, key) {
            Secrecy::Public
        } else if contains_any(&self.own, key) {
            Secrecy::Number
        } else if self.built_in {
            by_words(words(key))
        } else {
            Secrecy::Public
        }
    }

    pub(super) fn own_words(key: &str) -> Vec<String> {
        words(key).map(str::to_owned).collect()
    }
}

/// Whether one of `entries` stands in the key, as whole words in a row.
fn contains_any(entries: &[Vec<String>], key: &str) -> bool {
    entries.iter().any(|entry| {
        let mut rest = words(key);
        loop {
            let mut here = rest.clone();
            let found = entry
                .iter()
                .all(|word| here.next().is_some_and(|other| other.eq_ignore_ascii_case(word)));
            if found {
                return true;
            }
            if rest.next().is_none() {
                return false;
            }
        }
    })
}

fn by_words(words: Words<'_>) -> Secrecy {
    let mut secrecy = Secrecy::Public;
    let mut counting = false;
    let mut previous = Meaning::Nothing;
    for word in words {
        let meaning = meaning(without_digits(word));
        let found = match meaning {
            Meaning::Nothing => Secrecy::Public,
            Meaning::Secret => Secrecy::Text,
            Meaning::SecretNumber => Secrecy::Number,
            Meaning::Secrets => Secrecy::Counted,
            Meaning::Describing => return Secrecy::Public,
            Meaning::Counting => {
                counting = true;
                Secrecy::Public
            }
            second => pair(previous, second),
        };
        secrecy = strictest(secrecy, found);
        previous = meaning;
    }
    match secrecy {
        Secrecy::Text | Secrecy::Number if counting => Secrecy::Counted,
        secrecy => secrecy,
    }
}

/// What two words mean of which neither means a secret alone.
fn pair(first: Meaning, second: Meaning) -> Secrecy {
    match (first, second) {
        (Meaning::KeyOwner, Meaning::Key)
        | (Meaning::Amz, Meaning::Signature)
        | (Meaning::Session, Meaning::Id) => Secrecy::Text,
        (Meaning::Card, Meaning::Digits) | (Meaning::CodeOwner, Meaning::Code) => Secrecy::Number,
        _ => Secrecy::Public,
    }
}

fn strictest(one: Secrecy, other: Secrecy) -> Secrecy {
    if other as u8 > one as u8 { other } else { one }
}

/// Digits at a word's end do not change what it means: `cvv2`.
fn without_digits(word: &str) -> &[u8] {
    let mut word = word.as_bytes();
    while let [rest @ .., b'0'..=b'9'] = word {
        word = rest;
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> KeyRules {
        KeyRules { built_in: true, ..KeyRules::default() }
    }

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
            "APIKey",
            "JWTToken",
            "session-id",
            "Set-Cookie",
            "cvv2",
            "X-Amz-Signature",
            "mfa_code",
        ] {
            assert_ne!(rules().secrecy(key), Secrecy::Public, "{key}");
        }
        for key in [
            "tokenizer",
            "passage",
            "compass",
            "keyboard",
            "pinned",
            "monkey",
            "cart",
            "api",
            "",
            "key",
            "number",
            "error_code",
            "order_id",
            "token_type",
            "password_policy",
            "spin",
            "a_very_long_word_averyveryverylongwordindeed",
        ] {
            assert_eq!(rules().secrecy(key), Secrecy::Public, "{key}");
        }
    }

    #[test]
    fn counts_of_secrets_are_told_from_secrets_that_are_numbers() {
        for (key, expected) in [
            ("token_count", Secrecy::Counted),
            ("max_tokens", Secrecy::Counted),
            ("tokens", Secrecy::Counted),
            ("password_length", Secrecy::Counted),
            ("token", Secrecy::Text),
            ("pin", Secrecy::Number),
            ("card_number", Secrecy::Number),
        ] {
            assert_eq!(rules().secrecy(key), expected, "{key}");
        }
    }

    #[test]
    fn own_keys_are_whole_words_in_a_row_and_public_ones_win() {
        let rules = KeyRules {
            built_in: true,
            own: vec![KeyRules::own_words("home-address")],
            public: vec![KeyRules::own_words("public_token")],
        };
        assert_eq!(rules.secrecy("customer.homeAddress"), Secrecy::Number);
        assert_eq!(rules.secrecy("address_home"), Secrecy::Public);
        assert_eq!(rules.secrecy("PUBLIC-TOKEN"), Secrecy::Public);
        assert_eq!(rules.secrecy("private_token"), Secrecy::Text);
    }
}
