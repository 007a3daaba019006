use std::io;

use tokio::sync::watch;

/// The wish that the shop ends: Ctrl-C, or SIGTERM from whoever runs it. Any number of tasks wait for it.
#[derive(Clone)]
pub(crate) struct Closing(watch::Receiver<bool>);

impl Closing {
    /// Listens for the signals from now on.
    pub(crate) fn on_signals() -> io::Result<Closing> {
        let signal = signals()?;
        let (sender, receiver) = watch::channel(false);
        tokio::spawn(async move {
            signal.await;
            sender.send_replace(true);
        });
        Ok(Closing(receiver))
    }

    pub(crate) async fn wait(mut self) {
        // An error means that the listening task is gone; it only ends after it has told.
        drop(self.0.wait_for(|stopped| *stopped).await);
    }
}

#[cfg(unix)]
fn signals() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signals() -> io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
