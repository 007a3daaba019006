use std::sync::Arc;

use crate::database::Database;
use crate::payment::PaymentClient;
use crate::sessions::Sessions;

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) database: Arc<Database>,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) payments: PaymentClient,
}

impl Shop {
    pub(crate) fn new(payments: PaymentClient) -> Shop {
        Shop { database: Arc::default(), sessions: Arc::default(), payments }
    }
}
