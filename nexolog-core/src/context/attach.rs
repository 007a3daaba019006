use std::future::Future;
use std::pin::Pin;
use std::task;

use pin_project_lite::pin_project;

use super::{Context, lend};

pin_project! {
    /// A future that runs in a context: set at each poll (and while it is dropped), restored after.
    ///
    /// Made by [`Context::attach`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Attached<F> {
        // Emptied only by the drop below.
        #[pin]
        future: Option<F>,
        context: Context,
    }

    impl<F> PinnedDrop for Attached<F> {
        fn drop(this: Pin<&mut Self>) {
            // What a cancelled future logs in its own drop belongs to the request, too.
            let mut this = this.project();
            let _lent = lend(this.context);
            this.future.set(None);
        }
    }
}

impl Context {
    /// Runs `future` in this context, wherever it is polled.
    ///
    /// ```
    /// # async fn work() {}
    /// use nexolog_core::Context;
    ///
    /// let carried = Context::current().attach(work());
    /// # drop(carried);
    /// ```
    pub fn attach<F: Future>(self, future: F) -> Attached<F> {
        Attached { future: Some(future), context: self }
    }
}

impl<F: Future> Future for Attached<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> task::Poll<F::Output> {
        let this = self.project();
        let _lent = lend(this.context);
        match this.future.as_pin_mut() {
            Some(future) => future.poll(cx),
            None => task::Poll::Pending,
        }
    }
}
