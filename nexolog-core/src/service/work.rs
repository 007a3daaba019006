//! What a service does by itself.

use std::fmt;

use super::helper::{helper, timed, works};

helper! {
    /// A query. Module `database`; `event.name` is `database_query`; its name is the reserved key `operation`. Statistics show
    /// the times of the module, and each operation.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nexolog_core::service;
    ///
    /// let took = Duration::from_millis(3);
    /// service().database_query("select_order").table("orders").rows(1).duration(took).succeeded();
    /// ```
    #[must_use = "a query is logged by `succeeded`, `failed` or `result`"]
    DatabaseQuery, "database_query" {
        /// The product: `postgresql`, `sqlite`. The field `system`.
        system: text as "system",
        /// The database: the field `database`.
        database: text as "database",
        /// The table: the field `table`.
        table: text as "table",
        /// The query's text; literals in it are data, so better give it with placeholders. The field `statement`.
        statement: text as "statement",
        /// How many rows it gave or changed: the field `rows`.
        rows: count as "rows",
    }
}

timed!(DatabaseQuery);
works!(DatabaseQuery, "{} succeeded", "{} failed: {}");

impl<'a> DatabaseQuery<'a> {
    pub(super) fn called(mut self, name: &'a str) -> DatabaseQuery<'a> {
        self.common.operation = Some(name);
        self
    }

    fn name(&self) -> &'a str {
        self.common.operation.unwrap_or_default()
    }
}

helper! {
    /// Data that come from, or go to, somewhere else. Module `etl`; `event.name` is `data_sync`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nexolog_core::service;
    ///
    /// let took = Duration::from_secs(40);
    /// service().data_sync("ga4").destination("warehouse").records(12_000).duration(took).succeeded();
    /// ```
    #[must_use = "a sync is logged by `succeeded`, `failed` or `result`"]
    DataSync, "data_sync" {
        source: own as "source",
        /// Where the data go: the field `destination`.
        destination: text as "destination",
        /// How many records there were: the field `records`.
        records: count as "records",
        /// How many of them could not be taken: the field `refused`.
        refused: count as "refused",
        /// How many bytes: the field `bytes`.
        bytes: count as "bytes",
    }
}

timed!(DataSync);
works!(DataSync, "{} synced", "{} could not be synced: {}");

impl<'a> DataSync<'a> {
    pub(super) fn of_source(mut self, source: &'a str) -> DataSync<'a> {
        self.source = Some(source);
        self
    }

    fn name(&self) -> &'a str {
        self.source.unwrap_or_default()
    }
}

helper! {
    /// A task that no request waits for. Module `scheduler`; `event.name` is `background_task`; its name is the reserved key
    /// `operation`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nexolog_core::service;
    ///
    /// let took = Duration::from_millis(730);
    /// service().background_task("send_digest").task_id("t-17").queue("mail").duration(took).succeeded();
    /// service().background_task("send_digest").attempt(3).failed("the mail server is away");
    /// ```
    #[must_use = "a task is logged by `succeeded`, `failed` or `result`"]
    BackgroundTask, "background_task" {
        /// Which run of the task: the field `task_id`.
        task_id: text as "task_id",
        /// Where it waited: the field `queue`.
        queue: text as "queue",
        /// Which attempt it was, from 1: the field `attempt`.
        attempt: count as "attempt",
        /// How many items it worked on: the field `records`.
        records: count as "records",
    }
}

timed!(BackgroundTask);
works!(BackgroundTask, "{} succeeded", "{} failed: {}");

impl<'a> BackgroundTask<'a> {
    pub(super) fn called(mut self, name: &'a str) -> BackgroundTask<'a> {
        self.common.operation = Some(name);
        self
    }

    fn name(&self) -> &'a str {
        self.common.operation.unwrap_or_default()
    }
}

helper! {
    /// Something that happened to a campaign. Module `campaign_generator`; `event.name` is `campaign_event`.
    ///
    /// ```
    /// use nexolog_core::service;
    ///
    /// service().campaign_event("launched", "spring").channel("mail").recipients(5_000).succeeded();
    /// ```
    #[must_use = "an event is logged by `succeeded`, `failed` or `result`"]
    CampaignEvent, "campaign_event" {
        action: own as "action",
        campaign_id: own as "campaign_id",
        /// Where it runs: `mail`, `search`. The field `channel`.
        channel: text as "channel",
        /// How many it reaches: the field `recipients`.
        recipients: count as "recipients",
    }
}

timed!(CampaignEvent);
works!(CampaignEvent, "{}", "{} failed: {}");

impl<'a> CampaignEvent<'a> {
    pub(super) fn of(mut self, action: &'a str, campaign_id: &'a str) -> CampaignEvent<'a> {
        self.action = Some(action);
        self.campaign_id = Some(campaign_id);
        self
    }

    fn name(&self) -> CampaignStep<'a> {
        CampaignStep {
            campaign: self.campaign_id.unwrap_or_default(),
            action: self.action.unwrap_or_default(),
        }
    }
}

/// What a message says of a campaign.
struct CampaignStep<'a> {
    campaign: &'a str,
    action: &'a str,
}

impl fmt::Display for CampaignStep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CampaignStep { campaign, action } = self;
        write!(f, "campaign {campaign}: {action}")
    }
}
