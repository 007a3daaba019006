use std::net::SocketAddr;

use thiserror::Error;
use tokio::net::TcpListener;

/// What the shop reads from the environment beside Nexolog's own variables.
#[derive(Debug)]
pub(crate) struct Settings {
    address: SocketAddr,
    /// How many sample customers come by.
    pub(crate) visits: u32,
}

#[derive(Debug, Error)]
pub(crate) enum SettingsError {
    #[error("SHOP_ADDR: `{0}` is no address; use one such as 127.0.0.1:3000")]
    Address(String),
    #[error("SHOP_ADDR: nobody can listen on {0} ({1}); choose another one, or port 0 for any")]
    Listen(SocketAddr, std::io::Error),
    #[error("SHOP_TRAFFIC: `{0}` is no number; use how many customers come by, or 0 for none")]
    Traffic(String),
}

impl Settings {
    const DEFAULT_ADDRESS: &str = "127.0.0.1:3000";
    const DEFAULT_VISITS: &str = "240";

    pub(crate) fn from_env() -> Result<Settings, SettingsError> {
        let address = variable("SHOP_ADDR", Self::DEFAULT_ADDRESS);
        let visits = variable("SHOP_TRAFFIC", Self::DEFAULT_VISITS);
        Ok(Settings {
            address: address.parse().map_err(|_| SettingsError::Address(address))?,
            visits: visits.parse().map_err(|_| SettingsError::Traffic(visits))?,
        })
    }

    pub(crate) async fn listen(&self) -> Result<TcpListener, SettingsError> {
        let listener = TcpListener::bind(self.address).await;
        listener.map_err(|error| SettingsError::Listen(self.address, error))
    }
}

fn variable(name: &str, default: &str) -> String {
    // What is no text can't be read anyway; its readable part names the culprit.
    std::env::var_os(name)
        .map_or_else(|| default.to_owned(), |value| value.to_string_lossy().into_owned())
}
