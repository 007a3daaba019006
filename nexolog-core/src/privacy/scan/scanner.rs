use super::{Hit, merge};
use super::{
    address, base64, bearer, bytes, card, email, iban, pairs, pem, percent, runs, token, url,
};
use crate::privacy::MaskRule;
use crate::privacy::keys::KeyRules;
use crate::privacy::rule::RuleSet;

/// Bytes of the shortest text with a secret: `pin=1`.
const SHORTEST: usize = 5;

/// Finds what the built-in rules in force ask for.
#[derive(Clone, Debug)]
pub(crate) struct Scanner {
    pub(crate) rules: RuleSet,
    pub(crate) keys: KeyRules,
}

impl Scanner {
    /// Appends what is to be masked in `text`; not in order, and parts may overlap.
    #[inline]
    pub(crate) fn find(&self, text: &str, hits: &mut Vec<Hit>) {
        if text.len() >= SHORTEST {
            let percent = self.pairs(text, hits);
            self.values(text, Encoded::Read, hits);
            if percent {
                self.percent_encoded(text, hits);
            }
        }
    }

    /// A text that was encoded in another; what it encodes itself is not looked at.
    fn find_in_decoded(&self, text: &str, hits: &mut Vec<Hit>) {
        self.pairs(text, hits);
        self.values(text, Encoded::Skip, hits);
    }

    /// Looks at each `=` and `:`; whether the text has percent-encoded bytes.
    #[inline]
    fn pairs(&self, text: &str, hits: &mut Vec<Hit>) -> bool {
        let all = text.as_bytes();
        let mut percent = false;
        let mut done = 0;
        for at in memchr::memchr3_iter(b'=', b':', b'%', all) {
            if all[at] == b'%' {
                percent |= percent::encoded(all, at).is_some();
                continue;
            }
            if at < done {
                continue;
            }
            if all[at..].starts_with(b"://") {
                if self.rules.has(MaskRule::UrlPassword)
                    && let Some((start, end)) = url::password_at(all, at + 3)
                {
                    add(hits, start, end, MaskRule::UrlPassword);
                    done = end;
                }
            } else if let Some((start, end)) = pairs::secret_after(text, at, &self.keys) {
                add(hits, start, end, MaskRule::Key);
                done = end;
            }
        }
        percent
    }

    #[inline]
    fn values(&self, text: &str, encoded: Encoded, hits: &mut Vec<Hit>) {
        let all = text.as_bytes();
        if self.rules.has(MaskRule::Card) {
            card::cards(all, &mut |start, end| add(hits, start, end, MaskRule::Card));
        }
        if self.rules.has(MaskRule::Iban) {
            iban::grouped(all, &mut |start, end| add(hits, start, end, MaskRule::Iban));
        }
        let mut long_run = false;
        for (start, end) in runs::runs(all) {
            long_run |= end - start >= pem::LINE;
            self.in_run(all, start, end, encoded, hits);
        }
        if long_run && self.rules.has(MaskRule::PrivateKey) {
            pem::private_keys(all, &mut |start, end| add(hits, start, end, MaskRule::PrivateKey));
        }
        if self.rules.has(MaskRule::Email) {
            email::emails(all, &mut |start, end| add(hits, start, end, MaskRule::Email));
        }
        if self.rules.has(MaskRule::IpAddress) {
            address::addresses(all, &mut |start, end| add(hits, start, end, MaskRule::IpAddress));
        }
    }

    /// Looks at each place in a run where a word begins: after what is no letter and no digit.
    fn in_run(&self, all: &[u8], start: usize, end: usize, encoded: Encoded, hits: &mut Vec<Hit>) {
        if self.rules.has(MaskRule::Bearer)
            && let Some(end) = bearer::bearer_at(all, start)
        {
            return add(hits, start, end, MaskRule::Bearer);
        }
        bytes::spent(end - start);
        let mut decode_from = start;
        let mut at = start;
        while at < end {
            if let Some((rule, end)) = self.token(all, at) {
                add(hits, at, end, rule);
                at = end;
            } else if self.rules.has(MaskRule::Iban)
                && let Some(end) = iban::iban_at(all, at)
            {
                add(hits, at, end, MaskRule::Iban);
                at = end;
            } else if encoded == Encoded::Read && at >= decode_from {
                decode_from = self.base64(all, at, hits);
            }
            at = bytes::next_word(all, at, end);
        }
    }

    #[inline]
    fn token(&self, all: &[u8], at: usize) -> Option<(MaskRule, usize)> {
        let (token, end) = token::token_at(all, at)?;
        let rule = match token {
            token::Token::Jwt => MaskRule::Jwt,
            token::Token::ApiKey => MaskRule::ApiKey,
        };
        self.rules.has(rule).then_some((rule, end))
    }

    /// Looks into what may be text in base64; gives the place before which no other need be looked for.
    #[inline]
    fn base64(&self, all: &[u8], at: usize, hits: &mut Vec<Hit>) -> usize {
        if !all.get(at).is_some_and(|byte| base64::may_begin(*byte)) {
            return at;
        }
        let (text, end) = match base64::text_at(all, at) {
            Ok(found) => found,
            Err(end) => return end,
        };
        let mut inner = Vec::new();
        self.find_in_decoded(&text, &mut inner);
        if let Some(first) = inner.first() {
            hits.push(Hit { range: at..end, rule: first.rule });
        }
        end
    }

    fn percent_encoded(&self, text: &str, hits: &mut Vec<Hit>) {
        let Some(decoded) = percent::Decoded::new(text) else { return };
        let mut inner = Vec::new();
        self.find_in_decoded(&decoded.text, &mut inner);
        for hit in inner {
            if let Some((start, end)) = decoded.origin(hit.range.start, hit.range.end) {
                hits.push(Hit { range: start..end, rule: hit.rule });
            }
        }
        merge(hits);
    }
}

/// Whether text in base64 is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoded {
    Read,
    Skip,
}

fn add(hits: &mut Vec<Hit>, start: usize, end: usize, rule: MaskRule) {
    hits.push(Hit { range: start..end, rule: rule as usize });
}
