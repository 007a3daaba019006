use tokio::sync::broadcast::{self, error::RecvError};

use super::SharedBatch;

/// Batches a slow viewer may fall behind before it misses some.
const BACKLOG: usize = 256;

/// The live feed: every batch of lines, after it was written, to everybody who watches.
///
/// Publishing never waits; who reads slowly misses batches and is told so.
#[derive(Clone, Debug)]
pub(crate) struct Feed {
    sender: broadcast::Sender<SharedBatch>,
}

impl Feed {
    pub(crate) fn new() -> Feed {
        Feed { sender: broadcast::Sender::new(BACKLOG) }
    }

    /// Whether anybody watches; the writer gathers lines only then.
    pub(crate) fn is_watched(&self) -> bool {
        self.sender.receiver_count() > 0
    }

    pub(crate) fn publish(&self, batch: SharedBatch) {
        // An error means that nobody watches any more.
        drop(self.sender.send(batch));
    }

    pub(crate) fn watch(&self) -> FeedReceiver {
        FeedReceiver { receiver: self.sender.subscribe() }
    }
}

/// One viewer's end of the [`Feed`].
#[derive(Debug)]
pub(crate) struct FeedReceiver {
    receiver: broadcast::Receiver<SharedBatch>,
}

/// What a viewer gets next.
#[derive(Debug)]
pub(crate) enum Received {
    /// The next batch.
    Batch(SharedBatch),
    /// Batches were missed; the store still has their lines.
    Lagged,
    /// The feed has ended.
    Ended,
}

impl FeedReceiver {
    pub(crate) async fn next(&mut self) -> Received {
        match self.receiver.recv().await {
            Ok(batch) => Received::Batch(batch),
            Err(RecvError::Lagged(_)) => Received::Lagged,
            Err(RecvError::Closed) => Received::Ended,
        }
    }
}
