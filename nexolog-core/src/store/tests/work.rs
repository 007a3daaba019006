use std::time::Duration;

use crate::store::Limits;
use crate::store::names::FamilyName;
use crate::store::work::Work;

#[test]
fn what_fails_is_tried_again_ever_less_often_but_at_least_every_five_minutes() {
    let work = Work::default();
    let family = FamilyName::main("shop");
    work.register(&family, Limits::default());
    assert_eq!(work.next().map(|(family, _)| family), Some(family.clone()));
    for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300] {
        work.done(&family, false);
        let wait = work.due_in(&family).unwrap();
        assert!(wait <= Duration::from_secs(seconds), "{wait:?} instead of {seconds} s");
        assert!(wait > Duration::from_secs(seconds) / 2, "{wait:?} instead of {seconds} s");
    }
    work.done(&family, true);
    work.done(&family, false);
    assert!(work.due_in(&family).unwrap() <= Duration::from_secs(1), "success is remembered");
}

#[test]
fn a_family_asked_for_while_it_is_tended_is_tended_again() {
    let work = Work::default();
    let family = FamilyName::main("shop");
    work.register(&family, Limits::default());
    work.next();
    work.ask_for(&family);
    work.done(&family, true);
    assert_eq!(work.next().map(|(family, _)| family), Some(family.clone()));
    work.done(&family, true);
    assert!(work.due_in(&family).unwrap() > Duration::from_secs(60));
}

#[test]
fn stopping_ends_a_wait_for_work() {
    let work = Work::default();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| work.next().is_none());
        work.stop();
        assert!(waiting.join().unwrap());
    });
}
