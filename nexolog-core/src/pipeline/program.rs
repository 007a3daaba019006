use std::collections::HashSet;
use std::sync::Arc;

use crate::capture::{Capture, Plan, Slot};
use crate::record::{Level, json};

/// What the lines of one callsite have in common, rendered once.
#[derive(Debug)]
pub(crate) struct Program {
    pub(super) plan: Arc<Plan>,
    /// `","level":…,"module":…` as it is when nothing overrides the plan's.
    pub(super) opening: Vec<u8>,
    /// One a slot: `"key":` of those that go into `fields`.
    pub(super) keys: Box<[Vec<u8>]>,
    /// Whether no two slots have the same key, so that values need not be compared by it.
    pub(super) keys_differ: bool,
}

impl Program {
    fn new(plan: Arc<Plan>) -> Program {
        let mut known = HashSet::new();
        let mut opening = Vec::new();
        put_opening(&mut opening, plan.level, &plan.module);
        Program {
            opening,
            keys: plan.slots.iter().map(key).collect(),
            keys_differ: plan.slots.iter().all(|slot| known.insert(slot.key())),
            plan,
        }
    }
}

/// Appends `","level":…,"module":…`, which follows a line's timestamp.
pub(super) fn put_opening(out: &mut Vec<u8>, level: Level, module: &str) {
    out.extend_from_slice(b"\",\"level\":\"");
    out.extend_from_slice(level.as_str().as_bytes());
    out.extend_from_slice(b"\",\"module\":");
    json::put_str(out, module);
}

fn key(slot: &Slot) -> Vec<u8> {
    let mut out = Vec::new();
    if let Slot::Field { key, .. } = slot {
        json::put_str(&mut out, key);
        out.push(b':');
    }
    out
}

/// The programs of all callsites that the writer has met; the index is the plan's id.
#[derive(Debug)]
pub(crate) struct Programs {
    plans: Vec<Arc<Plan>>,
    programs: Vec<Program>,
}

impl Programs {
    pub(super) fn new(capture: &Capture) -> Programs {
        let mut programs = Programs::of(Vec::new());
        programs.refresh(capture);
        programs
    }

    pub(crate) fn of(plans: Vec<Arc<Plan>>) -> Programs {
        let mut programs = Programs { plans, programs: Vec::new() };
        programs.add_new();
        programs
    }

    /// Takes in the callsites that are new.
    pub(super) fn refresh(&mut self, capture: &Capture) {
        capture.plans.refresh(&mut self.plans);
        self.add_new();
    }

    fn add_new(&mut self) {
        let new = self.plans.get(self.programs.len()..).unwrap_or_default();
        self.programs.extend(new.iter().cloned().map(Program::new));
    }

    /// Their plans; the index is the plan's id.
    pub(super) fn plans(&self) -> &[Arc<Plan>] {
        &self.plans
    }

    #[inline]
    pub(crate) fn get(&self, plan: u32) -> Option<&Program> {
        self.programs.get(plan as usize)
    }
}
