#![doc = include_str!("events.md")]

mod audited;
mod calls;
mod count;
mod error;
mod event;
mod failure;
mod handle;
mod helper;
mod installed;
mod operation;
mod security;
mod text;
#[cfg(feature = "api")]
mod trail;
mod users;
#[cfg(not(feature = "api"))]
mod without_trail;
mod work;

pub use audited::{Telling, Told};
pub use calls::{ApiRequest, ExternalCall};
pub use count::Count;
pub use error::ErrorEvent;
pub use failure::{ByBox, ByError, ByText, Ended, Failure};
pub use handle::{Service, service};
pub(crate) use installed::set_installed;
pub use operation::{Op, RunningOperation, TimedOperation};
pub use security::{AdminAction, DataAccess, SecurityEvent, Severity};
pub use text::OptionalText;
pub use users::{UserLogin, UserLogout, UserRegistration};
pub use work::{BackgroundTask, CampaignEvent, DataSync, DatabaseQuery};
