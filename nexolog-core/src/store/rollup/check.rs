use crate::record::Level;

use super::{
    Chooses, OverTime, Totals, Unpacker, read_chosen_over_time, read_facts, read_over_time,
    read_totals,
};

/// Reads any two sections as questions do, and adds up what can be read: whatever it says, nothing panics.
pub(crate) fn check_rollup(totals: &[u8], slots: &[u8]) {
    let unpacker = &mut Unpacker::default();
    let errors = |level: Option<Level>, _: Option<&str>| level >= Some(Level::Error);
    let api = |_: Option<Level>, module: Option<&str>| module == Some("api");
    read_facts(totals);
    for with_people in [false, true] {
        if let Some(read) = read_totals(totals, with_people, unpacker) {
            for (chooses, names_modules) in [(&errors as &dyn Chooses, false), (&api, true)] {
                let mut sum = Totals::default();
                sum.add_chosen(&read, chooses, names_modules);
                sum.add_all(&read);
                sum.stats();
            }
        }
    }
    let all = read_over_time(slots, unpacker);
    let mut sum = OverTime::default();
    if let Some(all) = &all {
        sum.add_all(all, 100);
    }
    let chosen = read_chosen_over_time(slots, &errors, unpacker);
    for over_time in all.into_iter().chain(chosen) {
        let width = i64::try_from(over_time.width).unwrap();
        assert!(over_time.slots.iter().all(|slot| slot.second % width == 0));
    }
}
