use tokio::sync::watch;

/// The logger's own signal that the service is ending, heard by every live stream.
///
/// A graceful shutdown waits for open responses; a live stream never ends by itself, so the service
/// would wait for ever. [`Shutdown::trigger`] makes every stream say goodbye and end.
#[derive(Clone, Debug)]
pub(crate) struct Shutdown {
    sender: watch::Sender<bool>,
}

impl Shutdown {
    pub(crate) fn new() -> Shutdown {
        Shutdown { sender: watch::Sender::new(false) }
    }

    /// Ends the streams that are open and every one that is opened later.
    pub(crate) fn trigger(&self) {
        self.sender.send_replace(true);
    }

    /// Returns once [`trigger`](Shutdown::trigger) was called, at once when it already was.
    pub(crate) async fn wait(&self) {
        let mut receiver = self.sender.subscribe();
        // An error would mean that every sender is gone; `self` is one.
        drop(receiver.wait_for(|triggered| *triggered).await);
    }
}
