use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::LazyLock;

use tracing::Span;

use super::{Captured, Function, Level, Snapshot};

/// What a call takes along from its beginning to its end.
///
/// Most calls carry their fields only; what is seldom asked for is wrapped around them, so that nobody else
/// pays for it.
pub trait Carried {
    /// The user's fields, in the order of their names.
    fn captured(&self) -> &[Captured];

    /// What calls are counted by where their number is limited.
    #[inline]
    fn key(&self) -> u64 {
        0
    }

    /// The span to run in, made at the first call; to be put back afterwards.
    #[inline]
    fn take_span(&mut self, _function: &'static Function) -> Option<Span> {
        None
    }

    /// Takes the span back.
    #[inline]
    fn put_span(&mut self, _span: Option<Span>) {}

    /// How many items a stream has given.
    #[inline]
    fn items(&self) -> Option<u64> {
        None
    }

    /// The first item of a stream that was an `Err`, once.
    #[inline]
    fn take_failure(&mut self) -> Option<ItemFailure> {
        None
    }
}

/// An item that was an `Err`.
#[derive(Debug)]
pub struct ItemFailure {
    pub(super) level: Level,
    pub(super) snapshot: Snapshot,
}

impl<const N: usize> Carried for [Captured; N] {
    #[inline]
    fn captured(&self) -> &[Captured] {
        self
    }
}

macro_rules! forward {
    ($($method:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?),* $(,)?) => {$(
        #[inline]
        fn $method(&mut self, $($argument: $type),*) $(-> $result)? {
            self.carried.$method($($argument),*)
        }
    )*};
}

/// A call that is counted by a key.
#[derive(Debug)]
pub struct Keyed<C> {
    carried: C,
    key: u64,
}

impl<C> Keyed<C> {
    /// Counted together with other calls whose key is equal.
    #[inline]
    pub fn new(carried: C, key: &(impl Hash + ?Sized)) -> Keyed<C> {
        // Of chance, so that nobody can choose keys that fall together.
        static STATE: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        Keyed { carried, key: STATE.hash_one(key) }
    }
}

impl<C: Carried> Carried for Keyed<C> {
    fn captured(&self) -> &[Captured] {
        self.carried.captured()
    }

    fn key(&self) -> u64 {
        self.key
    }

    fn items(&self) -> Option<u64> {
        self.carried.items()
    }

    forward! {
        take_span(function: &'static Function) -> Option<Span>,
        put_span(span: Option<Span>),
        take_failure() -> Option<ItemFailure>,
    }
}

/// A call that runs in a span of its own.
#[derive(Debug)]
pub struct Spanned<C> {
    carried: C,
    span: Option<Span>,
}

impl<C> Spanned<C> {
    /// The span is made when the call begins, which a future may never do.
    #[inline]
    pub fn new(carried: C) -> Spanned<C> {
        Spanned { carried, span: None }
    }
}

impl<C: Carried> Carried for Spanned<C> {
    fn captured(&self) -> &[Captured] {
        self.carried.captured()
    }

    fn key(&self) -> u64 {
        self.carried.key()
    }

    fn items(&self) -> Option<u64> {
        self.carried.items()
    }

    fn take_span(&mut self, function: &'static Function) -> Option<Span> {
        let made = || function.span(self.carried.captured());
        Some(self.span.take().unwrap_or_else(made))
    }

    fn put_span(&mut self, span: Option<Span>) {
        self.span = span;
    }

    forward! { take_failure() -> Option<ItemFailure> }
}

/// The call of a stream.
#[derive(Debug)]
pub struct Streaming<C> {
    carried: C,
    items: u64,
    failure: Option<Box<ItemFailure>>,
}

impl<C> Streaming<C> {
    pub(super) fn new(carried: C) -> Streaming<C> {
        Streaming { carried, items: 0, failure: None }
    }

    /// Counts an item; of those that are an `Err` the first one is kept, for it is where things went wrong.
    pub(super) fn count(&mut self, failure: impl FnOnce() -> Option<ItemFailure>) {
        self.items += 1;
        if self.failure.is_none() {
            self.failure = failure().map(Box::new);
        }
    }
}

impl<C: Carried> Carried for Streaming<C> {
    fn captured(&self) -> &[Captured] {
        self.carried.captured()
    }

    fn key(&self) -> u64 {
        self.carried.key()
    }

    fn items(&self) -> Option<u64> {
        Some(self.items)
    }

    fn take_failure(&mut self) -> Option<ItemFailure> {
        self.failure.take().map(|failure| *failure)
    }

    forward! {
        take_span(function: &'static Function) -> Option<Span>,
        put_span(span: Option<Span>),
    }
}
