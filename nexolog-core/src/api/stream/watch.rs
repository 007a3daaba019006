use super::lines::Lines;
use crate::api::reach::Forced;
use crate::sink::{FeedReceiver, Received};

/// The feed as one viewer sees it: of its lines, those that match.
pub(in crate::api) struct Watch {
    feed: FeedReceiver,
    filter: Forced,
}

/// What comes next.
#[derive(Debug)]
pub(super) enum Seen {
    /// The next batch.
    Lines(Lines),
    /// Batches were missed; the store still has their lines.
    Lagged,
    /// The feed has ended.
    Ended,
}

impl Watch {
    pub(in crate::api) fn new(feed: FeedReceiver, filter: Forced) -> Watch {
        Watch { feed, filter }
    }

    /// What is watched for.
    pub(super) fn filter(&self) -> &Forced {
        &self.filter
    }

    pub(super) async fn next(&mut self) -> Seen {
        match self.feed.next().await {
            Received::Batch(batch) => Seen::Lines(Lines::new(batch, self.filter.clone())),
            Received::Lagged => Seen::Lagged,
            Received::Ended => Seen::Ended,
        }
    }
}
