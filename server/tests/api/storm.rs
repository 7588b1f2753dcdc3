//! Many real servers lost at once, and back.

use std::{
    net::{Ipv4Addr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use sshd_fixture::{Options, Sshd};

use crate::{
    harness::{Client, TestServer, eventually_within},
    mail_server::MailServer,
    notifications::{made, mail},
};

/// How many sshds there are, and how many addresses each has: one listens on 16 at most. The end of an sshd is the end of all of its servers.
const SSHDS: u8 = 4;
const ADDRESSES: u8 = 10;
const SERVERS: u8 = SSHDS * ADDRESSES;
/// For how long they are away.
const AWAY: Duration = Duration::from_secs(15);

/// An sshd on addresses of its own, and the port that they share.
fn sshd(number: u8) -> (Sshd, u16) {
    let port = TcpListener::bind((address(number, 0), 0)).unwrap().local_addr().unwrap().port();
    let options = (0..ADDRESSES).fold(Options::default(), |options, place| {
        options.with(&format!("ListenAddress {}:{port}", address(number, place)))
    });
    (Sshd::start(options).unwrap(), port)
}

fn address(sshd: u8, place: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 9, 1 + sshd * ADDRESSES + place)
}

async fn online(admin: &Client, count: u8) {
    eventually_within(Duration::from_secs(40), "the servers", async || {
        let overview = admin.get("/api/stats/overview").await.body;
        (overview["online_servers"] == json!(count)).then_some(())
    })
    .await;
}

/// The subjects of what was told until now.
fn subjects(smtp: &MailServer) -> Vec<String> {
    smtp.mails().iter().map(|mail| mail["headers"]["subject"].as_str().unwrap().to_owned()).collect()
}

/// Of how many servers was told by subjects that begin so.
fn told(smtp: &MailServer, occasion: &str) -> usize {
    let subjects = subjects(smtp);
    let counts = subjects
        .iter()
        .filter_map(|subject| subject.strip_prefix(occasion))
        .map(|whom| whom.strip_suffix(" servers").map_or(1, |count| count.parse().unwrap()));
    counts.sum()
}

#[tokio::test]
async fn servers_that_are_lost_at_once_are_one_message_and_one_when_all_are_back() {
    let (server, admin) = TestServer::with_admin().await;
    let smtp = MailServer::start(&[]);
    made(&admin, "/api/channels", mail(smtp.port)).await;
    let mut sshds: Vec<(Sshd, u16)> = (0..SSHDS).map(sshd).collect();
    for (number, (sshd, port)) in (0..).zip(&sshds) {
        let (key, fingerprint) = (sshd.client_key_pem().unwrap(), sshd.host_key_fingerprint().unwrap());
        for place in 0..ADDRESSES {
            let host = address(number, place).to_string();
            let new = json!({
                "name": format!("node {host}"), "host": host, "port": port, "username": sshd.user(),
                "private_key": key, "host_key_fingerprint": fingerprint,
            });
            made(&admin, "/api/servers", new).await;
        }
    }
    online(&admin, SERVERS).await;

    sshds.iter_mut().for_each(|(sshd, _)| sshd.stop());
    // What tries to reach one of them meanwhile is counted.
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tries);
    let listener = tokio::net::TcpListener::bind((address(0, 0), sshds[0].1)).await.unwrap();
    let counter = tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    let everything = usize::from(SERVERS);
    let begin = "Critical: Server offline on ";
    eventually_within(Duration::from_secs(40), "the mails that they are lost", async || {
        (told(&smtp, begin) >= everything).then_some(())
    })
    .await;
    assert_eq!(subjects(&smtp), [format!("{begin}{SERVERS} servers")]);
    tokio::time::sleep(AWAY).await;
    counter.abort();
    let _ = counter.await;
    let tries = tries.load(Ordering::Relaxed);
    assert!((1..=8).contains(&tries), "a server that is away is tried ever more seldom, not {tries} times");

    let logged = |sshds: &[(Sshd, u16)]| {
        sshds.iter().map(|(sshd, _)| sshd.log().matches("Connection from ").count()).sum::<usize>()
    };
    let before = logged(&sshds);
    sshds.iter_mut().for_each(|(sshd, _)| sshd.restart().unwrap());
    let end = "Over: Server offline on ";
    eventually_within(Duration::from_secs(90), "the mails that they are back", async || {
        (told(&smtp, end) >= everything).then_some(())
    })
    .await;
    online(&admin, SERVERS).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(subjects(&smtp), [format!("{begin}{SERVERS} servers"), format!("{end}{SERVERS} servers")]);
    let connections = logged(&sshds) - before;
    assert!(connections <= everything + 5, "{connections} connections of {SERVERS} servers that came back");
    assert_eq!(admin.get("/api/incidents?open=true").await.body, Value::Array(Vec::new()));
    drop(server);
}
