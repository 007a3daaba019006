use std::path::Path;

use super::{Annotated, YieldOnce, work};

/// No attribute.
pub struct Bare;

impl Annotated for Bare {
    const BURST: u64 = 1_000_000;

    fn start(_directory: &Path) -> Bare {
        Bare
    }

    #[inline(never)]
    fn sync(number: u64) -> u64 {
        work(number)
    }

    fn ready(number: u64) -> impl Future<Output = u64> {
        ready(number)
    }

    fn yielding(number: u64) -> impl Future<Output = u64> {
        yielding(number)
    }
}

#[expect(clippy::unused_async, reason = "the same function as under the attributes")]
async fn ready(number: u64) -> u64 {
    work(number)
}

async fn yielding(number: u64) -> u64 {
    YieldOnce::default().await;
    work(number)
}
