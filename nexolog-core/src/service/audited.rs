use std::future::{IntoFuture, Ready, ready};

use super::event::Common;

/// Says that something was told which belongs in an audit trail, too.
///
/// The call that gave it has written the record. Whoever drops it waits until the entry of the audit trail is on the disk, where
/// there is a trail; asynchronous code writes `.await` behind the call, and so waits without keeping a thread.
///
/// ```
/// use nexolog_core::service;
///
/// # let _ = async {
/// service().user_login().user("u1").method("password").succeeded().await;
/// # };
/// service().user_logout().user("u1").log();
/// ```
#[derive(Debug)]
pub struct Told(());

impl Told {
    /// The one place where helpers and the audit trail meet.
    pub(super) fn of(_common: &Common<'_>) -> Told {
        Told(())
    }
}

impl IntoFuture for Told {
    type Output = ();
    type IntoFuture = Ready<()>;

    fn into_future(self) -> Ready<()> {
        ready(())
    }
}
