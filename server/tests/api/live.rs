//! `/ws/live`: the live connection of a browser tab.

use std::time::Duration;

use domain::{
    ServerId,
    fleet::OpenIncidents,
    live::{Bell, FromBrowser, FromServer, REQUEST_MAX, VERSION, decode, encode},
};
use futures::{SinkExt, StreamExt};
use serde_json::json;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::HeaderValue},
};

use crate::harness::{Client, TestServer, dead_server, eventually};

/// A browser's end of the connection.
struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What ended a connection.
#[derive(Debug, PartialEq)]
struct Closed(u16);

impl Socket {
    /// Connects with these headers; the status when it is refused.
    async fn with(server: &TestServer, headers: &[(&'static str, String)]) -> Result<Self, u16> {
        let mut request = server.live_url().into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    async fn of(server: &TestServer, client: &Client) -> Self {
        let mut socket = Self::with(server, &[bearer(client)]).await.unwrap();
        assert!(matches!(socket.next().await, Ok(FromServer::Welcome { version: VERSION, .. })));
        socket
    }

    async fn ask(&mut self, request: FromBrowser) {
        self.0.send(Message::Binary(encode(&request).unwrap().into())).await.unwrap();
    }

    /// The next message that was asked for, or how the connection was closed. What the bell says comes without being asked for.
    async fn next(&mut self) -> Result<FromServer, Closed> {
        loop {
            match self.frame().await {
                Ok(FromServer::Bell(_)) => {}
                other => return other,
            }
        }
    }

    /// What the bell says as soon as it is as wanted, and how often it spoke until then.
    async fn bell(&mut self, is_wanted: impl Fn(&Bell) -> bool) -> (Bell, usize) {
        let mut words = 0;
        loop {
            if let FromServer::Bell(bell) = self.frame().await.unwrap() {
                words += 1;
                if is_wanted(&bell) {
                    return (bell, words);
                }
            }
        }
    }

    async fn frame(&mut self) -> Result<FromServer, Closed> {
        loop {
            let frame = timeout(Duration::from_secs(10), self.0.next()).await.expect("a frame in time");
            match frame {
                Some(Ok(Message::Binary(bytes))) => return Ok(decode(&bytes).unwrap()),
                Some(Ok(Message::Close(frame))) => return Err(Closed(frame.map_or(1005, |frame| frame.code.into()))),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(Closed(1006)),
            }
        }
    }

    /// Reads until the connection is closed.
    async fn end(&mut self) -> Closed {
        loop {
            if let Err(closed) = self.next().await {
                return closed;
            }
        }
    }
}

fn bearer(client: &Client) -> (&'static str, String) {
    ("authorization", format!("Bearer {}", client.token))
}

#[tokio::test]
async fn the_fleet_comes_first_then_what_changes() {
    let (server, admin) = TestServer::with_admin().await;
    admin.post("/api/servers", dead_server("web-1")).await;
    let mut socket = Socket::of(&server, &admin).await;
    socket.ask(FromBrowser::WatchFleet).await;
    let Ok(FromServer::Fleet(fleet)) = socket.next().await else { panic!("no fleet") };
    assert_eq!(fleet.rows.iter().map(|row| row.meta.name.as_str()).collect::<Vec<_>>(), ["web-1"]);

    let id = ServerId(admin.post("/api/servers", dead_server("web-2")).await.number("server_id"));
    loop {
        let Ok(FromServer::FleetDelta(delta)) = socket.next().await else { panic!("no delta") };
        if delta.metas.iter().any(|(added, meta)| *added == id && meta.name == "web-2") {
            break;
        }
    }
    admin.delete(&format!("/api/servers/{id}")).await;
    loop {
        let Ok(FromServer::FleetDelta(delta)) = socket.next().await else { panic!("no delta") };
        if delta.removed.contains(&id) {
            break;
        }
    }
}

#[tokio::test]
async fn one_server_comes_as_a_whole_and_then_sample_by_sample() {
    let server = TestServer::start(|_| {}, |options| options.watch_self = true).await;
    let admin = server.set_up().await;
    let id = ServerId(admin.get("/api/servers").await.body[0]["id"].as_i64().unwrap());
    let mut socket = Socket::of(&server, &admin).await;
    socket.ask(FromBrowser::WatchServer(id)).await;
    let Ok(FromServer::Server(snapshot)) = socket.next().await else { panic!("no snapshot") };
    assert_eq!(snapshot.server.id, id);
    let mut samples = 0;
    while samples < 3 {
        if let FromServer::Sample(sample) = socket.next().await.unwrap() {
            assert!(sample.memory.total > 0);
            samples += 1;
        }
    }
    socket.ask(FromBrowser::Unwatch).await;
    socket.ask(FromBrowser::Ping).await;
    while !matches!(socket.next().await.unwrap(), FromServer::Pong { .. }) {}

    socket.ask(FromBrowser::WatchServer(ServerId(999_999))).await;
    assert_eq!(socket.next().await, Ok(FromServer::Gone));
}

#[tokio::test]
async fn a_watched_server_that_is_deleted_is_said_to_be_gone() {
    let (server, admin) = TestServer::with_admin().await;
    let id = ServerId(admin.post("/api/servers", dead_server("web-1")).await.number("server_id"));
    let mut socket = Socket::of(&server, &admin).await;
    socket.ask(FromBrowser::WatchServer(id)).await;
    assert!(matches!(socket.next().await, Ok(FromServer::Server(_))));
    admin.delete(&format!("/api/servers/{id}")).await;
    while socket.next().await.unwrap() != FromServer::Gone {}
    socket.ask(FromBrowser::Ping).await;
    assert!(matches!(socket.next().await, Ok(FromServer::Pong { .. })));
}

#[tokio::test]
async fn logging_out_ends_the_connection_at_once() {
    let (server, admin) = TestServer::with_admin().await;
    let mut socket = Socket::of(&server, &admin).await;
    socket.ask(FromBrowser::WatchFleet).await;
    socket.next().await.unwrap();
    admin.post("/api/auth/logout", json!({})).await;
    while socket.next().await.unwrap() != FromServer::LoggedOut {}
    assert_eq!(socket.next().await, Err(Closed(4401)));
}

#[tokio::test]
async fn disabling_an_account_ends_its_connections_only() {
    let (server, admin) = TestServer::with_admin().await;
    let user = server.member(&admin, "user").await;
    let id = user.get("/api/users/me").await.number("id");
    let mut theirs = Socket::of(&server, &user).await;
    let mut ours = Socket::of(&server, &admin).await;
    admin.put(&format!("/api/users/{id}"), json!({"is_active": false})).await;
    assert_eq!(theirs.end().await, Closed(4401));
    ours.ask(FromBrowser::Ping).await;
    assert!(matches!(ours.next().await, Ok(FromServer::Pong { .. })));
}

#[tokio::test]
async fn only_who_is_logged_in_connects_and_by_cookie_only_from_our_own_pages() {
    let (server, admin) = TestServer::with_admin().await;
    let cookie = ("cookie", format!("sm_session={}", admin.token));
    let origin = |origin: &str| ("origin", origin.to_owned());
    let own = server.live_url().replace("ws://", "http://").replace("/ws/live", "");
    assert_eq!(Socket::with(&server, &[]).await.err(), Some(401));
    assert_eq!(Socket::with(&server, &[("cookie", "sm_session=x".to_owned())]).await.err(), Some(401));
    assert_eq!(Socket::with(&server, &[cookie.clone(), origin("https://evil.example")]).await.err(), Some(403));
    assert!(Socket::with(&server, &[cookie, origin(&own)]).await.is_ok());
    assert!(Socket::with(&server, &[bearer(&admin), origin("https://evil.example")]).await.is_ok());
}

#[tokio::test]
async fn rubbish_closes_the_connection_with_a_code_that_says_so() {
    let (server, admin) = TestServer::with_admin().await;
    for frame in
        [Message::Text("{}".into()), Message::Binary(vec![0xff; 20].into()), Message::Binary(Vec::new().into())]
    {
        let mut socket = Socket::of(&server, &admin).await;
        socket.0.send(frame).await.unwrap();
        assert_eq!(socket.end().await, Closed(4400));
    }
    let mut socket = Socket::of(&server, &admin).await;
    socket.0.send(Message::Binary(vec![0; REQUEST_MAX + 1].into())).await.unwrap();
    let Closed(code) = socket.end().await;
    assert_ne!(code, 1000);
}

#[tokio::test]
async fn one_account_cannot_open_connections_without_end() {
    let server = TestServer::start(|network| network.max_streams_per_user = 2, |_| {}).await;
    let admin = server.set_up().await;
    let other = server.member(&admin, "user").await;
    let first = Socket::of(&server, &admin).await;
    let _second = Socket::of(&server, &admin).await;
    assert_eq!(Socket::with(&server, &[bearer(&admin)]).await.err(), Some(429));
    assert!(Socket::with(&server, &[bearer(&other)]).await.is_ok());
    drop(first);
    eventually("the place is free again", async || Socket::with(&server, &[bearer(&admin)]).await.ok()).await;
}

#[tokio::test]
async fn a_reader_that_takes_nothing_holds_nobody_up() {
    let (server, admin) = TestServer::with_admin().await;
    let mut deaf = Socket::of(&server, &admin).await;
    deaf.ask(FromBrowser::WatchFleet).await;
    let mut reader = Socket::of(&server, &admin).await;
    reader.ask(FromBrowser::WatchFleet).await;
    for number in 0..20 {
        admin.post("/api/tags", json!({"name": format!("tag-{number}")})).await;
    }
    loop {
        let labels = match reader.next().await.unwrap() {
            FromServer::Fleet(fleet) => Some(fleet.tags),
            FromServer::FleetDelta(delta) => delta.labels.map(|(_, tags)| tags),
            _ => None,
        };
        if labels.is_some_and(|tags| tags.len() == 20) {
            break;
        }
    }
}

#[tokio::test]
async fn connections_are_told_when_the_program_stops() {
    let (server, admin) = TestServer::with_admin().await;
    let mut socket = Socket::of(&server, &admin).await;
    socket.ask(FromBrowser::WatchFleet).await;
    let begin = std::time::Instant::now();
    let (closed, ()) = tokio::join!(socket.end(), server.program.stop());
    assert_eq!(closed, Closed(1001));
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn every_tab_hears_the_bell_within_a_second_and_each_person_their_own_count() {
    let (server, admin) = TestServer::with_admin().await;
    let other = server.member(&admin, "user").await;
    let mut idle = Socket::of(&server, &admin).await;
    let mut fleet = Socket::of(&server, &admin).await;
    fleet.ask(FromBrowser::WatchFleet).await;
    let mut theirs = Socket::of(&server, &other).await;
    let (first, words) = idle.bell(|_| true).await;
    assert_eq!((first.open, first.unseen, words), (0, 0, 1), "it says how it is at once");

    let id = ServerId(admin.post("/api/servers", dead_server("web-1")).await.number("server_id"));
    let written = async {
        loop {
            let open = admin.get("/api/incidents?open=true").await.body;
            if open.as_array().is_some_and(|open| open.len() == 1) {
                return (std::time::Instant::now(), open[0]["id"].as_i64().unwrap());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let rung = async {
        let bell = idle.bell(|bell| bell.open == 1).await.0;
        (std::time::Instant::now(), bell)
    };
    let ((written_at, incident), (rung_at, bell)) = tokio::join!(written, rung);
    assert_eq!(bell.unseen, 1);
    assert!(rung_at < written_at + Duration::from_secs(1), "{:?} late", rung_at - written_at);
    fleet.bell(|bell| bell.unseen == 1).await;
    let told = theirs.bell(|bell| bell.unseen == 1).await.0;

    // Who looks has seen it, in all tabs of that person, and nobody else has.
    admin.get(&format!("/api/incidents/{incident}")).await;
    idle.bell(|bell| (bell.open, bell.unseen) == (1, 0)).await;
    fleet.bell(|bell| (bell.open, bell.unseen) == (1, 0)).await;
    admin.post(&format!("/api/incidents/{incident}/actions"), json!({"action": "note", "text": "I look"})).await;
    let noted = theirs.bell(|bell| bell.version != told.version).await.0;
    assert_eq!((noted.open, noted.unseen), (1, 1), "what pages show of it is different, though the counts are not");

    admin.delete(&format!("/api/servers/{id}")).await;
    theirs.bell(|bell| bell.open == 0).await;
}

#[tokio::test]
async fn rows_and_the_page_of_a_server_have_its_open_incidents_as_they_change() {
    let (server, admin) = TestServer::with_admin().await;
    let id = ServerId(admin.post("/api/servers", dead_server("web-1")).await.number("server_id"));
    let mut fleet = Socket::of(&server, &admin).await;
    fleet.ask(FromBrowser::WatchFleet).await;
    let mut page = Socket::of(&server, &admin).await;
    page.ask(FromBrowser::WatchServer(id)).await;
    let of_row = async |fleet: &mut Socket, wanted: OpenIncidents| {
        loop {
            let open = match fleet.next().await.unwrap() {
                FromServer::Fleet(fleet) => fleet.rows.iter().find(|row| row.id == id).map(|row| row.incidents),
                FromServer::FleetDelta(delta) => {
                    delta.incidents.iter().find(|(of, _)| *of == id).map(|(_, open)| *open)
                }
                other => panic!("{other:?}"),
            };
            if open == Some(wanted) {
                return;
            }
        }
    };
    let of_page = async |page: &mut Socket, wanted: OpenIncidents| {
        loop {
            match page.next().await.unwrap() {
                FromServer::Incidents(open) if open == wanted => return,
                FromServer::Server(snapshot) if snapshot.incidents == wanted => return,
                _ => {}
            }
        }
    };
    let critical = OpenIncidents { critical: 1, ..OpenIncidents::default() };
    of_row(&mut fleet, critical).await;
    of_page(&mut page, critical).await;
    assert_eq!(admin.get("/api/stats/overview").await.body["unread_alerts"], 1);

    let incident = admin.get("/api/incidents?open=true").await.body[0]["id"].clone();
    let act = async |action: &str| {
        let answer = admin.post(&format!("/api/incidents/{incident}/actions"), json!({"action": action})).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    };
    act("acknowledge").await;
    let taken_on = OpenIncidents { acknowledged: 1, ..OpenIncidents::default() };
    of_row(&mut fleet, taken_on).await;
    of_page(&mut page, taken_on).await;
    // It is as it was after a restart.
    let server = server.restart().await;
    let admin = admin.at(&server);
    let mut fleet = Socket::of(&server, &admin).await;
    fleet.ask(FromBrowser::WatchFleet).await;
    let Ok(FromServer::Fleet(first)) = fleet.next().await else { panic!("no fleet") };
    assert_eq!(first.rows[0].incidents, taken_on);

    admin.post(&format!("/api/incidents/{incident}/actions"), json!({"action": "resolve"})).await;
    of_row(&mut fleet, OpenIncidents::default()).await;
}
