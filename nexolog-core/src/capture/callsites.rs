use std::collections::HashMap;
use std::sync::Arc;

use tracing::Metadata;

use super::level_table::LevelTable;
use super::plan::{Plan, Plans, callsite_key};

/// Callsites that are found without a hash table: the few that a thread logs from again and again.
const RECENT: usize = 64;

/// What a thread knows of the callsites it has logged from.
pub(super) struct Callsites {
    known: Vec<Callsite>,
    by_key: HashMap<usize, usize>,
    /// By a few bits of its key, the callsite that was found there last: its key, and its place in `known`.
    recent: [(usize, usize); RECENT],
}

impl Callsites {
    pub(super) fn new() -> Callsites {
        // No metadata lies at address 0.
        Callsites { known: Vec::new(), by_key: HashMap::new(), recent: [(0, 0); RECENT] }
    }

    /// What the thread knows of the callsite that this metadata describes.
    #[inline]
    pub(super) fn get(
        &mut self,
        metadata: &'static Metadata<'static>,
        plans: &Plans,
    ) -> &mut Callsite {
        let key = callsite_key(metadata);
        let (recent_key, recent) = self.recent[place_of(key)];
        let at = if recent_key == key { recent } else { self.find(metadata, plans) };
        &mut self.known[at]
    }

    #[cold]
    fn find(&mut self, metadata: &'static Metadata<'static>, plans: &Plans) -> usize {
        let key = callsite_key(metadata);
        let at = *self.by_key.entry(key).or_insert_with(|| {
            self.known.push(Callsite::new(plans.get(metadata)));
            self.known.len() - 1
        });
        self.recent[place_of(key)] = (key, at);
        at
    }
}

/// Multiplying by the golden ratio moves the low bits, which alignment leaves equal, upwards.
fn place_of(key: usize) -> usize {
    let mixed = (key as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    usize::try_from(mixed).unwrap_or(0) % RECENT
}

/// What a thread knows of one callsite.
pub(super) struct Callsite {
    pub(super) plan: Arc<Plan>,
    /// The state of the levels that `admission` was worked out for.
    pub(super) generation: u64,
    pub(super) admission: Admission,
}

/// What the levels say of a callsite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    Passes,
    LeftOut,
    /// It is left out, but kept inside of a request in case that this fails.
    IsKept,
    /// It depends on the event's module; this is the least level of its target, unless it names another.
    Depends {
        least_of_target: u8,
    },
}

impl Callsite {
    fn new(plan: Arc<Plan>) -> Callsite {
        Callsite { plan, generation: 0, admission: Admission::LeftOut }
    }

    pub(super) fn judge(&mut self, table: &LevelTable, generation: u64) {
        self.generation = generation;
        let least_of_target = table.least_of_target(self.plan.target);
        self.admission = if table.asks_modules() || self.plan.moves {
            Admission::Depends { least_of_target }
        } else if self.plan.level as u8 >= least_of_target {
            Admission::Passes
        } else if table.keeps(self.plan.level, &self.plan.module, self.plan.target) {
            Admission::IsKept
        } else {
            Admission::LeftOut
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Builder;
    use crate::privacy::Masker;

    struct Site;

    impl tracing::Callsite for Site {
        fn set_interest(&self, _interest: tracing::subscriber::Interest) {}

        fn metadata(&self) -> &Metadata<'_> {
            unreachable!("nobody asks")
        }
    }

    static SITE: Site = Site;

    /// Metadata of as many callsites, which live as long as the process.
    fn metadata(count: usize) -> Vec<&'static Metadata<'static>> {
        let one = || -> &'static Metadata<'static> {
            let site = tracing_core::identify_callsite!(&SITE);
            let fields = tracing::field::FieldSet::new(&["message"], site);
            let (level, kind) = (tracing::Level::INFO, tracing_core::Kind::EVENT);
            Box::leak(Box::new(Metadata::new(
                "event", "shop", level, None, None, None, fields, kind,
            )))
        };
        (0..count).map(|_| one()).collect()
    }

    #[test]
    fn callsites_that_share_a_recent_place_keep_their_own_plans() {
        let settings = Builder::new("shop").settings().unwrap();
        let plans =
            Plans::new(settings.catalogue.clone(), Arc::new(Masker::new(&settings.masking)), None);
        let mut callsites = Callsites::new();
        let sites = metadata(3 * RECENT);
        let ids = |callsites: &mut Callsites| -> Vec<u32> {
            sites.iter().map(|site| callsites.get(site, &plans).plan.id).collect()
        };
        let first = ids(&mut callsites);
        let mut distinct = first.clone();
        distinct.dedup();
        assert_eq!(distinct.len(), 3 * RECENT);
        assert_eq!(ids(&mut callsites), first);
    }
}
