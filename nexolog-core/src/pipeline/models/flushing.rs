use std::sync::Arc;
use std::time::Duration;

use shuttle::thread;

use super::logger::Logger;
use super::support::{Name, check};

const PATIENCE: Duration = Duration::from_millis(10);

#[test]
fn fault_8_what_was_logged_before_a_flush_is_written_when_it_returns() {
    check(true, || {
        let logger = Logger::new(PATIENCE);
        let threads = [0, 1, 2].map(|thread| {
            let logger = Arc::clone(&logger);
            thread::spawn(move || {
                let lane = logger.queue.lane();
                (0..3).for_each(|number| logger.log(&lane, (thread, number)));
                let before = logger.logged();
                logger.flush();
                let writer = logger.turns.take();
                let copied = &writer.written[..writer.copied];
                assert!(before.iter().all(|name| copied.contains(name)), "{before:?} {copied:?}");
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        let mut written = logger.written();
        written.sort_unstable();
        let expected: Vec<Name> =
            (0..3).flat_map(|thread| (0..3).map(move |number| (thread, number))).collect();
        assert_eq!(written, expected);
    });
}

#[test]
fn fault_91_what_was_logged_before_another_event_began_is_written_before_it() {
    check(true, || {
        let logger = Logger::new(PATIENCE);
        let threads = [0, 1].map(|thread| {
            let logger = Arc::clone(&logger);
            thread::spawn(move || {
                let lane = logger.queue.lane();
                let log = |number| {
                    let before = logger.logged();
                    logger.log(&lane, (thread, number));
                    (before, (thread, number))
                };
                (0..4).map(log).collect::<Vec<_>>()
            })
        });
        for _ in 0..3 {
            logger.flush();
        }
        let causes = threads.map(|thread| thread.join().unwrap());
        logger.flush();
        let written = logger.written();
        let place = |name: Name| written.iter().position(|known| *known == name).unwrap();
        for (before, name) in causes.into_iter().flatten() {
            assert!(
                before.iter().all(|cause| place(*cause) < place(name)),
                "{name:?}: {written:?}"
            );
        }
    });
}
