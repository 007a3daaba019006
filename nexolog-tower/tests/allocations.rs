//! What a request costs the allocator, exactly.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::convert::Infallible;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{Empty, Full};
use nexolog_core::{Console, Nexolog};
use nexolog_tower::RequestLogLayer;
use tower::{Layer, Service, service_fn};

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call is handed to the system's allocator as it came, and its answer is handed back, so what
// callers promise us they promise it. Counting allocates nothing.
#[allow(unsafe_code, reason = "an allocator can't be written without")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc(layout) }
    }
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        unsafe { System.realloc(block, layout, size) }
    }
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe { System.dealloc(block, layout) }
    }
}

fn count() {
    // A thread that is ending may have no storage left; nobody measures there.
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
}

const REQUESTS: u64 = 1000;

/// Allocations a request, on this thread, in hundredths.
fn allocations<S, B>(mut service: S) -> u64
where
    S: Service<Request<Empty<Bytes>>, Response = Response<B>, Error = Infallible>,
    B: Body<Data = Bytes, Error: std::fmt::Debug>,
{
    for _ in 0..REQUESTS {
        ask(&mut service);
    }
    let before = COUNT.get();
    for _ in 0..REQUESTS {
        ask(&mut service);
    }
    (COUNT.get() - before) * 100 / REQUESTS
}

fn ask<S, B>(service: &mut S)
where
    S: Service<Request<Empty<Bytes>>, Response = Response<B>, Error = Infallible>,
    B: Body<Data = Bytes, Error: std::fmt::Debug>,
{
    let request = Request::get("/orders/42?page=2")
        .header("host", "shop.example.com")
        .header("user-agent", "curl/8.5.0")
        .body(Empty::new())
        .unwrap();
    let mut context = Context::from_waker(Waker::noop());
    assert!(service.poll_ready(&mut context).is_ready());
    let mut future = pin!(service.call(request));
    let Poll::Ready(Ok(response)) = future.as_mut().poll(&mut context) else { panic!("not ready") };
    let mut body = pin!(response.into_body());
    while let Poll::Ready(Some(frame)) = body.as_mut().poll_frame(&mut context) {
        black_box(frame.unwrap());
    }
}

#[test]
fn a_request_allocates_its_context_and_room_for_two_headers() {
    let directory = tempfile::tempdir().unwrap();
    let builder = Nexolog::builder("shop").directory(directory.path()).console(Console::Off);
    let logs = builder.install().unwrap();
    let handler = service_fn(|_| {
        std::future::ready(Ok(Response::new(Full::new(Bytes::from_static(b"{\"order\":42}")))))
    });
    let bare = allocations(handler);
    let without_span = allocations(RequestLogLayer::new().without_span().layer(handler));
    let with_span = allocations(RequestLogLayer::new().layer(handler));
    // Three make the map of extensions and the id in it, two the map of the response's headers, one is the
    // request's context. All else is memory of requests before, but for buffers of the queue: some forty requests fill
    // one, and the writer gives them back in its own time.
    let buffers = 5;
    let least = 600 + if cfg!(feature = "tower-http") { 100 } else { 0 };
    let (without_span, with_span) = (without_span - bare, with_span - bare);
    assert!((least..=least + buffers).contains(&without_span), "{without_span}");
    // What a logger remembers of a span.
    assert!((least..=least + 200 + buffers).contains(&with_span), "{with_span}");
    logs.shutdown().unwrap();
}
