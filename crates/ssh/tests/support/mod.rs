//! What the tests of this folder share: a target for a server of the fixture, and short time limits.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test file uses a part of it, and a failed test shall panic"
)]

use std::time::{Duration, Instant};

use domain::Secret;
use ssh::{Auth, ConnectError, Connection, Event, HostKeyCheck, Limits, Stream, Target, connect};
use sshd_fixture::Sshd;

/// Limits that a test need not wait long for.
pub fn short() -> Limits {
    let second = Duration::from_secs(1);
    Limits { connect: second, handshake: second, start: second, write: second, ..Limits::default() }
}

pub fn password(text: &str) -> Auth {
    Auth::Password(Secret::new(text))
}

pub fn key(pem: impl Into<String>, passphrase: Option<&str>) -> Auth {
    Auth::PrivateKey { pem: Secret::new(pem), passphrase: passphrase.map(Secret::new) }
}

pub fn target(sshd: &Sshd, user: &str, auth: Auth) -> Target {
    Target { host: sshd.host(), port: sshd.port(), user: user.to_owned(), auth, through: None }
}

/// Connects as `user` to a server whose host key is trusted.
pub async fn log_in_as(sshd: &Sshd, user: &str, auth: Auth) -> Result<Connection, ConnectError> {
    let trusted = [sshd.host_key_fingerprint().unwrap()];
    connect(&target(sshd, user, auth), HostKeyCheck::Pinned(&trusted), &Limits::default()).await
}

/// Connects as the tests' own user, by the fixture's key.
pub async fn log_in(sshd: &Sshd) -> Connection {
    log_in_as(sshd, &sshd.user(), key(sshd.client_key_pem().unwrap(), None)).await.unwrap()
}

/// The error of something that must fail.
pub fn error_of<T>(result: Result<T, ConnectError>) -> ConnectError {
    match result {
        Ok(_) => panic!("it should have failed"),
        Err(error) => error,
    }
}

/// Everything that a command writes until it is over: standard output, standard error, exit status.
pub async fn finish(mut stream: Stream) -> (String, String, Option<u32>) {
    let (mut stdout, mut stderr, mut exit) = (Vec::new(), Vec::new(), None);
    while let Some(event) = tokio::time::timeout(Duration::from_secs(20), stream.next()).await.unwrap() {
        match event {
            Event::Stdout(bytes) => stdout.extend_from_slice(&bytes),
            Event::Stderr(bytes) => stderr.extend_from_slice(&bytes),
            Event::Exit { status } => exit = Some(status),
            Event::Killed { signal } => panic!("killed by {signal}"),
        }
    }
    (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap(), exit)
}

/// Runs a command to its end and gives its standard output.
pub async fn output_of(connection: &Connection, command: &str) -> String {
    finish(connection.start(command).await.unwrap()).await.0
}

/// Waits until something is so, at most five seconds.
pub async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(5), "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
