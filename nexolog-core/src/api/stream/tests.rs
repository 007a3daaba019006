use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use http_body::Body as _;
use serde_json::{Value, json};

use super::viewers::Viewers;
use crate::api::limits::Limits;
use crate::api::tests::support::{Ask, Fixture, VIEWER, get, tokens};

#[derive(Clone, Debug, Default, PartialEq)]
struct Event {
    kind: String,
    id: String,
    data: String,
    retry: String,
    is_comment: bool,
}

impl Event {
    fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap()
    }

    fn is_record(&self) -> bool {
        self.kind.is_empty() && !self.data.is_empty()
    }
}

/// Reads a response as a browser reads server-sent events.
struct Events {
    body: Body,
    rest: String,
}

impl Events {
    async fn open(fixture: &Fixture, question: Ask) -> Events {
        let response = fixture.open(question.token(VIEWER)).await;
        Events::of(response)
    }

    fn of(response: Response) -> Events {
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Events { body: response.into_body(), rest: String::new() }
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.rest.split_once("\n\n") {
                let event = parse(block);
                self.rest = rest.to_owned();
                return Some(event);
            }
            let body = &mut self.body;
            let frame = std::future::poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await?;
            let data = frame.unwrap().into_data().unwrap();
            self.rest.push_str(std::str::from_utf8(&data).unwrap());
        }
    }

    /// The next event that is no sign of life.
    async fn event(&mut self) -> Event {
        loop {
            let event = self.next().await.unwrap();
            if !event.is_comment {
                return event;
            }
        }
    }
}

fn parse(block: &str) -> Event {
    let mut event = Event::default();
    for line in block.lines() {
        let (key, value) = line.split_once(':').unwrap();
        let value = value.strip_prefix(' ').unwrap_or(value);
        match key {
            "event" => value.clone_into(&mut event.kind),
            "id" => value.clone_into(&mut event.id),
            "data" => event.data.push_str(value),
            "retry" => value.clone_into(&mut event.retry),
            "" => event.is_comment = true,
            other => panic!("an event has no `{other}`"),
        }
    }
    event
}

fn limited(change: impl FnOnce(&mut Limits)) -> Fixture {
    let mut limits = Limits::default();
    change(&mut limits);
    Fixture::with(tokens(), limits)
}

#[tokio::test]
async fn a_stream_begins_now_and_brings_what_is_logged_from_then_on() {
    let fixture = Fixture::new();
    fixture.memory.log(&[json!({"message": "before"})]);
    let mut events = Events::open(&fixture, get("stream")).await;
    let start = events.event().await;
    assert_eq!((&*start.kind, &*start.id, &*start.retry), ("start", "1", "2000"));
    assert_eq!(start.json(), json!({"cursor": "1", "warnings": []}));

    fixture.memory.log(&[json!({"message": "after"}), json!({"message": "and\ndata: more\n\n"})]);
    let first = events.event().await;
    assert_eq!((first.id.as_str(), first.data.as_str()), ("2", r#"{"seq":2,"message":"after"}"#));
    let second = events.event().await;
    assert_eq!(second.json()["message"], "and\ndata: more\n\n");
}

#[tokio::test]
async fn what_is_logged_while_a_stream_is_being_opened_is_part_of_it() {
    let fixture = Fixture::new();
    *fixture.memory.just_after_newest.lock().unwrap() = Some(json!({"message": "between"}));
    let mut events = Events::open(&fixture, get("stream")).await;
    fixture.memory.log(&[json!({"message": "after"})]);
    assert_eq!(events.event().await.kind, "start");
    assert_eq!(events.event().await.id, "1");
    assert_eq!(events.event().await.id, "2");
}

#[tokio::test]
async fn the_filter_holds_for_what_is_stored_and_for_what_comes() {
    let fixture = Fixture::new();
    let records = |tag: &str| {
        [json!({"level": "INFO", "message": tag}), json!({"level": "ERROR", "message": tag})]
    };
    fixture.memory.log(&records("stored"));
    let mut events = Events::open(&fixture, get("stream?level=error&cursor=0")).await;
    fixture.memory.log(&records("live"));
    assert_eq!(events.event().await.kind, "start");
    assert_eq!(events.event().await.id, "2");
    assert_eq!(events.event().await.id, "4");
}

#[tokio::test]
async fn what_the_feed_could_not_hold_comes_from_the_store() {
    let fixture = Fixture::new();
    let mut events = Events::open(&fixture, get("stream")).await;
    for number in 0..1_000 {
        fixture.memory.log(&[json!({"message": number})]);
    }
    assert_eq!(events.event().await.kind, "start");
    for seq in 1..=1_000_u64 {
        assert_eq!(events.event().await.id, seq.to_string());
    }
    fixture.memory.log(&[json!({"message": "last"})]);
    assert_eq!(events.event().await.id, "1001");
}

/// A small generator, so that a failing run can be repeated by its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn however_often_a_client_leaves_it_gets_every_record_once_and_in_order() {
    let seed = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), "seed");
    println!("seed {seed}");
    let fixture = Fixture::new();
    let memory = Arc::clone(&fixture.memory);
    let writer = std::thread::spawn(move || {
        let mut random = Random(seed);
        let mut errors = Vec::new();
        for _ in 0..3_000 {
            let records: Vec<Value> = (0..=random.below(5))
                .map(|_| json!({"level": if random.below(3) == 0 { "ERROR" } else { "INFO" }}))
                .collect();
            let last = memory.log(&records);
            let first = last + 1 - records.len() as u64;
            errors.extend(
                (first..=last)
                    .zip(&records)
                    .filter(|(_, r)| r["level"] == "ERROR")
                    .map(|(seq, _)| seq),
            );
            if random.below(50) == 0 {
                std::thread::yield_now();
            }
        }
        errors.push(memory.log(&[json!({"level": "ERROR", "message": "last"})]));
        errors
    });

    let mut random = Random(seed ^ 0xff);
    let mut found: Vec<u64> = Vec::new();
    let mut position = "0".to_owned();
    let mut is_done = false;
    while !is_done {
        let question = get("stream?q=level:error").header("last-event-id", &position);
        let mut events = Events::open(&fixture, question).await;
        for _ in 0..=random.below(400) {
            let event = events.event().await;
            assert_ne!(event.kind, "gap");
            assert!(!event.id.is_empty());
            position.clone_from(&event.id);
            if event.is_record() {
                found.push(event.json()["seq"].as_u64().unwrap());
                is_done = event.json()["message"] == "last";
            }
            if is_done {
                break;
            }
        }
    }
    assert_eq!(found, writer.join().unwrap());
}

#[tokio::test]
async fn records_that_are_gone_are_told_as_a_gap() {
    let fixture = Fixture::new();
    for number in 0..10 {
        fixture.memory.log(&[json!({"message": number})]);
    }
    fixture.memory.forget_up_to(6);
    let mut events = Events::open(&fixture, get("stream").header("last-event-id", "3")).await;
    assert_eq!(events.event().await.kind, "start");
    let gap = events.event().await;
    assert_eq!(gap.kind, "gap");
    assert_eq!((&gap.json()["from"], &gap.json()["to"]), (&json!(4), &json!(6)));
    assert_eq!(events.event().await.id, "7");
}

#[tokio::test]
async fn a_cursor_of_a_log_that_is_no_more_begins_at_the_end_of_this_one() {
    let fixture = Fixture::new();
    fixture.memory.log(&[json!({"message": "old"})]);
    for cursor in ["900", "5.instance-2"] {
        let mut events =
            Events::open(&fixture, get("stream").header("last-event-id", cursor)).await;
        assert_eq!(events.event().await.kind, "start");
        assert_eq!(events.event().await.kind, "gap");
        let seq = fixture.memory.log(&[json!({"message": "new"})]);
        assert_eq!(events.event().await.id, seq.to_string(), "{cursor}");
    }
}

#[tokio::test]
async fn the_header_of_a_browser_that_comes_back_beats_the_address() {
    let fixture = Fixture::new();
    fixture.memory.log(&[json!({}), json!({}), json!({})].map(|_| json!({"message": "x"})));
    let question = get("stream?cursor=0").header("last-event-id", "2");
    let mut events = Events::open(&fixture, question).await;
    assert_eq!(events.event().await.id, "2");
    assert_eq!(events.event().await.id, "3");
}

#[tokio::test]
async fn at_shutdown_every_stream_says_goodbye_and_ends() {
    let fixture = Fixture::new();
    let mut streams = Vec::new();
    for _ in 0..3 {
        let mut events = Events::open(&fixture, get("stream")).await;
        events.event().await;
        streams.push(events);
    }
    let seq = fixture.memory.log(&[json!({"message": "last"})]);
    fixture.shutdown.trigger();
    for events in &mut streams {
        let mut last = events.event().await;
        if last.is_record() {
            last = events.event().await;
        }
        assert_eq!(last.kind, "end");
        assert_eq!(last.json()["reason"], "shutdown");
        assert!(last.id.parse::<u64>().unwrap() <= seq);
        assert_eq!(events.next().await, None);
    }
    let mut late = Events::open(&fixture, get("stream")).await;
    late.event().await;
    assert_eq!(late.event().await.kind, "end");
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_a_search_that_a_stream_waits_for() {
    let fixture = limited(|limits| limits.deadline = Duration::from_secs(60));
    fixture.memory.log(&[json!({"message": "x"})]);
    let mut events = Events::open(&fixture, get("stream?cursor=0")).await;
    events.event().await;
    fixture.memory.shut_gate();
    fixture.shutdown.trigger();
    assert_eq!(events.event().await.json()["reason"], "shutdown");
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_stream_ends_after_a_while_and_the_client_goes_on_where_it_was() {
    let fixture = limited(|limits| limits.stream_life = Duration::ZERO);
    fixture.memory.log(&[json!({"message": "x"}), json!({"message": "y"})]);
    let mut events = Events::open(&fixture, get("stream")).await;
    assert_eq!(events.event().await.kind, "start");
    let end = events.event().await;
    assert_eq!((&*end.kind, &*end.id, &*end.retry), ("end", "2", "2000"));
    assert_eq!(end.json()["reason"], "time");
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_quiet_stream_gives_signs_of_life_that_move_the_clients_position() {
    let fixture = limited(|limits| limits.keep_alive = Duration::from_millis(1));
    let mut events = Events::open(&fixture, get("stream?level=error")).await;
    events.event().await;
    fixture.memory.log(&[json!({"level": "INFO"}), json!({"level": "INFO"})]);
    loop {
        let event = events.next().await.unwrap();
        assert!(event.is_comment && event.data.is_empty() && event.kind.is_empty());
        if event.id == "2" {
            break;
        }
    }
}

#[tokio::test]
async fn past_the_bound_viewers_are_refused_until_one_leaves() {
    let fixture = limited(|limits| limits.viewers = 2);
    let one = Events::open(&fixture, get("stream")).await;
    let _two = Events::open(&fixture, get("stream")).await;
    let refused = fixture.send(get("stream").token(VIEWER)).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.header("retry-after"), "10");
    assert_eq!(fixture.get("health").await.json()["viewers"], 2);
    drop(one);
    Events::open(&fixture, get("stream")).await;
}

#[tokio::test]
async fn a_place_whose_time_is_long_up_is_given_away() {
    let viewers = Arc::new(Viewers::new(1));
    let now = Instant::now();
    let dead = viewers.enter(now, now + Duration::from_secs(600)).unwrap();
    assert!(viewers.enter(now + Duration::from_secs(620), now).is_none());
    let later = now + Duration::from_secs(631);
    let alive = viewers.enter(later, later + Duration::from_secs(600)).unwrap();
    drop(dead);
    assert_eq!(viewers.count(), 1, "the dead one gives back nothing that is not its own");
    drop(alive);
    assert_eq!(viewers.count(), 0);
}

#[tokio::test]
async fn nothing_is_gathered_once_every_viewer_has_left() {
    let fixture = Fixture::new();
    let events = Events::open(&fixture, get("stream")).await;
    assert!(fixture.memory.feed.is_watched());
    drop(events);
    assert!(!fixture.memory.feed.is_watched());
    fixture.send(get("stream?cursor=x").token(VIEWER)).await;
    assert!(!fixture.memory.feed.is_watched());
}
