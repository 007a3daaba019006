use std::borrow::Cow;

use crate::capture::FIELD_CAP;
use crate::record::wire::{self, Tag};

/// Bytes read as a program that builds an event, so that a small change of them is a small change of the event.
pub(super) struct Program<'a>(pub(super) &'a [u8]);

const TAGS: [Tag; 7] = [
    Tag::RequestId,
    Tag::TraceId,
    Tag::SpanId,
    Tag::UserId,
    Tag::OrganizationId,
    Tag::Operation,
    Tag::Module,
];

impl<'a> Program<'a> {
    pub(super) fn is_done(&self) -> bool {
        self.0.is_empty()
    }

    /// The next byte; 0 behind the end.
    pub(super) fn byte(&mut self) -> u8 {
        self.fixed::<1>()[0]
    }

    fn fixed<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        let taken = self.take(N);
        bytes[..taken.len()].copy_from_slice(taken);
        bytes
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// A text: its length, whether it is repeated until it is past every cap, and its bytes.
    fn text(&mut self) -> Cow<'a, str> {
        let length = self.byte();
        let text = String::from_utf8_lossy(self.take(usize::from(length % 128)));
        if length >= 250 { text.repeat(200).into() } else { text }
    }

    /// Appends the next item, for plans of `fields` fields.
    pub(super) fn put_item(&mut self, out: &mut Vec<u8>, fields: u8, plans: u8) {
        match self.byte() % 12 {
            0..=5 => {
                wire::put_field(out, self.byte() % fields.max(1));
                self.put_value(out);
            }
            6 | 7 => {
                wire::put_named_field(out, &self.text());
                self.put_value(out);
            }
            8 => wire::put_span(out, u32::from(self.byte() % plans.max(1))),
            9 => wire::put_request(out),
            _ => {
                let tag = TAGS[usize::from(self.byte()) % TAGS.len()];
                wire::put_context(out, tag, &self.text());
            }
        }
    }

    fn put_value(&mut self, out: &mut Vec<u8>) {
        match self.byte() % 10 {
            0 => wire::put_i64(out, i64::from_le_bytes(self.fixed())),
            1 => wire::put_u64(out, u64::from_le_bytes(self.fixed())),
            2 => wire::put_i128(out, i128::from_le_bytes(self.fixed())),
            3 => wire::put_u128(out, u128::from_le_bytes(self.fixed())),
            4 => wire::put_f64(out, f64::from_le_bytes(self.fixed())),
            5 => wire::put_bool(out, self.byte() % 2 == 1),
            6 => wire::put_cut(out, &self.text(), u64::from_le_bytes(self.fixed())),
            7 => {
                let mut text = || {
                    let text = self.text().into_owned();
                    let length = text.len() as u64;
                    (text, length)
                };
                let (message, source) = (text(), text());
                wire::put_error(out, &message, &[source]);
            }
            _ => wire::put_str(out, &self.text(), FIELD_CAP),
        }
    }
}
