use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::random::random;

/// What ids the layer makes where a request brings none.
///
/// ```
/// use nexolog_tower::{IdKind, RequestLogLayer};
///
/// let layer = RequestLogLayer::new().id_kind(IdKind::Ulid);
/// # let _ = layer;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdKind {
    /// UUIDs of version 7, which sort by the time they were made:
    /// `0198c5f2-7c1e-7d60-9a51-3c5e0f2b8a11`.
    #[default]
    UuidV7,
    /// UUIDs of version 4, which say nothing: `936da01f-9abd-4d9d-80c7-02af85c822a8`.
    UuidV4,
    /// ULIDs, which sort by time and are shorter: `01ARZ3NDEKTSV4RRFFQ69G5FAV`.
    Ulid,
}

/// Makes ids.
#[derive(Clone)]
pub(crate) enum MakeId {
    Kind(IdKind),
    Own(Arc<dyn Fn() -> String + Send + Sync>),
}

impl fmt::Debug for MakeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MakeId::Kind(kind) => kind.fmt(f),
            MakeId::Own(_) => f.write_str("own"),
        }
    }
}

/// The text of an id that was made here.
pub(crate) struct IdText {
    bytes: [u8; 36],
    length: usize,
}

impl IdText {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl IdKind {
    pub(crate) fn make(self) -> IdText {
        match self {
            IdKind::UuidV7 => uuid(7, v7(since_epoch())),
            IdKind::UuidV4 => uuid(4, random()),
            IdKind::Ulid => ulid(),
        }
    }
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Milliseconds, then twelve bits of their fraction, so that ids of one millisecond sort, too.
fn v7(now: Duration) -> [u8; 16] {
    let mut bytes = with_time(now);
    let fraction = u64::from(now.subsec_nanos() % 1_000_000) * 4096 / 1_000_000;
    let [.., high, low] = fraction.to_be_bytes();
    bytes[6] = high;
    bytes[7] = low;
    bytes
}

/// Six bytes of milliseconds and ten random ones.
fn with_time(now: Duration) -> [u8; 16] {
    let random: [u8; 10] = random();
    let [_, _, time @ ..] = u64::try_from(now.as_millis()).unwrap_or(u64::MAX).to_be_bytes();
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&time);
    bytes[6..].copy_from_slice(&random);
    bytes
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Where the digits of each byte of a UUID stand.
const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

fn uuid(version: u8, mut bytes: [u8; 16]) -> IdText {
    bytes[6] = bytes[6] & 0x0f | version << 4;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = [b'-'; 36];
    for (byte, place) in bytes.into_iter().zip(PLACES) {
        text[place] = DIGITS[usize::from(byte >> 4)];
        text[place + 1] = DIGITS[usize::from(byte & 15)];
    }
    IdText { bytes: text, length: 36 }
}

fn ulid() -> IdText {
    let number = u128::from_be_bytes(with_time(since_epoch()));
    let mut text = [0; 36];
    for (at, place) in text.iter_mut().take(26).enumerate() {
        let digit = (number >> (5 * (25 - at))) & 31;
        *place = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[digit as usize];
    }
    IdText { bytes: text, length: 26 }
}

#[cfg(test)]
mod tests {
    use std::str::from_utf8;

    use uuid::Uuid;

    use super::*;

    fn made(kind: IdKind) -> String {
        from_utf8(kind.make().as_bytes()).unwrap().to_owned()
    }

    #[test]
    fn uuids_are_what_another_reader_takes_them_for() {
        for (kind, version) in [(IdKind::UuidV7, 7), (IdKind::UuidV4, 4)] {
            let text = made(kind);
            let uuid = Uuid::parse_str(&text).unwrap();
            assert_eq!(
                (uuid.get_version_num(), uuid.get_variant()),
                (version, uuid::Variant::RFC4122)
            );
            assert_eq!(uuid.to_string(), text);
        }
        let before = since_epoch().as_millis();
        let (seconds, nanos) =
            Uuid::parse_str(&made(IdKind::UuidV7)).unwrap().get_timestamp().unwrap().to_unix();
        let told = u128::from(seconds) * 1000 + u128::from(nanos / 1_000_000);
        assert!((before..=since_epoch().as_millis()).contains(&told), "{told}");
    }

    #[test]
    fn ulids_are_their_time_and_sort_by_it() {
        let text = made(IdKind::Ulid);
        assert_eq!(text.len(), 26);
        // By the specification's alphabet, read back another way: a digit at a time, from the right.
        let alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let time = text
            .chars()
            .take(10)
            .fold(0_u128, |sum, digit| sum * 32 + alphabet.find(digit).unwrap() as u128);
        let now = since_epoch().as_millis();
        assert!(time <= now && now - time < 60_000, "{time} is not {now}");
    }

    #[test]
    fn ids_of_one_millisecond_sort_by_their_time_too() {
        let start = Duration::from_secs(1_764_042_000);
        let at = |micros| v7(start + Duration::from_micros(micros));
        let ids: Vec<String> = (0..1500)
            .map(|micros| from_utf8(uuid(7, at(micros)).as_bytes()).unwrap().to_owned())
            .collect();
        assert!(ids.is_sorted());
    }
}
