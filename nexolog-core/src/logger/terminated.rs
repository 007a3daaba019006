//! The wish that the process ends.

use std::io;
use std::sync::OnceLock;

use tokio::sync::watch;

use crate::pipeline::say;

/// Waits until the process is asked to end: by Ctrl-C or, on Unix, by SIGINT or SIGTERM.
///
/// Listening begins with the first call, not when the future is first polled; from then on these signals do
/// not end the process by themselves any more. Any number of futures can wait, on any executor: a thread of our
/// own listens. A future made after the signal is ready at once.
///
/// A second signal is for a service that does not come to its end: it ends the process at once, with the
/// status that the signal alone would have given (130 or 143), after what was logged is written, for which there are
/// at most two seconds.
///
/// Where signals can't be listened to, that is said on standard error, the future never ends, and a signal ends the
/// process as ever.
///
/// ```no_run
/// # async fn run(logs: nexolog_core::Nexolog) -> Result<(), Box<dyn std::error::Error>> {
/// logs.until(nexolog_core::terminated()).await;
/// logs.shutdown()?;
/// # Ok(())
/// # }
/// ```
pub fn terminated() -> impl Future<Output = ()> + Send + 'static {
    static ASKED: OnceLock<watch::Sender<bool>> = OnceLock::new();
    let mut receiver = ASKED.get_or_init(listen).subscribe();
    async move {
        // The sender lives as long as the process, so this ends with the signal only.
        drop(receiver.wait_for(|asked| *asked).await);
    }
}

/// Starts the thread `nexolog-signals`, and returns when it listens.
fn listen() -> watch::Sender<bool> {
    let sender = watch::Sender::new(false);
    let asked = sender.clone();
    let (ready, is_ready) = std::sync::mpsc::channel();
    let thread = std::thread::Builder::new().name("nexolog-signals".to_owned());
    let started = thread.spawn(move || {
        if let Err(error) = run(&asked, || {
            // Nobody has stopped listening: who called waits for this.
            let _ = ready.send(());
        }) {
            say(&format!("signals can't be listened to: {error}"));
        }
    });
    match started {
        // An error means that the thread has said so and ended.
        Ok(_) => drop(is_ready.recv()),
        Err(error) => {
            say(&format!("the thread that listens for signals can't be started: {error}"));
        }
    }
    sender
}

fn run(asked: &watch::Sender<bool>, is_ready: impl FnOnce()) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut signals = Signals::new()?;
        is_ready();
        signals.next().await?;
        asked.send_replace(true);
        let status = signals.next().await?;
        std::process::exit(status);
    })
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// The next signal, as the status of a process that it ends.
    async fn next(&mut self) -> io::Result<i32> {
        use std::task::Poll;
        let status = std::future::poll_fn(|context| {
            if self.interrupt.poll_recv(context).is_ready() {
                Poll::Ready(128 + 2)
            } else if self.terminate.poll_recv(context).is_ready() {
                Poll::Ready(128 + 15)
            } else {
                Poll::Pending
            }
        });
        Ok(status.await)
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[allow(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    fn new() -> io::Result<Signals> {
        Ok(Signals)
    }

    /// The next Ctrl-C, as the status of a process that it ends.
    async fn next(&mut self) -> io::Result<i32> {
        tokio::signal::ctrl_c().await.map(|()| 128 + 2)
    }
}
