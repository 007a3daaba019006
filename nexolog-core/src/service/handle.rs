use std::panic::Location;

use super::event::Common;
use super::failure::Failure;
use super::installed::installed;
use super::{
    AdminAction, ApiRequest, BackgroundTask, CampaignEvent, DataAccess, DataSync, DatabaseQuery,
    ErrorEvent, ExternalCall, SecurityEvent, TimedOperation, UserLogin, UserLogout,
    UserRegistration,
};
use crate::config::Catalogue;

/// The typed helpers; see [the module](mod@crate::service) for what they write.
///
/// A helper's record is a `tracing` event: it goes to the subscriber in force where it is logged, as that of
/// `tracing::info!` does, and other layers see it, too.
///
/// ```
/// use nexolog_core::Nexolog;
/// use tracing_subscriber::layer::SubscriberExt;
///
/// let directory = tempfile::tempdir()?;
/// let logs = Nexolog::builder("shop").directory(directory.path()).build()?;
/// let subscriber = tracing_subscriber::registry().with(logs.layer());
/// tracing::subscriber::with_default(subscriber, || {
///     logs.service().user_login().user("u1").method("password").succeeded();
/// });
/// logs.shutdown()?;
/// let log = std::fs::read_to_string(directory.path().join("auth.log"))?;
/// assert!(log.contains(r#""message":"user logged in","user_id":"u1","outcome":"success""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a helper's record is written by its end: `succeeded`, `failed`, `log`"]
pub struct Service<'a> {
    name: Option<&'a str>,
    catalogue: Option<&'a Catalogue>,
}

/// The typed helpers of the process's logger: what `logs.service()` gives, from anywhere.
///
/// ```
/// nexolog_core::service().user_logout().user("u1").log();
/// ```
#[inline]
pub fn service() -> Service<'static> {
    let installed = installed();
    Service {
        name: installed.map(|installed| installed.name.as_str()),
        catalogue: installed.map(|installed| &installed.catalogue),
    }
}

impl<'a> Service<'a> {
    pub(crate) fn new(name: &'a str, catalogue: &'a Catalogue) -> Service<'a> {
        Service { name: Some(name), catalogue: Some(catalogue) }
    }

    /// A sign-in, in module `auth`.
    #[track_caller]
    pub fn user_login(self) -> UserLogin<'a> {
        UserLogin::new(Common::audited("auth", Location::caller()))
    }

    /// A sign-out, in module `auth`.
    #[track_caller]
    pub fn user_logout(self) -> UserLogout<'a> {
        UserLogout::new(Common::audited("auth", Location::caller()))
    }

    /// A new account, in module `user_mgmt`.
    #[track_caller]
    pub fn user_registration(self) -> UserRegistration<'a> {
        UserRegistration::new(Common::new("user_mgmt", Location::caller()))
    }

    /// A block that is timed, in `module`: the lines logged inside carry its name as `operation`.
    ///
    /// Each pair of a module and a name is kept for as long as the process lives; so names are literals, and what
    /// differs from one call to the next belongs into fields.
    #[track_caller]
    pub fn operation(self, module: &'static str, name: &'static str) -> TimedOperation<'a> {
        TimedOperation::new(module, name, Location::caller())
    }

    /// A call to another service, in the service's module or `api`.
    #[track_caller]
    pub fn external_call(self, service: &'a str) -> ExternalCall<'a> {
        let known = self.catalogue.is_some_and(|catalogue| catalogue.has_module(service));
        let module = if known { service } else { "api" };
        ExternalCall::new(Common::new(module, Location::caller())).to(service)
    }

    /// A call to one of Google's interfaces, such as `searchconsole`: an external call of the service `google`, in module
    /// `google_apis`.
    #[track_caller]
    pub fn google_api_call(self, api: &'a str) -> ExternalCall<'a> {
        ExternalCall::new(Common::new("google_apis", Location::caller())).to("google").api(api)
    }

    /// A query called `name`, in module `database`.
    #[track_caller]
    pub fn database_query(self, name: &'a str) -> DatabaseQuery<'a> {
        DatabaseQuery::new(Common::new("database", Location::caller())).called(name)
    }

    /// A request that this service answered, in module `api`.
    #[track_caller]
    pub fn api_request(self, method: &'a str, path: &'a str) -> ApiRequest<'a> {
        ApiRequest::new(Common::new("api", Location::caller())).of(method, path)
    }

    /// Data that come from `source`, in module `etl`.
    #[track_caller]
    pub fn data_sync(self, source: &'a str) -> DataSync<'a> {
        DataSync::new(Common::new("etl", Location::caller())).of_source(source)
    }

    /// A task called `name` that no request waits for, in module `scheduler`.
    #[track_caller]
    pub fn background_task(self, name: &'a str) -> BackgroundTask<'a> {
        BackgroundTask::new(Common::new("scheduler", Location::caller())).called(name)
    }

    /// Something of this `kind` that bears on security, in module `security`.
    #[track_caller]
    pub fn security_event(self, kind: &'a str) -> SecurityEvent<'a> {
        SecurityEvent::new(Common::audited("security", Location::caller())).of_kind(kind)
    }

    /// Somebody does `action` (`read`, `export`, `delete`) to data called `resource`, in module `security`.
    #[track_caller]
    pub fn data_access(self, action: &'a str, resource: &'a str) -> DataAccess<'a> {
        DataAccess::new(Common::audited("security", Location::caller())).of(action, resource)
    }

    /// Somebody uses powers that others do not have, in module `security`.
    #[track_caller]
    pub fn admin_action(self, action: &'a str) -> AdminAction<'a> {
        AdminAction::new(Common::audited("security", Location::caller())).of(action)
    }

    /// Something (`created`, `launched`, `paused`) happened to a campaign, in module `campaign_generator`.
    #[track_caller]
    pub fn campaign_event(self, action: &'a str, campaign_id: &'a str) -> CampaignEvent<'a> {
        let common = Common::new("campaign_generator", Location::caller());
        CampaignEvent::new(common).of(action, campaign_id)
    }

    /// An error: any [`Error`](std::error::Error), a box around one, or a text.
    #[track_caller]
    pub fn error<E, Kind>(self, error: &E) -> ErrorEvent<'a>
    where
        E: Failure<Kind> + ?Sized,
    {
        let mut common = Common::new(None, Location::caller());
        common.target = Some(self.name.unwrap_or("app"));
        ErrorEvent::new(common).of(error.snapshot())
    }
}
