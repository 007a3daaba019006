use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::Value;
use tokio::time::timeout;

use super::Client;

/// A live stream, read event by event.
pub(crate) struct Stream {
    response: Response,
    text: String,
}

/// One server-sent event.
#[derive(Debug, Default)]
pub(crate) struct Event {
    /// `message` where the stream names none.
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) data: String,
}

impl Stream {
    /// Opens a stream, and waits for its first event: from there on it misses nothing.
    pub(crate) async fn open(client: &Client, query: &str) -> Stream {
        let path = format!("/api/v1/logs/stream?{query}");
        let response = client.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let mut stream = Stream { response, text: String::new() };
        assert_eq!(stream.next().await.expect("a stream starts with an event").kind, "start");
        stream
    }

    /// The next event; `None` at the end of the response.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let event = Event::parse(event);
                self.text = String::from(rest);
                match event {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let chunk = timeout(Duration::from_secs(30), self.response.chunk()).await;
            let chunk = chunk.expect("the stream fell silent").unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next record, whatever other events come between.
    pub(crate) async fn record(&mut self) -> Option<(String, Value)> {
        while let Some(event) = self.next().await {
            if event.kind == "message" {
                return Some((event.id, serde_json::from_str(&event.data).unwrap()));
            }
        }
        None
    }
}

impl Event {
    /// `None` for a comment or an id alone, which are no events.
    fn parse(text: &str) -> Option<Event> {
        let mut event = Event { kind: "message".to_owned(), ..Event::default() };
        for line in text.lines() {
            let (name, value) = line.split_once(": ").unwrap_or((line, ""));
            match name {
                "event" => value.clone_into(&mut event.kind),
                "id" => value.clone_into(&mut event.id),
                "data" => event.data.push_str(value),
                _ => {}
            }
        }
        (!event.data.is_empty()).then_some(event)
    }
}
