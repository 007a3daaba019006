use std::sync::Arc;

use crate::api::access::{Caller, Scope};
use crate::api::problem::Problem;
use crate::query::{Filter, Times};

/// How far somebody sees into the log.
#[derive(Clone, Debug)]
pub(in crate::api) struct Reach {
    /// `None` is all of it.
    scope: Option<Scope>,
}

/// A filter that matches nothing beyond the reach of who asks.
#[derive(Clone, Debug)]
pub(in crate::api) struct Forced {
    filter: Arc<Filter>,
    is_whole: bool,
}

/// Says that whoever asks may see everything. Only [`Reach`] gives it.
#[derive(Clone, Copy, Debug)]
pub(in crate::api) struct Whole(());

impl Reach {
    /// Who is not known sees nothing.
    pub(in crate::api) fn of(caller: Option<&Caller>) -> Reach {
        match caller {
            Some(caller) => Reach { scope: caller.principal.scope().cloned() },
            None => Reach { scope: Some(Scope::modules([""; 0])) },
        }
    }

    /// What of `filter` is within reach.
    pub(in crate::api) fn force(&self, filter: Filter) -> Forced {
        let (filter, is_whole) = match &self.scope {
            None => (filter, true),
            Some(scope) => (Filter::and([scope.filter(), filter]), false),
        };
        Forced { filter: Arc::new(filter), is_whole }
    }

    /// Leave to see everything, for what shows some of it to those who have none.
    pub(in crate::api) fn whole(&self) -> Option<Whole> {
        self.scope.is_none().then_some(Whole(()))
    }

    /// As [`whole`](Reach::whole), for what is refused to those who have none.
    pub(in crate::api) fn all_of_it(&self) -> Result<Whole, Problem> {
        self.whole().ok_or_else(Problem::beyond_scope)
    }

    /// The scope, where there is one.
    pub(in crate::api) fn scope(&self) -> Option<&Scope> {
        self.scope.as_ref()
    }
}

impl Forced {
    /// Whether `line` is asked for and within reach.
    pub(in crate::api) fn matches(&self, line: &[u8]) -> bool {
        self.filter.matches(line)
    }

    /// What of it was stamped before `to`, in microseconds since the Unix epoch.
    pub(in crate::api) fn before(&self, to: i64) -> Forced {
        let parts = [self.filter(), Filter::between(None, Some(to))];
        Forced { filter: Arc::new(Filter::and(parts)), is_whole: self.is_whole }
    }

    /// The range of time that it asks for, as far as it does.
    pub(in crate::api) fn times(&self) -> Times {
        self.filter.times()
    }

    /// As the store takes it.
    pub(super) fn filter(&self) -> Filter {
        Filter::clone(&self.filter)
    }

    /// Whether whoever asks may see everything.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }
}
