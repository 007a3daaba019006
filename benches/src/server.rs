//! What a layer costs a real server: requests over loopback, made by `wrk`, and the processor time they take.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use nexolog::RequestLogLayer;
use tower::ServiceBuilder;
use tower_http::ServiceBuilderExt;
use tower_http::request_id::MakeRequestUuid;
use tower_http::trace::{DefaultMakeSpan, DefaultOnResponse, TraceLayer};
use tracing::Level;

use crate::clocks;
use crate::driver::Options;
use crate::figures::Figures;
use crate::requests::{Bare, NeverSealed, Stack, TowerHttp, WithSpan, WithoutSpan};

/// Connections that `wrk` keeps busy.
const CONNECTIONS: &str = "32";

/// How long it asks, once to warm up and once to be measured.
const SECONDS: &str = "3";

/// A stack of layers around the routes of a server.
pub trait Served: Stack {
    /// The routes with the layers around them.
    fn layered(app: Router) -> Router;
}

impl Served for Bare {
    fn layered(app: Router) -> Router {
        app
    }
}

impl Served for TowerHttp {
    fn layered(app: Router) -> Router {
        let trace = TraceLayer::new_for_http()
            .make_span_with(DefaultMakeSpan::new().level(Level::INFO).include_headers(true))
            .on_response(DefaultOnResponse::new().level(Level::INFO));
        let layers = ServiceBuilder::new()
            .set_x_request_id(MakeRequestUuid)
            .layer(trace)
            .propagate_x_request_id();
        app.layer(layers)
    }
}

impl Served for WithSpan {
    fn layered(app: Router) -> Router {
        app.layer(RequestLogLayer::new())
    }
}

impl Served for NeverSealed {
    fn layered(app: Router) -> Router {
        app.layer(RequestLogLayer::new())
    }
}

impl Served for WithoutSpan {
    fn layered(app: Router) -> Router {
        app.layer(RequestLogLayer::new().without_span())
    }
}

/// Whether `wrk` is there to ask.
#[must_use]
pub fn wrk_is_there() -> bool {
    Command::new("wrk").arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Processor time of this process for each request that `wrk` makes of it, its writing of lines included.
pub fn under_wrk<S: Served>(_options: &Options) -> Figures {
    let directory = tempfile::tempdir().expect("room for files");
    let _stack = S::start(directory.path());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
    let listener = listener.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let order = |_: axum::extract::Path<u64>| async { "{\"order\":42}" };
    let app = S::layered(Router::new().route("/orders/{id}", get(order)));
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    runtime.spawn(async move { axum::serve(listener, app).await });

    ask(address);
    let before = clocks::process_cpu();
    let requests = ask(address);
    // What is written late belongs to the requests, too.
    std::thread::sleep(Duration::from_millis(500));
    let used = clocks::process_cpu() - before;
    let mut figures = Figures::default();
    figures.set("request", used.as_nanos() as f64 / requests);
    figures.set("lines", lines(directory.path()));
    runtime.shutdown_background();
    figures
}

/// Lets `wrk` ask; gives how many requests were answered.
fn ask(address: SocketAddr) -> f64 {
    let mut wrk: Child = Command::new("wrk")
        .args(["-t1", "-c", CONNECTIONS, "-d", SECONDS])
        .args(["-H", "user-agent: curl/8.5.0", "-H", "accept: application/json"])
        .arg(format!("http://{address}/orders/42?page=2"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("wrk is there");
    let mut said = String::new();
    let mut output = wrk.stdout.take().expect("its output is ours");
    output.read_to_string(&mut said).expect("it says something");
    wrk.wait().expect("it ends");
    let words = said.lines().find(|line| line.contains(" requests in "));
    let count = words.and_then(|line| line.split_whitespace().next()?.parse().ok());
    count.expect("wrk says how many requests it made")
}

/// Lines in the files that are still open; tells that there was logging at all.
fn lines(directory: &Path) -> f64 {
    let files = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let texts = files.filter(|file| file.path().extension().is_some_and(|it| it == "jsonl"));
    let count = |file: std::fs::DirEntry| {
        let file = std::fs::File::open(file.path()).ok()?;
        Some(BufReader::new(file).split(b'\n').count())
    };
    texts.filter_map(count).sum::<usize>() as f64
}
