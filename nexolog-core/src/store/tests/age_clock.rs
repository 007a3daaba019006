use std::time::{Duration, Instant, SystemTime};

use crate::store::age_clock::AgeClock;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

#[test]
fn a_clock_that_runs_as_it_should_is_followed() {
    let (wall, at) = (SystemTime::now(), Instant::now());
    let mut clock = AgeClock::start(wall, at, Some(wall - HOUR));
    for hours in 0..100 {
        assert_eq!(clock.at(wall + HOUR * hours, at + HOUR * hours), wall + HOUR * hours);
    }
}

#[test]
fn fault_48_a_jump_forward_is_not_believed_for_a_day_and_then_is() {
    let (wall, at) = (SystemTime::now(), Instant::now());
    let mut clock = AgeClock::start(wall, at, None);
    for hours in 1..=24 {
        let now = clock.at(wall + 10 * YEAR + HOUR * hours, at + HOUR * hours);
        assert_eq!(now, wall + HOUR * hours);
    }
    let late = 25 * HOUR;
    assert_eq!(clock.at(wall + 10 * YEAR + late, at + late), wall + 10 * YEAR + late);
}

#[test]
fn fault_48_a_jump_back_is_followed_at_once_and_the_way_forward_again_is_no_jump() {
    let (wall, at) = (SystemTime::now(), Instant::now());
    let mut clock = AgeClock::start(wall, at, None);
    assert_eq!(clock.at(wall - YEAR, at + HOUR), wall - YEAR);
    assert_eq!(clock.at(wall + 2 * HOUR, at + 2 * HOUR), wall + 2 * HOUR);
}

#[test]
fn fault_48_a_clock_far_past_the_newest_record_at_the_start_is_believed_after_a_day() {
    let (wall, at) = (SystemTime::now(), Instant::now());
    let newest = wall - YEAR;
    let mut clock = AgeClock::start(wall, at, Some(newest));
    assert_eq!(clock.at(wall, at), newest + DAY);
    assert_eq!(clock.at(wall + HOUR, at + HOUR), newest + DAY + HOUR);
    assert_eq!(clock.at(wall + 2 * DAY, at + 2 * DAY), wall + 2 * DAY);
}
