//! What a scope shows is the same whatever lies beyond it: two logs that differ only there can't be told apart.

use std::fmt::Write as _;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use http::{Method, StatusCode};
use http_body::Body as _;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::memory::Memory;
use super::support::{self, Answer, VIEWER, get};
use crate::api::dispatch::ENDPOINTS;
use crate::api::limits::Limits;
use crate::api::router::routes_within;
use crate::api::{Access, Backend, Role, Scope, Shutdown};
use crate::record::arbitrary::{record, render};
use crate::store::{Directory, DirectoryOptions, EmbeddedStore};

const OWN: &str = "scoped-token-0123456789";

/// A record, and what is said of it here.
#[derive(Clone, Debug)]
struct Said {
    organization: Option<&'static str>,
    module: &'static str,
    record: Map<String, Value>,
    /// Whether the file is full after it.
    rotates: bool,
}

/// A scope, and by what it is checked.
#[derive(Clone, Debug)]
struct Within {
    organizations: Option<Vec<&'static str>>,
    modules: Option<Vec<&'static str>>,
}

impl Within {
    fn scope(&self) -> Scope {
        let organizations = self.organizations.clone().map(Scope::organizations);
        let modules = self.modules.clone().map(Scope::modules);
        match (organizations, modules) {
            (Some(one), Some(other)) => one.and(other),
            (one, other) => one.or(other).unwrap(),
        }
    }

    fn has(&self, said: &Said) -> bool {
        self.organizations
            .as_ref()
            .is_none_or(|ids| said.organization.is_some_and(|id| ids.contains(&id)))
            && self.modules.as_ref().is_none_or(|modules| modules.contains(&said.module))
    }
}

fn organization() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["acme", "globex", "ACME", "acme ", "a*", "\u{2028}\"acme"])
}

fn module() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["orders", "auth", "database", "Orders"])
}

fn within() -> impl Strategy<Value = Within> {
    let organizations = vec(organization(), 0..3);
    let modules = vec(module(), 0..3);
    (organizations, modules, 0..3).prop_map(|(organizations, modules, which)| Within {
        organizations: (which != 1).then_some(organizations),
        modules: (which != 0).then_some(modules),
    })
}

fn said() -> impl Strategy<Value = Said> {
    let organization = prop::option::weighted(0.8, organization());
    (organization, module(), record(), any::<bool>(), 0..4).prop_map(
        |(organization, module, mut record, rotates, names_another)| {
            // Times near each other, so that bars are as wide with one record less.
            let second = record["timestamp"].as_str().unwrap().as_bytes()[18];
            record.insert(
                "timestamp".into(),
                json!(format!("2026-11-05T11:30:0{}.000000Z", char::from(second))),
            );
            record.insert("module".into(), json!(module));
            record.remove("organization_id");
            record.extend(organization.map(|id| ("organization_id".to_owned(), json!(id))));
            if names_another == 0 && organization.is_some() {
                let fields = json!({"organization_id": "acme", "module": "orders", "status": 500});
                record.insert("fields".into(), fields);
            }
            Said { organization, module, record, rotates }
        },
    )
}

/// Questions that try to get out, and ordinary ones.
fn question() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "(",
        ")",
        "\"",
        "-",
        "NOT ",
        " OR ",
        " AND ",
        " ",
        "*",
        "/./",
        "organization_id:globex",
        "organization_id:acme",
        "organization_id:*",
        "has:organization_id",
        "module:auth",
        "module:*",
        "-module:orders",
        "level:>=trace",
        "timeout",
        "\"500\"",
        "fields.organization_id:acme",
        "last:9999d",
        "a:",
        "\\",
    ]);
    vec(parts, 0..9).prop_map(|parts| parts.concat())
}

fn parameters() -> impl Strategy<Value = String> {
    let more = prop::sample::select(vec![
        "",
        "",
        "&organization_id=globex",
        "&organization_id=acme,globex",
        "&module=auth,database",
        "&module=orders&module=auth",
        "&min_level=trace",
        "&from=2020-01-01",
        "&user_id=u1",
    ]);
    (question(), more).prop_map(|(question, more)| {
        let mut query = String::from("q=");
        for byte in question.bytes() {
            write!(query, "%{byte:02x}").unwrap();
        }
        query + more
    })
}

/// A log, and an API to it that somebody within a scope may ask.
struct World {
    memory: Arc<Memory>,
    router: Router,
    _root: TempDir,
}

impl World {
    fn new(lines: &[(u64, String, bool)], newest: u64, scope: Scope) -> World {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), lines);
        let memory = Memory::new();
        memory.bring(&[], newest);
        let access =
            Access::tokens([(OWN, Role::Viewer.within(scope)), (VIEWER, Role::Viewer.into())]);
        let backend = Backend {
            store: Arc::new(EmbeddedStore::new(root.path().to_owned(), "shop")),
            ..support::backend(&memory, &Shutdown::new())
        };
        // Signs of life at once: they say how far a stream is.
        let limits = Limits { keep_alive: Duration::from_millis(1), ..Limits::default() };
        let router = routes_within(backend, access.unwrap(), limits);
        World { memory, router, _root: root }
    }

    /// Asks as somebody within the scope. What differs from call to call is taken out, and whether a full page may have
    /// another one behind it: that there are other records the numbers tell, too.
    async fn ask(&self, path: &str) -> (StatusCode, String) {
        let answer = Answer::read(support::send(&self.router, get(path).token(OWN)).await).await;
        let text = match serde_json::from_str::<Value>(&answer.text) {
            Ok(Value::Object(mut answer)) => {
                answer.remove("took_ms");
                answer.remove("next_cursor");
                Value::Object(answer).to_string()
            }
            _ => answer.text,
        };
        (answer.status, text)
    }

    /// Every record, by pages of two.
    async fn pages(&self) -> Vec<Value> {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let question = get(&format!("search?order=oldest&limit=2{cursor}")).token(OWN);
            let answer = Answer::read(support::send(&self.router, question).await).await.json();
            found.extend(answer["logs"].as_array().unwrap().iter().cloned());
            match answer["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return found,
            }
        }
    }

    /// The records of a stream that begins at the beginning, while `live` is logged.
    async fn stream(&self, query: &str, live: &[(u64, String)], newest: u64) -> Vec<String> {
        let question = get(&format!("stream?cursor=0&{query}")).token(OWN);
        let response = support::send(&self.router, question).await;
        assert_eq!(response.status(), StatusCode::OK);
        self.memory.bring(live, newest);
        let mut body = response.into_body();
        let (mut text, mut records) = (String::new(), Vec::new());
        loop {
            text.push_str(&next(&mut body).await);
            while let Some((event, rest)) = text.split_once("\n\n") {
                let part = |name| event.lines().find_map(|line| line.strip_prefix(name));
                let is_record = part("event: ").is_none() && part("data: ").is_some();
                if is_record {
                    records.push(event.to_owned());
                }
                if part("id: ").is_some_and(|id| id.parse::<u64>().unwrap() >= newest) {
                    return records;
                }
                text = rest.to_owned();
            }
        }
    }
}

async fn next(body: &mut Body) -> String {
    let frame = std::future::poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await;
    let data = frame.expect("the stream ended").unwrap().into_data().unwrap();
    String::from_utf8(data.to_vec()).unwrap()
}

/// Writes a log as the service does, sealed segments and indexes included.
fn write(root: &Path, lines: &[(u64, String, bool)]) {
    let options = DirectoryOptions {
        root: root.to_owned(),
        service: "shop".into(),
        main: crate::store::Limits::default(),
        modules: crate::store::Limits::default(),
    };
    let (mut directory, _) = Directory::open(options).unwrap();
    let mut main = directory.main().unwrap();
    for (seq, line, rotates) in lines {
        main.append(*seq, format!("{line}\n").as_bytes()).unwrap();
        if *rotates {
            main.rotate().unwrap();
        }
    }
    main.write_out().unwrap();
    drop(main);
    directory.close(Instant::now() + Duration::from_secs(30)).unwrap();
}

/// What to ask an endpoint that reads; `query` is parameters that choose records.
fn questions(path: &str, query: &str) -> Vec<String> {
    match path {
        "modules" | "levels" | "health" | "session" | "holds" => vec![path.to_owned()],
        "stats" => vec![format!("stats?{query}"), format!("stats?{query}&interval=1s")],
        "search" => {
            ["", "&limit=2", "&order=oldest&limit=1000", "&cursor=5", "&cursor=2&order=oldest"]
                .map(|more| format!("search?{query}{more}"))
                .to_vec()
        }
        "histogram" => {
            let times = "from=2026-11-05T11:29:00Z&to=2026-11-05T11:32:00Z";
            vec![
                format!("histogram?{query}&{times}&interval=1s"),
                format!("histogram?{query}&{times}&interval=100ms"),
            ]
        }
        "export" => [
            "&format=jsonl",
            "&format=csv&limit=3",
            "&format=csv&order=oldest&columns=seq,organization_id,module",
        ]
        .map(|more| format!("export?{query}{more}"))
        .to_vec(),
        "facets" => [
            "",
            "&sample=2",
            "&keys=level,module",
            "&keys=organization_id,fields.status,status,user_id",
        ]
        .map(|more| format!("facets?{query}{more}"))
        .to_vec(),
        "context" => {
            [1, 3, 7].map(|id| format!("context?{query}&id={id}&before=1&after=3")).to_vec()
        }
        "requests/{id}" => {
            ["u1", "timeout", "500"].map(|id| format!("requests/{id}?limit=2")).to_vec()
        }
        _ => vec![path.to_owned(), format!("{path}?{query}")],
    }
}

/// The lines of what was said, numbered from 1; those `kept` of them.
fn lines(said: &[Said], first: u64, kept: impl Fn(&Said) -> bool) -> Vec<(u64, String, bool)> {
    let numbered = (first..).zip(said).filter(|(_, said)| kept(said));
    numbered.map(|(seq, said)| (seq, render(seq, &said.record), said.rotates)).collect()
}

fn without_cuts(lines: Vec<(u64, String, bool)>) -> Vec<(u64, String)> {
    lines.into_iter().map(|(seq, line, _)| (seq, line)).collect()
}

async fn check(said: &[Said], live: &[Said], within: &Within, query: &str) {
    let (stored, newest) = (said.len() as u64, (said.len() + live.len()) as u64);
    let own = |said: &Said| within.has(said);
    let full = World::new(&lines(said, 1, |_| true), stored, within.scope());
    let alone = World::new(&lines(said, 1, own), stored, within.scope());

    // What is within is all there.
    let expected: Vec<Value> = lines(said, 1, own)
        .iter()
        .map(|(_, line, _)| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(full.pages().await, expected);

    let reading = ENDPOINTS.iter().filter(|endpoint| endpoint.method == Method::GET);
    for endpoint in reading.filter(|endpoint| endpoint.path != "stream") {
        for question in questions(endpoint.path, query) {
            assert_eq!(full.ask(&question).await, alone.ask(&question).await, "{question}");
        }
    }
    let first = stored + 1;
    let all = without_cuts(lines(live, first, |_| true));
    let some = without_cuts(lines(live, first, own));
    assert_eq!(full.stream(query, &all, newest).await, alone.stream(query, &some, newest).await);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn nothing_beyond_a_scope_changes_an_answer(
        said in vec(said(), 0..24), live in vec(said(), 1..6), within in within(), query in parameters(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(check(&said, &live, &within, &query));
    }
}
