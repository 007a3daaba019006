//! Whatever form a function has, each way its call may end is told.

extern crate nexolog_core as nexolog;

mod support;

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use nexolog_macros::logged;
use support::{Collector, collect};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Returns,
    Fails,
    Panics,
}

const ENDS: [(End, &str); 3] =
    [(End::Returns, "success"), (End::Fails, "error"), (End::Panics, "panic")];

type Answer = Result<u8, String>;
type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type BoxStream<'a, T> = Pin<Box<dyn Stream<Item = T> + Send + 'a>>;
type Later = BoxFuture<'static, Answer>;
type Rows = BoxStream<'static, Answer>;

fn end(end: End) -> Answer {
    match end {
        End::Returns => Ok(1),
        End::Fails => Err("no".to_owned()),
        End::Panics => panic!("at the end"),
    }
}

/// Waits once before it ends.
async fn wait(how: End) -> Answer {
    let mut waited = false;
    poll_fn(|_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending })
        .await;
    end(how)
}

/// Gives an item, and ends at the next call.
struct Steps(End, u8);

impl Stream for Steps {
    type Item = Answer;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Answer>> {
        self.1 += 1;
        match self.1 {
            1 => Poll::Ready(Some(Ok(0))),
            2 => Poll::Ready(Some(end(self.0))),
            _ => Poll::Ready(None),
        }
    }
}

struct Shop;

mod functions {
    use super::*;

    #[logged]
    pub(super) fn plain(how: End) -> Answer {
        end(how)
    }

    #[logged]
    pub(super) fn generic<T: Into<End>, const N: usize>(how: [T; N]) -> Answer {
        let how = how.into_iter().next().map_or(End::Returns, Into::into);
        if N == 0 {
            return Ok(0);
        }
        let number = end(how)?;
        Ok(number)
    }

    #[logged]
    pub(super) fn opaque_argument(how: impl Fn() -> End) -> Answer {
        end(how())
    }

    /// # Safety
    ///
    /// There is nothing to it.
    #[allow(unsafe_code, reason = "that it may be unsafe is the point")]
    #[logged]
    pub(super) unsafe fn dangerous(how: End) -> Answer {
        end(how)
    }

    impl Shop {
        #[logged]
        pub(super) fn by_ref(&self, how: End) -> Answer {
            end(how)
        }

        #[logged]
        pub(super) fn pinned(self: Pin<&mut Self>, how: End) -> Answer {
            end(how)
        }

        #[logged]
        pub(super) fn shared(self: Arc<Self>, how: End) -> Answer {
            end(how)
        }
    }

    #[logged]
    impl Shop {
        pub(super) fn in_a_block(&mut self, how: End) -> Answer {
            end(how)
        }
    }

    pub(super) trait Ends {
        #[logged]
        fn by_default(&self, how: End) -> Answer {
            end(how)
        }
    }

    impl Ends for Shop {}
}

#[test]
#[allow(unsafe_code, reason = "that it may be unsafe is the point")]
fn functions_return_fail_and_panic() {
    use functions::Ends as _;

    let forms: [fn(End) -> Answer; 9] = [
        functions::plain,
        |how| functions::generic([how]),
        |how| functions::opaque_argument(|| how),
        // SAFETY: there is nothing to it.
        |how| unsafe { functions::dangerous(how) },
        |how| Shop.by_ref(how),
        |how| pin!(Shop).pinned(how),
        |how| Arc::new(Shop).shared(how),
        |how| Shop.in_a_block(how),
        |how| Shop.by_default(how),
    ];
    collect(|log| {
        for (at, form) in forms.into_iter().enumerate() {
            for (how, outcome) in ENDS {
                let returned = catch_unwind(|| form(how));
                assert_eq!(returned.ok().map(|it| it.is_ok()), given(how), "{at}");
                assert_end(log, outcome, at);
            }
        }
    });
}

mod futures {
    use super::*;

    #[logged]
    pub(super) async fn plain(how: End) -> Answer {
        wait(how).await
    }

    #[logged]
    pub(super) async fn borrows<'a, T>(how: &'a End, _: T) -> Answer
    where
        T: Send + 'a,
    {
        let number = wait(*how).await?;
        Ok(number)
    }

    #[logged]
    pub(super) fn opaque(how: End) -> impl Future<Output = Answer> + Send {
        wait(how)
    }

    #[logged]
    pub(super) fn boxed(how: End) -> Pin<Box<dyn Future<Output = Answer> + Send>> {
        Box::pin(wait(how))
    }

    #[logged]
    pub(super) fn named(how: End) -> BoxFuture<'static, Answer> {
        Box::pin(wait(how))
    }

    #[logged(future)]
    pub(super) fn aliased(how: End) -> Later {
        Box::pin(wait(how))
    }

    #[logged]
    impl Shop {
        pub(super) async fn later(self: Arc<Self>, how: End) -> Answer {
            wait(how).await
        }
    }

    pub(super) trait Waits {
        async fn implemented(&self, how: End) -> Answer;

        #[logged]
        async fn by_default_later(&self, how: End) -> Answer {
            wait(how).await
        }
    }

    #[logged]
    impl Waits for Shop {
        async fn implemented(&self, how: End) -> Answer {
            wait(how).await
        }
    }

    #[async_trait::async_trait]
    pub(super) trait Boxes {
        async fn in_a_box(&self, how: End) -> Answer;
        async fn in_a_boxed_block(&self, how: End) -> Answer;
    }

    #[async_trait::async_trait]
    impl Boxes for Shop {
        #[logged]
        async fn in_a_box(&self, how: End) -> Answer {
            wait(how).await
        }

        #[logged]
        async fn in_a_boxed_block(&self, how: End) -> Answer {
            wait(how).await
        }
    }

    pub(super) struct Other;

    // The other way round: the block is expanded first, and its methods are boxed afterwards.
    #[logged]
    #[async_trait::async_trait]
    impl Boxes for Other {
        async fn in_a_box(&self, how: End) -> Answer {
            wait(how).await
        }

        #[logged(level = debug)]
        async fn in_a_boxed_block(&self, how: End) -> Answer {
            wait(how).await
        }
    }
}

#[test]
fn futures_return_fail_panic_and_are_given_up() {
    use futures::{Boxes as _, Other, Waits as _};

    type Form = fn(End) -> Pin<Box<dyn Future<Output = Answer>>>;
    let forms: [Form; 13] = [
        |how| Box::pin(futures::plain(how)),
        |how| Box::pin(async move { futures::borrows(&how, "").await }),
        |how| Box::pin(futures::opaque(how)),
        |how| Box::pin(futures::boxed(how)),
        |how| Box::pin(futures::named(how)),
        |how| Box::pin(futures::aliased(how)),
        |how| Box::pin(Arc::new(Shop).later(how)),
        |how| Box::pin(async move { Shop.implemented(how).await }),
        |how| Box::pin(async move { Shop.by_default_later(how).await }),
        |how| Box::pin(async move { Shop.in_a_box(how).await }),
        |how| Box::pin(async move { Shop.in_a_boxed_block(how).await }),
        |how| Box::pin(async move { Other.in_a_box(how).await }),
        |how| Box::pin(async move { Other.in_a_boxed_block(how).await }),
    ];
    let poll = |future: &mut Pin<Box<dyn Future<Output = Answer>>>| {
        future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    };
    collect(|log| {
        for (at, form) in forms.into_iter().enumerate() {
            for (how, outcome) in ENDS {
                let mut future = form(how);
                assert!(poll(&mut future).is_pending());
                let returned = catch_unwind(AssertUnwindSafe(|| poll(&mut future)));
                let returned = returned.ok().map(|polled| match polled {
                    Poll::Ready(answer) => answer.is_ok(),
                    Poll::Pending => panic!("{at} waits"),
                });
                assert_eq!(returned, given(how), "{at}");
                drop(future);
                assert_end(log, outcome, at);
            }
            let mut future = form(End::Returns);
            assert!(poll(&mut future).is_pending());
            drop(future);
            assert_end(log, "cancelled", at);
            drop(form(End::Returns));
            assert!(log.take().is_empty(), "{at}");
        }
    });
}

mod streams {
    use super::*;

    #[logged]
    pub(super) fn opaque(how: End) -> impl Stream<Item = Answer> {
        Steps(how, 0)
    }

    #[logged]
    pub(super) fn boxed(how: End) -> Pin<Box<dyn Stream<Item = Answer> + Send>> {
        Box::pin(Steps(how, 0))
    }

    #[logged]
    pub(super) fn named(how: End) -> BoxStream<'static, Answer> {
        Box::pin(Steps(how, 0))
    }

    #[logged(stream)]
    pub(super) fn aliased(how: End) -> Rows {
        Box::pin(Steps(how, 0))
    }

    #[logged]
    impl Shop {
        pub(super) fn rows(&self, how: End) -> impl Stream<Item = Answer> + use<> {
            Steps(how, 0)
        }
    }
}

#[test]
fn streams_end_fail_panic_and_are_given_up() {
    type Form = fn(End) -> Pin<Box<dyn Stream<Item = Answer>>>;
    let forms: [Form; 5] = [
        |how| Box::pin(streams::opaque(how)),
        |how| Box::pin(streams::boxed(how)),
        |how| Box::pin(streams::named(how)),
        |how| Box::pin(streams::aliased(how)),
        |how| Box::pin(Shop.rows(how)),
    ];
    let next = |stream: &mut Pin<Box<dyn Stream<Item = Answer>>>| {
        stream.as_mut().poll_next(&mut Context::from_waker(Waker::noop()))
    };
    collect(|log| {
        for (at, form) in forms.into_iter().enumerate() {
            for (how, outcome) in ENDS {
                let mut stream = form(how);
                let all = AssertUnwindSafe(|| while next(&mut stream) != Poll::Ready(None) {});
                assert_eq!(catch_unwind(all).is_err(), how == End::Panics, "{at}");
                drop(stream);
                assert_end(log, outcome, at);
            }
            let mut stream = form(End::Returns);
            assert!(next(&mut stream).is_ready());
            drop(stream);
            assert_end(log, "cancelled", at);
            drop(form(End::Returns));
            assert!(log.take().is_empty(), "{at}");
        }
    });
}

/// Whether there is an answer, and a good one.
fn given(how: End) -> Option<bool> {
    (how != End::Panics).then_some(how == End::Returns)
}

fn assert_end(log: &Collector, outcome: &str, at: usize) {
    let event = log.only();
    assert_eq!(event.outcome(), outcome, "{at}");
    assert!(event.number("duration_ms") >= 0.0, "{at}");
    let text = match outcome {
        "error" => "no",
        "panic" => "at the end",
        _ => "",
    };
    assert_eq!(event.field("error"), text, "{at}");
}
