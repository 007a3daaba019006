//! What the metrics say.

use http::StatusCode;

use super::support::{Fixture, VIEWER, get, tokens};
use crate::api::Access;
use crate::api::limits::Limits;

async fn page(fixture: &Fixture) -> String {
    let answer = fixture.send(get("metrics").token(VIEWER)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    answer.text
}

#[tokio::test]
async fn every_figure_is_there_with_its_labels() {
    let page = page(&Fixture::new()).await;
    for line in [
        "nexolog_events_total{module=\"auth\",level=\"INFO\"} 12\n",
        "nexolog_events_total{module=\"a\\\"b\",level=\"INFO\"} 0\n",
        "nexolog_events_lost_total{cause=\"queue_full\",level=\"DEBUG\"} 2\n",
        "nexolog_events_lost_total{cause=\"disk_full\",level=\"ERROR\"} 1\n",
        "nexolog_events_suppressed_total{cause=\"rate_limit\"} 3\n",
        "nexolog_sink_lines_missed_total{sink=\"console\"} 4\n",
        "nexolog_written_bytes_total 4321\n",
        "nexolog_file_errors_total{doing=\"writing the main log\"} 7\n",
        "nexolog_queue_bytes 10\n",
        "nexolog_queue_capacity_bytes 100\n",
        "nexolog_writing 1\n",
        "nexolog_storage_bytes 4096\n",
        "nexolog_http_request_duration_seconds_count{route=\"/orders/{id}\",method=\"GET\",status=\"2xx\"} 1\n",
        "nexolog_stream_viewers 0\n",
    ] {
        assert!(page.contains(line), "{line} is missing in {page}");
    }
}

#[tokio::test]
async fn every_figure_is_told_once_and_explained() {
    let page = page(&Fixture::new()).await;
    let mut names: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|rest| rest.split(' ').next())
        .collect();
    assert!(names.len() > 15);
    for name in &names {
        assert!(page.contains(&format!("# HELP {name} ")), "{name}");
    }
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[tokio::test]
async fn searches_are_counted_and_so_are_those_that_find_no_room() {
    let fixture = Fixture::new();
    fixture.get("search").await;
    fixture.get("stats").await;
    fixture.get("health").await;
    let page = page(&fixture).await;
    assert!(page.contains("nexolog_search_duration_seconds_count 2\n"), "{page}");
    assert!(page.contains("nexolog_searches_refused_total 0\n"), "{page}");
    let fixture = Fixture::with(tokens(), Limits { waiting: 0, ..Limits::default() });
    assert_eq!(fixture.get("search").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let page = self::page(&fixture).await;
    assert!(page.contains("nexolog_searches_refused_total 1\n"), "{page}");
    // The store could not be looked at, and the rest is told all the same.
    assert!(!page.contains("nexolog_storage_bytes"), "{page}");
    assert!(page.contains("nexolog_writing 1\n"), "{page}");
}

#[tokio::test]
async fn it_takes_a_token() {
    let fixture = Fixture::new();
    assert_eq!(fixture.send(get("metrics")).await.status, StatusCode::UNAUTHORIZED);
    let open = Fixture::with(Access::open(), Limits::default());
    assert_eq!(open.send(get("metrics")).await.status, StatusCode::OK);
}
