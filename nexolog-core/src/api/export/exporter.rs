use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::Value;
use tokio::time::sleep;

use super::format::{End, Format};
use crate::api::problem::Problem;
use crate::api::reach::{Forced, Reader};
use crate::api::service::Api;
use crate::api::stream::Place;
use crate::api::until::until;
use crate::store::{Cursor, Order, SearchPage};

/// Records of one page.
const PAGE: usize = 1_000;

/// How often, and how long after each time, a page is asked for again when too many searches wait.
const TRIES: u32 = 30;
const PAUSE: Duration = Duration::from_secs(1);

/// Most different things that are said to have been left out.
const MOST_REASONS: usize = 16;

/// What to export.
#[derive(Clone, Debug)]
pub(in crate::api) struct Wanted {
    pub(in crate::api) filter: Forced,
    pub(in crate::api) order: Order,
    pub(in crate::api) cursor: Option<Cursor>,
    /// Most records; `None` is all.
    pub(in crate::api) limit: Option<u64>,
    pub(in crate::api) format: Format,
    /// As they stand in answers.
    pub(in crate::api) warnings: Value,
}

/// An export on its way.
pub(in crate::api) struct Exporter {
    api: Arc<Api>,
    wanted: Wanted,
    /// Fetched, and not handed out yet.
    ready: Option<Page>,
    /// The oldest record that was stored when it began.
    oldest: Option<Cursor>,
    has_begun: bool,
    is_over: bool,
    exported: u64,
    left_out: BTreeSet<String>,
    started: Instant,
    _place: Place,
}

/// A page, and the oldest record that was stored after it was read, where that matters.
struct Page {
    page: SearchPage,
    oldest: Option<Cursor>,
}

/// Which record is the oldest that is stored.
fn oldest(reader: &Reader<'_>) -> Result<Option<Cursor>, Problem> {
    reader.first_after(Cursor::beginning(Order::OldestFirst))
}

/// Why a transfer breaks off: whoever reads it must not take it for whole.
#[derive(Debug)]
pub(in crate::api) struct Broken(&'static str);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the export broke off: {}", self.0)
    }
}

impl std::error::Error for Broken {}

impl Exporter {
    /// Fetches the first page, so that what is wrong from the beginning is answered as such.
    pub(in crate::api) async fn begin(
        api: &Arc<Api>,
        wanted: Wanted,
        started: Instant,
    ) -> Result<Exporter, Problem> {
        let now = Instant::now();
        let place = api.exports.enter(now, now + api.limits.stream_life).ok_or_else(|| {
            Problem::retry(
                http::StatusCode::SERVICE_UNAVAILABLE,
                "too many exports are running; try again later",
                10,
            )
        })?;
        let mut exporter = Exporter {
            api: Arc::clone(api),
            wanted,
            ready: None,
            oldest: None,
            has_begun: false,
            is_over: false,
            exported: 0,
            left_out: BTreeSet::new(),
            started,
            _place: place,
        };
        exporter.oldest = api.ask(oldest).await?;
        exporter.ready = Some(exporter.fetch().await?);
        Ok(exporter)
    }

    /// The next piece of the file; `None` after the last.
    pub(in crate::api) async fn next(mut self) -> Option<(Exporter, Result<Bytes, Broken>)> {
        let mut out = String::new();
        while out.is_empty() {
            if self.is_over {
                return None;
            }
            let page = match self.ready.take() {
                Some(page) => page,
                None => match self.fetch_again().await {
                    Ok(page) => page,
                    Err(broken) => {
                        self.is_over = true;
                        return Some((self, Err(broken)));
                    }
                },
            };
            if let Err(broken) = self.put(page, &mut out) {
                self.is_over = true;
                return Some((self, Err(broken)));
            }
        }
        Some((self, Ok(Bytes::from(out))))
    }

    async fn fetch(&self) -> Result<Page, Problem> {
        let Wanted { filter, order, cursor, limit, .. } = self.wanted.clone();
        let left = limit.map(|limit| limit.saturating_sub(self.exported));
        let left = left.and_then(|left| usize::try_from(left).ok()).unwrap_or(usize::MAX);
        self.api
            .ask_on(move |reader| {
                let page = reader.search(&filter, order, left.min(PAGE), cursor)?;
                let matters = order == Order::OldestFirst || page.next_cursor.is_none();
                let oldest = if matters { self::oldest(reader)? } else { None };
                Ok(Page { page, oldest })
            })
            .await
    }

    /// As [`fetch`](Exporter::fetch), waiting while too many others search.
    async fn fetch_again(&self) -> Result<Page, Broken> {
        let shutdown = self.api.shutdown().wait();
        let work = async {
            for _ in 0..TRIES {
                match self.fetch().await {
                    Ok(page) => return Ok(page),
                    Err(problem) if problem.will_pass() => sleep(PAUSE).await,
                    Err(_) => return Err(Broken("the store can't be read")),
                }
            }
            Err(Broken("too many searches were waiting"))
        };
        until(shutdown, work).await.unwrap_or(Err(Broken("the service is ending")))
    }

    /// Writes a page, and what stands before and after all of them.
    fn put(&mut self, page: Page, out: &mut String) -> Result<(), Broken> {
        let Page { page, oldest } = page;
        if self.has_begun {
            self.note_removed(oldest.as_ref());
        } else {
            self.wanted.format.put_head(out);
            self.has_begun = true;
        }
        self.note(page.left_out);
        for (_, line) in &page.records {
            if self.wanted.format.put(out, line, self.exported == 0) {
                self.exported += 1;
            } else {
                self.note(Some("damaged lines".to_owned()));
            }
        }
        let is_full = self.wanted.limit.is_some_and(|limit| self.exported >= limit);
        match page.next_cursor.filter(|_| !is_full) {
            Some(next) if self.wanted.cursor.as_ref() == Some(&next) => {
                // The store did not get anywhere; asking again at once would only turn in circles.
                Err(Broken("the store did not come any further"))
            }
            Some(next) => {
                self.wanted.cursor = Some(next);
                Ok(())
            }
            None => {
                self.is_over = true;
                let reasons: Vec<String> = std::mem::take(&mut self.left_out).into_iter().collect();
                let end = End {
                    exported: self.exported,
                    incomplete: (!reasons.is_empty()).then(|| reasons.join("; ")),
                    warnings: self.wanted.warnings.take(),
                    took_ms: self.started.elapsed().as_secs_f64() * 1_000.0,
                };
                self.wanted.format.put_end(out, &end);
                Ok(())
            }
        }
    }

    /// Notes when what was to come next may have been removed since the page before.
    fn note_removed(&mut self, oldest: Option<&Cursor>) {
        let Some(oldest) = oldest else { return };
        let Wanted { order, cursor, filter, .. } = &self.wanted;
        let is_gone = match order {
            Order::NewestFirst => {
                let reaches = filter.times().from.is_none_or(|from| from < oldest.timestamp);
                reaches && self.oldest.as_ref() != Some(oldest)
            }
            Order::OldestFirst => {
                cursor.as_ref().is_some_and(|cursor| cursor.timestamp < oldest.timestamp)
            }
        };
        if is_gone {
            self.note(Some("records that were removed while it ran".to_owned()));
        }
    }

    fn note(&mut self, left_out: Option<String>) {
        if self.left_out.len() < MOST_REASONS {
            self.left_out.extend(left_out);
        }
    }
}
