//! Many searches, slow searches, and clients that leave.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::{Method, StatusCode};
use tokio::task::JoinSet;

use super::support::{ADMIN, Fixture, ask, get, tokens};
use crate::api::limits::Limits;
use crate::api::search_threads::{Refused, SearchThreads};

fn limited(waiting: usize) -> Arc<Fixture> {
    let limits = Limits { waiting, deadline: Duration::from_secs(60), ..Limits::default() };
    Arc::new(Fixture::with(tokens(), limits))
}

#[tokio::test]
async fn fault_65_past_two_that_run_and_those_that_may_wait_searches_are_refused() {
    let fixture = limited(3);
    fixture.memory.shut_gate();
    let mut searches = Vec::new();
    for running in 1..=2 {
        let fixture = Arc::clone(&fixture);
        searches.push(tokio::spawn({
            let fixture = Arc::clone(&fixture);
            async move { fixture.get("search").await.status }
        }));
        tokio::task::spawn_blocking(move || fixture.memory.await_waiting(running)).await.unwrap();
    }
    for _ in 0..3 {
        let fixture = Arc::clone(&fixture);
        searches.push(tokio::spawn(async move { fixture.get("search").await.status }));
        tokio::task::yield_now().await;
    }
    let answer = fixture.get("search").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(fixture.memory.asked.load(Ordering::SeqCst), 2, "only two run at once");
    fixture.memory.open_gate();
    for search in searches {
        assert_eq!(search.await.unwrap(), StatusCode::OK);
    }
}

#[tokio::test]
async fn fault_65_of_a_thousand_searches_at_once_the_most_are_told_to_come_back() {
    let fixture = limited(64);
    fixture.memory.shut_gate();
    let mut searches = JoinSet::new();
    for _ in 0..1_000 {
        let fixture = Arc::clone(&fixture);
        searches.spawn(async move {
            let answer = fixture.get("search").await;
            let comes_back = answer.header("retry-after") == "1";
            assert_eq!(comes_back, answer.status == StatusCode::SERVICE_UNAVAILABLE);
            (answer.status, fixture.memory.asked.load(Ordering::SeqCst))
        });
    }
    let mut refused = 0;
    while let Some(answer) = searches.join_next().await {
        let (status, asked) = answer.unwrap();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            assert!(asked <= 2, "no more than two ran: {asked}");
            refused += 1;
        } else {
            assert_eq!(status, StatusCode::OK);
        }
        // Two run and 64 wait at the most, so all others are refused before any is done.
        if refused == 1_000 - 66 {
            fixture.memory.open_gate();
        }
    }
    assert!((1_000 - 66..=1_000 - 64).contains(&refused), "{refused}");
}

#[tokio::test]
async fn fault_63_hostile_expressions_of_many_clients_are_taken_as_text_with_a_warning() {
    let fixture = limited(64);
    let mut searches = JoinSet::new();
    for source in
        ["(a{1000}){1000}", "\\p{L}{500}", "((a*)*)*(", "x".repeat(2_000).as_str()].repeat(16)
    {
        let fixture = Arc::clone(&fixture);
        let path = format!(
            "search?q=%2f{}%2f",
            source.replace('{', "%7b").replace('}', "%7d").replace('\\', "%5c")
        );
        searches.spawn(async move { fixture.get(&path).await });
    }
    while let Some(answer) = searches.join_next().await {
        let answer = answer.unwrap();
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert_eq!(answer.json()["warnings"].as_array().unwrap().len(), 1, "{}", answer.text);
    }
}

#[tokio::test]
async fn a_search_stops_when_its_client_leaves() {
    let fixture = limited(3);
    fixture.memory.shut_gate();
    let search = tokio::spawn({
        let fixture = Arc::clone(&fixture);
        async move { fixture.get("search").await.status }
    });
    let memory = Arc::clone(&fixture.memory);
    tokio::task::spawn_blocking(move || memory.await_waiting(1)).await.unwrap();
    search.abort();
    let memory = Arc::clone(&fixture.memory);
    tokio::task::spawn_blocking(move || memory.await_stopped(1)).await.unwrap();
}

#[tokio::test]
async fn fault_63_a_search_that_takes_too_long_answers_with_what_it_has() {
    let limits = Limits { deadline: Duration::from_millis(20), ..Limits::default() };
    let fixture = Fixture::with(tokens(), limits);
    fixture.memory.shut_gate();
    let answer = fixture.get("search").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["complete"], false);
}

#[tokio::test]
async fn health_answers_while_every_search_thread_is_taken() {
    let limits = Limits { patience: Duration::from_millis(10), ..Limits::default() };
    let fixture = Arc::new(Fixture::with(tokens(), limits));
    fixture.memory.shut_gate();
    for running in 1..=2 {
        let other = Arc::clone(&fixture);
        tokio::spawn(async move { other.get("search").await });
        let memory = Arc::clone(&fixture.memory);
        tokio::task::spawn_blocking(move || memory.await_waiting(running)).await.unwrap();
    }
    let health = fixture.get("health").await;
    assert_eq!(health.status, StatusCode::OK);
    assert_eq!(health.json()["complete"], false);
    fixture.memory.open_gate();
}

#[tokio::test]
async fn a_cleanup_goes_on_when_its_client_leaves() {
    let fixture = limited(3);
    fixture.memory.shut_gate();
    for running in 1..=2 {
        let other = Arc::clone(&fixture);
        tokio::spawn(async move { other.get("search").await });
        let memory = Arc::clone(&fixture.memory);
        tokio::task::spawn_blocking(move || memory.await_waiting(running)).await.unwrap();
    }
    let leaving = tokio::spawn({
        let fixture = Arc::clone(&fixture);
        async move { fixture.send(ask(Method::DELETE, "cleanup?older_than_days=1").token(ADMIN)).await }
    });
    tokio::task::yield_now().await;
    leaving.abort();
    fixture.memory.open_gate();
    // Both threads are free again once this is answered, so the clean-up before it is done.
    fixture.send(get("health").token(ADMIN)).await;
    fixture.send(get("health").token(ADMIN)).await;
    let memory = Arc::clone(&fixture.memory);
    tokio::task::spawn_blocking(move || {
        while memory.notes.lock().unwrap().is_empty() {
            std::thread::yield_now();
        }
    })
    .await
    .unwrap();
    assert_eq!(fixture.memory.cleanups.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn work_that_panics_costs_its_own_answer_only() {
    let threads = SearchThreads::new(4);
    for _ in 0..5 {
        let answer: Result<(), Refused> = threads.run(|| panic!("a fault in a search")).await;
        assert_eq!(answer, Err(Refused::Failed));
    }
    assert_eq!(threads.run(|| 7).await, Ok(7));
}
