use crate::store::{Cursor, Order};

/// How far a search has come in one directory, and where it began.
///
/// In one directory `seq` is the order, whatever the clock did. So where directories are merged by time, each one's records
/// count as stamped no later (oldest first: no earlier) than the ones before them. That time is in the cursors, and with
/// it a search goes on exactly where it was, in every directory, from the identity of a single record.
#[derive(Clone, Debug)]
pub(super) struct Position {
    order: Order,
    is_merging: bool,
    /// The time that the record before counts as stamped at.
    reached: Option<i64>,
    /// Only what lies beyond this is given.
    beyond: Option<Beyond>,
}

/// Where a directory goes on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Beyond {
    /// In the cursor's own directory: after this record.
    Seq(u64),
    /// In another directory: from the first record on whose turn comes after the cursor's.
    Time { timestamp: i64, is_tie_beyond: bool },
}

/// What some lines that stand together span: least and greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) seqs: (u64, u64),
    pub(super) times: (i64, i64),
}

impl Position {
    /// The beginning of the directory.
    pub(super) fn start(order: Order, is_merging: bool) -> Position {
        Position { order, is_merging, reached: None, beyond: None }
    }

    /// Where the directory called `name` goes on after the record that `cursor` names.
    pub(super) fn after(cursor: &Cursor, name: &str, order: Order, is_merging: bool) -> Position {
        if cursor.directory == name {
            let beyond = Some(Beyond::Seq(cursor.seq));
            return Position { order, is_merging, reached: Some(cursor.timestamp), beyond };
        }
        let is_tie_beyond = match order {
            Order::NewestFirst => name < cursor.directory.as_str(),
            Order::OldestFirst => name > cursor.directory.as_str(),
        };
        let beyond = Some(Beyond::Time { timestamp: cursor.timestamp, is_tie_beyond });
        Position { order, is_merging, reached: None, beyond }
    }

    /// The `seq` after which it goes on, if that is known.
    pub(super) fn seq(&self) -> Option<u64> {
        match self.beyond {
            Some(Beyond::Seq(seq)) => Some(seq),
            _ => None,
        }
    }

    /// Whether it is still to be found where the directory goes on.
    pub(super) fn is_searching(&self) -> bool {
        matches!(self.beyond, Some(Beyond::Time { .. }))
    }

    /// Whether a record lies where this directory goes on.
    pub(super) fn takes(&mut self, seq: u64, timestamp: i64) -> bool {
        match (self.beyond, self.order) {
            (None, _) => true,
            (Some(Beyond::Seq(beyond)), Order::NewestFirst) => seq < beyond,
            (Some(Beyond::Seq(beyond)), Order::OldestFirst) => seq > beyond,
            (Some(Beyond::Time { timestamp: beyond, is_tie_beyond }), order) => {
                let is_beyond = match order {
                    Order::NewestFirst => timestamp < beyond,
                    Order::OldestFirst => timestamp > beyond,
                };
                let is_beyond = is_beyond || is_tie_beyond && timestamp == beyond;
                if is_beyond {
                    // What follows has its turn later, whatever its own time.
                    self.beyond = None;
                }
                is_beyond
            }
        }
    }

    /// Whether all of these records are where this directory goes on, so that nothing is to be left out.
    pub(super) fn takes_all(&self, span: &Span) -> bool {
        match self.beyond {
            None => true,
            Some(Beyond::Seq(beyond)) => match self.order {
                Order::NewestFirst => span.seqs.1 < beyond,
                Order::OldestFirst => span.seqs.0 > beyond,
            },
            Some(Beyond::Time { .. }) => false,
        }
    }

    /// Goes past records that nobody looked at, because an index says that none matches.
    ///
    /// Gives number and time of the place that is reached; `None` when none of them was beyond.
    pub(super) fn pass(&mut self, span: &Span) -> Option<(u64, i64)> {
        let (seq, timestamp) = self.end_of(span);
        // Exact at their end: those not beyond are not so far off in time as the one that is.
        self.takes(seq, timestamp).then(|| (seq, self.count(timestamp)))
    }

    /// The time that a record counts as stamped at; those after it count as stamped no earlier in this order.
    pub(super) fn count(&mut self, timestamp: i64) -> i64 {
        let counted = match (self.is_merging, self.reached) {
            (true, Some(reached)) => self.farther(timestamp, reached),
            _ => timestamp,
        };
        self.reached = Some(counted);
        counted
    }

    /// Which of two times is reached later.
    pub(super) fn farther(&self, a: i64, b: i64) -> i64 {
        match self.order {
            Order::NewestFirst => a.min(b),
            Order::OldestFirst => a.max(b),
        }
    }

    /// The farthest number and time of some records.
    pub(super) fn end_of(&self, span: &Span) -> (u64, i64) {
        match self.order {
            Order::NewestFirst => (span.seqs.0, span.times.0),
            Order::OldestFirst => (span.seqs.1, span.times.1),
        }
    }
}
