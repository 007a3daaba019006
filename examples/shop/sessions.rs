use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::database::Customer;

/// Who is signed in, by the token of the session.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<String, Customer>>);

impl Sessions {
    pub(crate) fn open(&self, customer: Customer) -> Result<String, getrandom::Error> {
        let token = random_token()?;
        self.lock().insert(token.clone(), customer);
        Ok(token)
    }

    pub(crate) fn customer(&self, token: &str) -> Option<Customer> {
        self.lock().get(token).cloned()
    }

    pub(crate) fn close(&self, token: &str) {
        self.lock().remove(token);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Customer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 128 random bits as text.
pub(crate) fn random_token() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
