//! `/api/stream`: the fleet as Server-Sent Events.

use std::time::Duration;

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::harness::{Client, TestServer, dead_server};

/// Reads events one by one.
struct Events {
    response: Response,
    text: String,
}

impl Events {
    async fn of(client: &Client) -> Self {
        let response = client.request(Method::GET, "/api/stream").send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// The next event's name and data; `None` at the end.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let line = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                let found = line("event:").zip(line("data:"));
                let found = found.map(|(name, data)| (name.to_owned(), serde_json::from_str(data).unwrap()));
                self.text = rest.to_owned();
                if found.is_some() {
                    return found;
                }
            } else {
                let chunk = timeout(Duration::from_secs(10), self.response.chunk()).await.expect("an event in time");
                self.text.push_str(std::str::from_utf8(&chunk.ok()??).unwrap());
            }
        }
    }
}

#[tokio::test]
async fn the_fleet_comes_first_then_what_changes() {
    let (_server, admin) = TestServer::with_admin().await;
    admin.post("/api/servers", dead_server("web-1")).await;
    let mut events = Events::of(&admin).await;
    let (name, fleet) = events.next().await.unwrap();
    assert_eq!((name.as_str(), &fleet["rows"][0]["meta"]["name"]), ("fleet", &json!("web-1")));

    let id = admin.post("/api/servers", dead_server("web-2")).await.number("server_id");
    loop {
        let (name, delta) = events.next().await.unwrap();
        assert_eq!(name, "delta");
        let added = delta["metas"].as_array().unwrap().iter().find(|meta| meta[0] == id).cloned();
        if let Some(added) = added {
            assert_eq!(added[1]["name"], "web-2");
            break;
        }
    }
}

#[tokio::test]
async fn the_stream_ends_with_the_session() {
    let (_server, admin) = TestServer::with_admin().await;
    let mut events = Events::of(&admin).await;
    events.next().await.unwrap();
    admin.post("/api/auth/logout", json!({})).await;
    while events.next().await.is_some() {}
}

#[tokio::test]
async fn the_stream_ends_when_the_program_stops() {
    let (server, admin) = TestServer::with_admin().await;
    let mut events = Events::of(&admin).await;
    events.next().await.unwrap();
    let begin = std::time::Instant::now();
    server.program.stop().await;
    assert!(begin.elapsed() < Duration::from_secs(5));
    while events.next().await.is_some() {}
}

#[tokio::test]
async fn one_account_cannot_open_streams_without_end() {
    let server = TestServer::start(|network| network.max_streams_per_user = 2, |_| {}).await;
    let admin = server.set_up().await;
    let _first = Events::of(&admin).await;
    let second = Events::of(&admin).await;
    admin.get("/api/stream").await.is_refusal(StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
    drop(second);
    crate::harness::eventually("the place is free again", async || {
        let response = admin.request(Method::GET, "/api/stream").send().await.unwrap();
        (response.status() == 200).then_some(())
    })
    .await;
}
