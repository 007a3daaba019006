//! The words that say something of a key.

use super::keys::Meaning;

/// In alphabetical order.
const WORDS: [(&str, Meaning); 87] = [
    ("access", Meaning::KeyOwner),
    ("accesskey", Meaning::Secret),
    ("accesstoken", Meaning::Secret),
    ("account", Meaning::KeyOwner),
    ("age", Meaning::Counting),
    ("amz", Meaning::Amz),
    ("api", Meaning::KeyOwner),
    ("apikey", Meaning::Secret),
    ("attempts", Meaning::Counting),
    ("authorization", Meaning::Secret),
    ("authtoken", Meaning::Secret),
    ("backup", Meaning::CodeOwner),
    ("bearer", Meaning::Secret),
    ("budget", Meaning::Counting),
    ("card", Meaning::Card),
    ("cardnumber", Meaning::SecretNumber),
    ("cc", Meaning::Card),
    ("clientsecret", Meaning::Secret),
    ("code", Meaning::Code),
    ("codes", Meaning::Code),
    ("cookie", Meaning::Secret),
    ("cookies", Meaning::Secret),
    ("count", Meaning::Counting),
    ("counts", Meaning::Counting),
    ("credential", Meaning::Secret),
    ("credentials", Meaning::Secrets),
    ("csrftoken", Meaning::Secret),
    ("cvc", Meaning::SecretNumber),
    ("cvv", Meaning::SecretNumber),
    ("encryption", Meaning::KeyOwner),
    ("expires", Meaning::Counting),
    ("expiry", Meaning::Counting),
    ("iban", Meaning::SecretNumber),
    ("id", Meaning::Id),
    ("idtoken", Meaning::Secret),
    ("jsessionid", Meaning::Secret),
    ("jwt", Meaning::Secret),
    ("key", Meaning::Key),
    ("keys", Meaning::Key),
    ("kind", Meaning::Describing),
    ("len", Meaning::Counting),
    ("length", Meaning::Counting),
    ("limit", Meaning::Counting),
    ("master", Meaning::KeyOwner),
    ("max", Meaning::Counting),
    ("mfa", Meaning::CodeOwner),
    ("min", Meaning::Counting),
    ("no", Meaning::Digits),
    ("number", Meaning::Digits),
    ("otp", Meaning::SecretNumber),
    ("passcode", Meaning::SecretNumber),
    ("passphrase", Meaning::Secret),
    ("passwd", Meaning::SecretNumber),
    ("password", Meaning::SecretNumber),
    ("passwords", Meaning::Secrets),
    ("phpsessid", Meaning::Secret),
    ("pin", Meaning::SecretNumber),
    ("policy", Meaning::Describing),
    ("private", Meaning::KeyOwner),
    ("privatekey", Meaning::Secret),
    ("pwd", Meaning::SecretNumber),
    ("recovery", Meaning::CodeOwner),
    ("refreshtoken", Meaning::Secret),
    ("remaining", Meaning::Counting),
    ("retries", Meaning::Counting),
    ("secret", Meaning::Secret),
    ("secretkey", Meaning::Secret),
    ("secrets", Meaning::Secrets),
    ("security", Meaning::CodeOwner),
    ("session", Meaning::Session),
    ("sessionid", Meaning::Secret),
    ("sig", Meaning::Secret),
    ("signature", Meaning::Signature),
    ("signing", Meaning::KeyOwner),
    ("size", Meaning::Counting),
    ("ssn", Meaning::SecretNumber),
    ("status", Meaning::Describing),
    ("token", Meaning::Secret),
    ("tokens", Meaning::Secrets),
    ("total", Meaning::Counting),
    ("totp", Meaning::SecretNumber),
    ("ttl", Meaning::Counting),
    ("type", Meaning::Describing),
    ("usage", Meaning::Counting),
    ("used", Meaning::Counting),
    ("verification", Meaning::CodeOwner),
    ("xsrftoken", Meaning::Secret),
];

/// By a word's first letter: where in [`WORDS`] those with it begin, and a bit for each length that one of
/// them has. Most words are left after a look at this.
static BY_LETTER: [Letter; 32] = by_letter();

#[derive(Clone, Copy)]
struct Letter {
    from: usize,
    to: usize,
    lengths: u16,
}

/// What a word means, whatever its case.
#[inline]
pub(super) fn meaning(word: &[u8]) -> Meaning {
    let Some(first) = word.first() else { return Meaning::Nothing };
    let letter = BY_LETTER[usize::from(first & 31)];
    if word.len() >= 16 || letter.lengths >> word.len() & 1 == 0 {
        return Meaning::Nothing;
    }
    let candidates = WORDS.get(letter.from..letter.to).unwrap_or_default();
    let known = candidates.iter().find(|(known, _)| word.eq_ignore_ascii_case(known.as_bytes()));
    known.map_or(Meaning::Nothing, |(_, meaning)| *meaning)
}

const fn by_letter() -> [Letter; 32] {
    let mut letters = [Letter { from: 0, to: 0, lengths: 0 }; 32];
    let mut index = 0;
    while index < WORDS.len() {
        let word = WORDS[index].0.as_bytes();
        let letter = &mut letters[(word[0] & 31) as usize];
        if letter.lengths == 0 {
            letter.from = index;
        }
        // Words of one letter are in one place.
        assert!(letter.lengths == 0 || letter.to == index);
        letter.to = index + 1;
        letter.lengths |= 1 << word.len();
        index += 1;
    }
    letters
}
