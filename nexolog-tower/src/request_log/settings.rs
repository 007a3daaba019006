use std::fmt;
use std::net::SocketAddr;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::time::Duration;

use http::Extensions;
use http::header::HeaderName;
use nexolog_core::Level;

use super::client::{ClientAddress, Proxies};
use super::finished::Finished;
use super::headers::Wanted;
use super::query::QueryDetail;
use super::skipped::Rules;
use crate::request_id::{IdKind, MakeId, X_REQUEST_ID};

/// What the layer was told; shared by all its services.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) slow: Option<Duration>,
    pub(super) timeout: Option<Duration>,
    pub(super) watchdog: Option<Duration>,
    pub(super) start_event: Option<Level>,
    pub(super) catch_panics: bool,
    pub(super) span: bool,
    pub(super) id_headers: Vec<HeaderName>,
    pub(super) make_id: MakeId,
    pub(super) start_traces: bool,
    pub(super) query: QueryDetail,
    pub(super) client: ClientAddress,
    pub(super) proxies: Option<Proxies>,
    pub(super) peer: Option<Peer>,
    pub(super) request_headers: Vec<Wanted>,
    pub(super) response_headers: Vec<Wanted>,
    pub(super) level: Option<OwnLevel>,
    pub(super) quiet_paths: Vec<Box<str>>,
    pub(super) skips: Rules,
}

/// Finds the other end of a connection.
#[derive(Clone)]
pub(super) struct Peer(pub(super) Arc<PeerOf>);

type PeerOf = dyn Fn(&Extensions) -> Option<SocketAddr> + Send + Sync;

/// Chooses the level of a request's event.
#[derive(Clone)]
pub(super) struct OwnLevel(pub(super) Arc<LevelOf>);

type LevelOf = dyn Fn(&Finished<'_>) -> Level + Send + Sync;

impl Settings {
    pub(super) const DEFAULT_SLOW: Duration = Duration::from_secs(2);
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            slow: Some(Settings::DEFAULT_SLOW),
            timeout: None,
            watchdog: None,
            start_event: None,
            catch_panics: true,
            span: true,
            id_headers: vec![X_REQUEST_ID],
            make_id: MakeId::Kind(IdKind::default()),
            start_traces: false,
            query: QueryDetail::default(),
            client: ClientAddress::default(),
            proxies: None,
            peer: None,
            request_headers: Vec::new(),
            response_headers: Vec::new(),
            level: None,
            quiet_paths: Vec::new(),
            skips: Rules::default(),
        }
    }
}

// The functions that users give are called from outside of anything of ours that could be left half done.
impl UnwindSafe for Settings {}
impl RefUnwindSafe for Settings {}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Peer")
    }
}

impl fmt::Debug for OwnLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnLevel")
    }
}
