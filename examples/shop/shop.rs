use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::database::Database;
use crate::payment::PaymentClient;
use crate::sessions::Sessions;

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) database: Arc<Database>,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) payments: PaymentClient,
    /// What goes on after its request was answered, or given up. The shop closes when it is done.
    pub(crate) afterwork: TaskTracker,
}

impl Shop {
    pub(crate) fn new(payments: PaymentClient) -> Shop {
        Shop {
            database: Arc::default(),
            sessions: Arc::default(),
            payments,
            afterwork: TaskTracker::new(),
        }
    }

    /// Waits for the work that is still going on.
    pub(crate) async fn finish(&self) {
        self.afterwork.close();
        self.afterwork.wait().await;
    }
}
