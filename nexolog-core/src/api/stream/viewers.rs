use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A connection that is still there this long after its end is dead: nobody reads from it.
const GRACE: Duration = Duration::from_secs(30);

/// Who watches: a bounded number of places.
///
/// A place belongs to a stream until the stream is dropped. A client that vanished without a word
/// holds its stream open until the system notices, so a place whose time is up may be given away.
#[derive(Debug)]
pub(in crate::api) struct Viewers {
    most: usize,
    places: Mutex<Places>,
}

#[derive(Debug, Default)]
struct Places {
    next_id: u64,
    /// Id and end of each stream.
    taken: Vec<(u64, Instant)>,
}

/// One viewer's place, given back when it is dropped.
#[derive(Debug)]
pub(in crate::api) struct Place {
    viewers: Arc<Viewers>,
    id: u64,
}

impl Viewers {
    pub(in crate::api) fn new(most: usize) -> Viewers {
        Viewers { most, places: Mutex::default() }
    }

    /// How many watch.
    pub(in crate::api) fn count(&self) -> usize {
        self.places.lock().unwrap_or_else(PoisonError::into_inner).taken.len()
    }

    /// A place until `ends`, or `None` when all are taken.
    pub(in crate::api) fn enter(self: &Arc<Self>, now: Instant, ends: Instant) -> Option<Place> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.taken.len() >= self.most {
            places.taken.retain(|(_, ends)| now < *ends + GRACE);
        }
        if places.taken.len() >= self.most {
            return None;
        }
        let id = places.next_id;
        places.next_id += 1;
        places.taken.push((id, ends));
        Some(Place { viewers: Arc::clone(self), id })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.viewers.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.taken.retain(|(id, _)| *id != self.id);
    }
}
