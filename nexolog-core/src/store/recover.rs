//! Decides with which number a run begins, so that none is given out twice.

use std::path::Path;

use super::fs::Fs;
use super::names::FamilyName;
use super::report::Recovered;
use super::sequence::BLOCK;
use super::state::{State, new_id};
use super::survey::Survey;

/// How a run begins.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) id: String,
    pub(super) next: u64,
    /// Set after an unclean end.
    pub(super) recovered: Option<Recovered>,
}

/// Works out the start from what the directory remembers and what its files show.
pub(super) fn decide(
    state: Option<State>,
    survey: &Survey,
    fs: &dyn Fs,
    directory: &Path,
    main: &FamilyName,
) -> Start {
    let Some(state) = state else {
        return without_state(survey, fs, directory, main);
    };
    let on_disk = survey.next_seq();
    let unclean_next = match state.clean_next {
        // Numbers on the disk that the state knows nothing of: it is older than the files.
        Some(next) if next < on_disk => None,
        Some(next) => return clean(state.id, next, survey),
        None => Some(state.reserved),
    };
    let next = match unclean_next {
        Some(reserved) if reserved >= on_disk => reserved,
        _ => survey.exact_next_seq(fs, directory).max(state.reserved).saturating_add(BLOCK),
    };
    Start { id: state.id, next, recovered: Some(gap(next, survey, fs, directory, main)) }
}

/// Without a state, only the files tell; the last block they may not show is skipped.
fn without_state(survey: &Survey, fs: &dyn Fs, directory: &Path, main: &FamilyName) -> Start {
    if survey.families.is_empty() {
        return Start { id: new_id(), next: 1, recovered: None };
    }
    let next = survey.exact_next_seq(fs, directory).saturating_add(BLOCK);
    Start { id: new_id(), next, recovered: Some(gap(next, survey, fs, directory, main)) }
}

fn clean(id: String, next: u64, survey: &Survey) -> Start {
    // After a clean end nothing is torn, unless somebody wrote to the files since.
    let recovered =
        (survey.torn_bytes > 0).then_some(Recovered { gap: None, torn_bytes: survey.torn_bytes });
    Start { id, next, recovered }
}

fn gap(next: u64, survey: &Survey, fs: &dyn Fs, directory: &Path, main: &FamilyName) -> Recovered {
    // The main log has every record; a number that only a module file shows is missing all the same.
    let from = survey
        .next_seq_of(fs, directory, main)
        .unwrap_or_else(|| survey.exact_next_seq(fs, directory));
    let gap = (from < next).then(|| (from, next - 1));
    Recovered { gap, torn_bytes: survey.torn_bytes }
}
