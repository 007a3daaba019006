use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::task::{Context, Poll};

use tracing_core::field::Value;

#[cfg(feature = "api")]
use super::trail::{Ticket, entry, settle, tell};
#[cfg(not(feature = "api"))]
use super::without_trail::{Ticket, entry, settle, tell};
use crate::logged::Callsites;

/// Says that something was told which is in the audit trail, too.
///
/// The call that gave it has written the record. Whoever drops it waits until the entry of the audit trail is on the disk, for
/// five seconds at most; asynchronous code writes `.await` behind the call, and so waits without keeping a thread. The trail
/// is that of the logger that hears the record, whatever its levels are; without one, or without the feature `api`, there is
/// nothing to wait for. What the disk does not take is told on standard error, and later by the trail itself.
///
/// ```
/// use nexolog_core::service;
///
/// # let _ = async {
/// service().user_login().user("u1").method("password").succeeded().await;
/// # };
/// service().user_logout().user("u1").log();
/// ```
pub struct Told {
    ticket: Option<Ticket>,
}

impl Told {
    /// Nothing is audited, or nobody has a trail.
    pub(super) fn nothing() -> Told {
        Told { ticket: None }
    }

    /// Notes what the record says, in the trail of the logger that hears it.
    pub(super) fn of(
        callsites: &Callsites,
        event: &'static str,
        values: &[Option<&dyn Value>],
    ) -> Told {
        Told { ticket: entry(callsites, event, values) }
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            settle(&ticket);
        }
    }
}

impl IntoFuture for Told {
    type Output = ();
    type IntoFuture = Telling;

    fn into_future(mut self) -> Telling {
        Telling { ticket: self.ticket.take() }
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Told").field("waits", &self.ticket.is_some()).finish()
    }
}

/// Waits for an entry of the audit trail; made by awaiting a [`Told`].
///
/// ```
/// use nexolog_core::service;
///
/// let telling = IntoFuture::into_future(service().user_logout().user("u1").log());
/// # drop(telling);
/// ```
#[must_use = "futures do nothing unless polled"]
pub struct Telling {
    ticket: Option<Ticket>,
}

impl Future for Telling {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(ticket) = &mut self.ticket else { return Poll::Ready(()) };
        match Pin::new(ticket).poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(outcome) => {
                self.ticket = None;
                tell(outcome);
                Poll::Ready(())
            }
        }
    }
}

impl fmt::Debug for Telling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telling").field("waits", &self.ticket.is_some()).finish()
    }
}
