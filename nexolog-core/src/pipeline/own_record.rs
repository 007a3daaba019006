use super::clock;
use crate::capture::{FIELD_CAP, OWN_PLAN};
use crate::context::FieldValue;
use crate::record::wire::{self, Header, Tag};
use crate::record::{Level, json};

/// A record of Nexolog itself: module `nexolog`, a message that names what happened, and its data.
#[derive(Debug)]
pub(crate) struct OwnRecord {
    level: Level,
    event: Vec<u8>,
    is_account: bool,
}

impl OwnRecord {
    pub(crate) fn new(level: Level, message: &str) -> OwnRecord {
        let mut event = Vec::new();
        wire::begin(&mut event);
        wire::put_field(&mut event, 0);
        wire::put_str(&mut event, message, FIELD_CAP);
        OwnRecord { level, event, is_account: false }
    }

    /// Says that the files alone can't account for every event without this record, so that no bound may drop it.
    pub(crate) fn account(mut self) -> OwnRecord {
        self.is_account = true;
        self
    }

    pub(super) fn is_account(&self) -> bool {
        self.is_account
    }

    pub(crate) fn text(mut self, key: &str, value: &str) -> OwnRecord {
        wire::put_named_field(&mut self.event, key);
        wire::put_str(&mut self.event, value, FIELD_CAP);
        self
    }

    /// The request that it tells of.
    pub(crate) fn request(mut self, id: &str) -> OwnRecord {
        wire::put_context(&mut self.event, Tag::RequestId, id);
        self
    }

    pub(crate) fn number(mut self, key: &str, value: u64) -> OwnRecord {
        wire::put_named_field(&mut self.event, key);
        wire::put_u64(&mut self.event, value);
        self
    }

    pub(crate) fn value(mut self, key: &str, value: &FieldValue) -> OwnRecord {
        wire::put_named_field(&mut self.event, key);
        value.put(&mut self.event, FIELD_CAP);
        self
    }

    /// Something that is so.
    pub(crate) fn flag(mut self, key: &str) -> OwnRecord {
        wire::put_named_field(&mut self.event, key);
        wire::put_bool(&mut self.event, true);
        self
    }

    /// Counts by level as an object, the levels with none left out.
    pub(crate) fn by_level(mut self, counts: [u64; 6]) -> OwnRecord {
        let mut object = Vec::from(*b"{");
        for (level, count) in Level::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0) {
            if object.len() > 1 {
                object.push(b',');
            }
            json::put_str(&mut object, level.as_str());
            object.push(b':');
            json::put_integer(&mut object, count);
        }
        object.push(b'}');
        wire::put_named_field(&mut self.event, "by_level");
        wire::put_json(&mut self.event, &String::from_utf8_lossy(&object));
        self
    }

    /// The record in wire form, stamped now.
    pub(crate) fn finish(mut self) -> (Level, Vec<u8>) {
        let header = Header { stamp: clock::stamp(), plan: OWN_PLAN, level: self.level };
        wire::finish(&mut self.event, header);
        (self.level, self.event)
    }
}
