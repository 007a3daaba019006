use std::io;

use tokio::sync::watch;

/// The wish that the shop ends: Ctrl-C, or SIGTERM from whoever runs it. Any number of tasks wait for it.
#[derive(Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Listens for the signals from now on.
    pub(crate) fn on_signals() -> io::Result<Stop> {
        let signal = signals()?;
        let (sender, receiver) = watch::channel(false);
        tokio::spawn(async move {
            signal.await;
            sender.send_replace(true);
            // While somebody waits, the sender must live: its end would be taken for the signal.
            sender.closed().await;
        });
        Ok(Stop(receiver))
    }

    pub(crate) async fn wait(mut self) {
        // An error means that the listening task is gone, and with it every way to be told.
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
