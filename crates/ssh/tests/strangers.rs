//! Hosts that are no SSH server, are none any more, or misbehave: a clear error within the limits.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test shall panic")]

mod support;

use std::time::{Duration, Instant};

use futures::future::join_all;
use ssh::{ConnectError, HostKeyCheck, Limits, Phase, Target, connect, inspect_host_key};
use support::{error_of, password, short};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Accepts connections and does one thing with each, until it is dropped.
struct Stranger {
    port: u16,
    task: JoinHandle<()>,
}

impl Stranger {
    async fn that<F: Future<Output = ()> + Send>(mut answers: impl FnMut(TcpStream) -> F + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                answers(socket).await;
            }
        });
        Self { port, task }
    }

    /// One that says something and then listens without an answer.
    async fn that_says(words: &'static [u8]) -> Self {
        Self::that(move |mut socket| async move {
            let _ = socket.write_all(words).await;
            let _ = socket.read_to_end(&mut Vec::new()).await;
        })
        .await
    }

    /// The error of connecting to it, which must come within the limits.
    async fn error(&self) -> ConnectError {
        error_in_time("127.0.0.1", self.port).await
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn error_in_time(host: &str, port: u16) -> ConnectError {
    let target = Target { host: host.into(), port, user: "root".into(), auth: password("x"), through: None };
    let began = Instant::now();
    let error = error_of(connect(&target, HostKeyCheck::Pinned(&[]), &short()).await);
    assert!(began.elapsed() < Duration::from_secs(3), "{error} after {:?}", began.elapsed());
    error
}

#[tokio::test]
async fn a_host_that_accepts_and_says_nothing_times_out() {
    let timed_out = ConnectError::TimedOut { phase: Phase::Handshake };
    assert_eq!(Stranger::that_says(b"").await.error().await, timed_out);
    assert_eq!(Stranger::that_says(b"SSH-2.0-Mute_1.0\r\n").await.error().await, timed_out);
    let stranger = Stranger::that_says(b"").await;
    let began = Instant::now();
    let error = inspect_host_key("127.0.0.1", stranger.port, None, Duration::from_millis(300)).await.unwrap_err();
    assert_eq!(error, timed_out);
    assert!(began.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn what_does_not_speak_ssh_is_quoted() {
    let cases: [(&'static [u8], &str); 5] = [
        (b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "HTTP/1.1 400 Bad Request  Server: x"),
        (b"220 mail.example.org ESMTP\r\n", "220 mail.example.org ESMTP"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "\\u{15}\\u{3}\\u{1}\\u{0}\\u{2}\\u{2}F"),
        (b"SSH-1.5-Ancient\r\n", "SSH-1.5-Ancient"),
        (b"\x1b]0;owned\x07", "\\u{1b}]0;owned\\u{7}"),
    ];
    // At once, since some of them let time run out.
    let errors = cases.map(|(words, _)| async move { Stranger::that_says(words).await.error().await });
    for (error, (_, expected)) in join_all(errors).await.into_iter().zip(cases) {
        assert_eq!(error, ConnectError::NotSsh { greeting: expected.into() });
    }
}

#[tokio::test]
async fn a_flood_of_garbage_ends_at_once() {
    for garbage in [&[b'x'; 4096][..], &[0xff; 4096], &b"hello\r\n".repeat(600)] {
        let garbage = garbage.to_vec();
        let stranger = Stranger::that(move |mut socket| {
            let garbage = garbage.clone();
            async move { while socket.write_all(&garbage).await.is_ok() {} }
        })
        .await;
        let began = Instant::now();
        let error = stranger.error().await;
        assert!(matches!(&error, ConnectError::NotSsh { greeting } if greeting.chars().count() <= 121), "{error}");
        assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
    }
}

#[tokio::test]
async fn a_flood_of_valid_packets_before_the_login_is_bounded() {
    // SSH_MSG_IGNORE with 32 kB of data, in the clear as before a key exchange (RFC 4253, 6 and 11.2).
    let mut packet = vec![0, 0, 0x80, 12, 6, 2, 0, 0, 0x80, 0];
    packet.resize(4 + 0x800c, 0);
    let stranger = Stranger::that(move |mut socket| {
        let packet = packet.clone();
        async move {
            let _ = socket.write_all(b"SSH-2.0-Flood\r\n").await;
            while socket.write_all(&packet).await.is_ok() {}
        }
    })
    .await;
    let error = stranger.error().await;
    assert_eq!(error, ConnectError::Protocol("more than 512 kB before the login was done".into()));
}

#[tokio::test]
async fn a_packet_of_absurd_size_is_a_protocol_error() {
    let stranger = Stranger::that_says(b"SSH-2.0-Large\r\n\x7f\xff\xff\xff\x04\x14aaaaaaaaaaaaaaaaaaaaaaaa").await;
    let error = stranger.error().await;
    assert!(matches!(error, ConnectError::Protocol(_)), "{error}");
}

#[tokio::test]
async fn a_host_that_hangs_up_is_told_apart_and_its_reason_kept() {
    let stranger = Stranger::that(|socket| async move { drop(socket) }).await;
    assert_eq!(stranger.error().await, ConnectError::Closed { reason: None });
    let stranger = Stranger::that(|mut socket| async move {
        let _ = socket.write_all(b"Exceeded MaxStartups\r\n").await;
        // Not to reset the connection under the words.
        let _ = socket.shutdown().await;
        let _ = socket.read_to_end(&mut Vec::new()).await;
    })
    .await;
    assert_eq!(stranger.error().await, ConnectError::Closed { reason: Some("Exceeded MaxStartups".into()) });
}

#[tokio::test]
async fn a_port_without_a_listener_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert_eq!(error_in_time("127.0.0.1", address.port()).await, ConnectError::Refused { address });
}

#[tokio::test]
async fn every_address_of_a_name_is_tried() {
    // Most systems list ::1 first, where nobody listens.
    let stranger = Stranger::that_says(b"HTTP/1.1 400 Bad Request\r\n").await;
    let error = error_in_time("localhost", stranger.port).await;
    assert!(matches!(error, ConnectError::NotSsh { .. }), "{error}");
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_said_so() {
    for host in ["no-such-host.invalid", "", "a b", "host\nname"] {
        let error = error_in_time(host, 22).await;
        // Where there is no resolver to ask, time runs out.
        let expected =
            matches!(&error, ConnectError::NameNotResolved { .. } | ConnectError::TimedOut { phase: Phase::Resolve });
        assert!(expected, "{host:?}: {error}");
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_reached_is_said_so() {
    // A broadcast address takes no TCP connection, on any system and whatever its network is.
    let error = error_in_time("255.255.255.255", 22).await;
    assert!(matches!(error, ConnectError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn an_abandoned_attempt_leaves_no_connection_behind() {
    let (report, mut reports) = tokio::sync::mpsc::channel(1);
    let stranger = Stranger::that(move |mut socket| {
        let report = report.clone();
        async move {
            let _ = socket.write_all(b"SSH-2.0-Mute_1.0\r\n").await;
            let _ = socket.read_to_end(&mut Vec::new()).await;
            let _ = report.send(()).await;
        }
    })
    .await;
    let target = Target { host: "127.0.0.1".into(), port: stranger.port, user: "root".into(), auth: password("x"), through: None };
    let limits = Limits::default();
    let attempt = connect(&target, HostKeyCheck::Pinned(&[]), &limits);
    assert!(tokio::time::timeout(Duration::from_millis(200), attempt).await.is_err());
    tokio::time::timeout(Duration::from_secs(1), reports.recv()).await.unwrap().unwrap();
}
