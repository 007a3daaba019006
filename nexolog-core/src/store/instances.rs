//! Looks after the directories that instances left behind.
//!
//! A second process, as in a rolling restart, writes beneath the log directory. When it is gone nobody would
//! compress its segments, nor remove them when they are old; who has the log directory does.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::directory::DirectoryOptions;
use super::family::Family;
use super::lock::try_lock;
use super::names::{FamilyKind, FamilyName, parse_instance_directory};
use super::report::{Removed, StoreReport};
use super::sealer::{Tended, Tender};
use super::shared::Shared;
use super::survey::survey;

const EVERY: Duration = Duration::from_secs(3600);

/// Tends what instances left, with the limits of the one that has the log directory.
#[derive(Debug)]
pub(super) struct Caretaker {
    main: FamilyName,
    options: DirectoryOptions,
    looked_at: Option<Instant>,
}

impl Caretaker {
    pub(super) fn new(main: FamilyName, options: DirectoryOptions) -> Caretaker {
        Caretaker { main, options, looked_at: None }
    }

    /// Tends every directory whose lock is free, at most once an hour.
    ///
    /// While it does, it holds the lock: an instance that starts just then takes another directory.
    pub(super) fn look_around(&mut self, shared: &Shared, tender: &mut Tender) {
        if self.looked_at.is_some_and(|at| at.elapsed() < EVERY) {
            return;
        }
        self.looked_at = Some(Instant::now());
        // What fails here is tried again in an hour, or told by the instance that takes the directory.
        for name in shared.fs.list(&shared.path).unwrap_or_default() {
            let Some(number) = parse_instance_directory(&name) else { continue };
            let path = shared.path.join(name);
            let is_directory = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir());
            if shared.work.must_stop() || !is_directory {
                continue;
            }
            if let Ok(Some(lock)) = try_lock(&*shared.fs, &path) {
                let beneath = Arc::new(shared.beneath(path, lock));
                self.tend_directory(&beneath, tender);
                forward_reports(&beneath, shared, number);
            }
        }
    }

    fn tend_directory(&self, beneath: &Arc<Shared>, tender: &mut Tender) {
        let Ok(found) = survey(&*beneath.fs, &beneath.path, &self.main) else { return };
        for (name, family) in found.families {
            if name.kind() == FamilyKind::Main && name != self.main {
                continue;
            }
            let limits = self.options.limits(name.kind());
            // Nobody writes on: sealed, the last segment is compressed and grows old like the others.
            if family.active.is_some()
                && let Ok(mut active) = Family::open(
                    Arc::clone(beneath),
                    name.clone(),
                    limits.max_file_size,
                    Arc::default(),
                )
                && let Err(error) = active.rotate()
            {
                beneath.reports.failed(
                    "sealing the last segment of an instance",
                    Some(&name),
                    error,
                );
            }
            while tender.tend(beneath, &name, &limits) == Tended::More && !beneath.work.must_stop()
            {
            }
        }
    }
}

fn forward_reports(beneath: &Shared, to: &Shared, number: u32) {
    for mut report in beneath.reports.take() {
        match &mut report {
            StoreReport::Removed(Removed { instance, .. }) | StoreReport::Held { instance, .. } => {
                *instance = Some(number);
            }
            StoreReport::Reopened { .. } | StoreReport::Failed { .. } => {}
        }
        to.reports.push(report);
    }
}
