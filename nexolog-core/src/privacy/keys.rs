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
enum Meaning {
    Nothing,
    /// The value is secret.
    Secret,
    /// The value is secret, and often a number.
    SecretNumber,
    /// More than one secret: with a number, how many.
    Secrets,
    /// Before `key`, it makes a secret.
    KeyOwner,
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
    let mut describing = false;
    let mut previous = Previous::default();
    for word in words {
        let mut buffer = [0; LONGEST];
        let word = folded(word, &mut buffer);
        let found = match meaning(word) {
            Meaning::Secret => Secrecy::Text,
            Meaning::SecretNumber => Secrecy::Number,
            Meaning::Secrets => Secrecy::Counted,
            Meaning::Counting => {
                counting = true;
                Secrecy::Public
            }
            Meaning::Describing => {
                describing = true;
                Secrecy::Public
            }
            Meaning::Nothing | Meaning::KeyOwner => previous.pair(word),
        };
        secrecy = strictest(secrecy, found);
        previous = Previous::of(word);
    }
    match secrecy {
        _ if describing => Secrecy::Public,
        Secrecy::Text | Secrecy::Number if counting => Secrecy::Counted,
        secrecy => secrecy,
    }
}

fn strictest(one: Secrecy, other: Secrecy) -> Secrecy {
    if other as u8 > one as u8 { other } else { one }
}

/// What the word before means for a word that is harmless alone.
#[derive(Clone, Copy, Default)]
struct Previous {
    owns_key: bool,
    is_card: bool,
    is_session: bool,
    is_code: bool,
    is_amz: bool,
}

impl Previous {
    fn of(word: &[u8]) -> Previous {
        Previous {
            owns_key: meaning(word) == Meaning::KeyOwner,
            is_card: matches!(word, b"card" | b"cc"),
            is_session: word == b"session",
            is_code: matches!(
                word,
                b"mfa" | b"verification" | b"security" | b"recovery" | b"backup"
            ),
            is_amz: word == b"amz",
        }
    }

    fn pair(self, word: &[u8]) -> Secrecy {
        match word {
            b"key" | b"keys" if self.owns_key => Secrecy::Text,
            b"signature" if self.is_amz => Secrecy::Text,
            b"id" if self.is_session => Secrecy::Text,
            b"number" | b"no" if self.is_card => Secrecy::Number,
            b"code" | b"codes" if self.is_code => Secrecy::Number,
            _ => Secrecy::Public,
        }
    }
}

/// Bytes of the longest word that means something.
const LONGEST: usize = 14;

/// The word in lower case and without digits at its end (`cvv2`); empty when it is too long to mean anything.
fn folded<'b>(word: &str, buffer: &'b mut [u8; LONGEST]) -> &'b [u8] {
    let word = word.trim_end_matches(|last: char| last.is_ascii_digit()).as_bytes();
    let Some(folded) = buffer.get_mut(..word.len()) else { return &[] };
    folded.copy_from_slice(word);
    folded.make_ascii_lowercase();
    folded
}

fn meaning(word: &[u8]) -> Meaning {
    match word {
        b"secret" | b"token" | b"apikey" | b"authorization" | b"credential" | b"cookie"
        | b"cookies" | b"bearer" | b"jwt" | b"sig" | b"passphrase" | b"accesstoken"
        | b"refreshtoken" | b"authtoken" | b"idtoken" | b"csrftoken" | b"xsrftoken"
        | b"sessionid" | b"jsessionid" | b"phpsessid" | b"secretkey" | b"privatekey"
        | b"accesskey" | b"clientsecret" => Meaning::Secret,
        b"password" | b"passwd" | b"passcode" | b"pwd" | b"pin" | b"cvv" | b"cvc" | b"otp"
        | b"totp" | b"ssn" | b"iban" | b"cardnumber" => Meaning::SecretNumber,
        b"secrets" | b"tokens" | b"credentials" | b"passwords" => Meaning::Secrets,
        b"api" | b"private" | b"access" | b"signing" | b"encryption" | b"master" | b"account" => {
            Meaning::KeyOwner
        }
        b"count" | b"counts" | b"length" | b"len" | b"size" | b"limit" | b"max" | b"min"
        | b"total" | b"used" | b"usage" | b"remaining" | b"budget" | b"ttl" | b"age"
        | b"expiry" | b"expires" | b"attempts" | b"retries" => Meaning::Counting,
        b"type" | b"kind" | b"policy" | b"status" => Meaning::Describing,
        _ => Meaning::Nothing,
    }
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
