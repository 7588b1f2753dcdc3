//! Servers that are wrong in some way: each gets a clear reason on its row, and a good one beside it is not disturbed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod support;

use std::time::Duration;

use domain::{
    Secret,
    servers::NewServer,
    status::{ReasonCode, Status},
};
use sshd_fixture::{KeyKind, Options, Sshd, TempUser, is_root};
use support::{World, entry_for};
use tokio::{io::AsyncWriteExt, net::TcpListener};

const WITHIN_TEN: Duration = Duration::from_secs(10);
const MINUTE_MS: i64 = 60_000;

/// Adds a bad server beside a good one and waits for its reason; the good one stays online meanwhile.
async fn expect_reason(bad: NewServer, code: ReasonCode) -> (World, domain::servers::Server) {
    let (world, good) = (World::new().await, Sshd::start(Options::default()).unwrap());
    let good_id = world.add(entry_for(&good)).await;
    let id = world.add(bad).await;
    let server = world.wait_for_reason(id, code, WITHIN_TEN).await;
    world.wait_for_status(good_id, Status::Online, WITHIN_TEN).await;
    let message = &server.reason.as_ref().unwrap().message;
    assert!(message.len() > 20 && message.ends_with(['.', '?']), "{message}");
    (world, server)
}

fn somewhere(host: &str, port: u16) -> NewServer {
    NewServer {
        name: "Bad".to_owned(),
        host: host.to_owned(),
        port,
        username: "root".to_owned(),
        password: Some(Secret::new("wrong")),
        host_key_fingerprint: Some(format!("SHA256:{}", "A".repeat(43))),
        interval_secs: 1,
        ..NewServer::default()
    }
}

fn minutes_until_next_try(server: &domain::servers::Server) -> i64 {
    (server.next_try_ms.unwrap() - server.since_ms.unwrap()) / MINUTE_MS
}

#[tokio::test]
async fn an_unknown_name() {
    expect_reason(somewhere("no-such-host.invalid", 22), ReasonCode::NameNotResolved).await;
}

#[tokio::test]
async fn a_port_that_nothing_listens_on() {
    expect_reason(somewhere("127.0.0.77", 1), ReasonCode::ConnectionRefused).await;
}

#[tokio::test]
async fn a_host_that_accepts_and_says_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    expect_reason(somewhere("127.0.0.1", port), ReasonCode::TimedOut).await;
}

#[tokio::test]
async fn a_port_that_speaks_http() {
    let port = serve(|mut socket| async move {
        let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    })
    .await;
    let (_, server) = expect_reason(somewhere("127.0.0.1", port), ReasonCode::NotSsh).await;
    assert!(server.reason.unwrap().message.contains("HTTP/1.1"));
}

#[tokio::test]
async fn a_host_that_floods() {
    let port = serve(|mut socket| async move { while socket.write_all(&[b'x'; 65_536]).await.is_ok() {} }).await;
    expect_reason(somewhere("127.0.0.1", port), ReasonCode::NotSsh).await;
}

#[tokio::test]
async fn a_shell_that_floods_instead_of_running_the_probe() {
    let sshd = Sshd::start(Options { force_command: Some("yes".to_owned()), ..Options::default() }).unwrap();
    expect_reason(entry_for(&sshd), ReasonCode::CommandRefused).await;
}

#[tokio::test]
async fn a_wrong_password_is_not_tried_again_for_minutes() {
    if !is_root() {
        eprintln!("skipped: only root can make an account with a password");
        return;
    }
    let user = TempUser::new().unwrap();
    let sshd = Sshd::start(Options { password: true, ..Options::default() }).unwrap();
    let entry = NewServer {
        username: user.name().to_owned(),
        private_key: None,
        password: Some(Secret::new("not the password")),
        ..entry_for(&sshd)
    };
    let (_, server) = expect_reason(entry, ReasonCode::LoginRefused).await;
    assert!(minutes_until_next_try(&server) >= 3);
    assert_eq!(sshd.log().matches("Failed password").count(), 1, "{}", sshd.log());
}

#[tokio::test]
async fn a_wrong_user() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let entry = NewServer { username: "nobody-by-this-name".to_owned(), ..entry_for(&sshd) };
    expect_reason(entry, ReasonCode::LoginRefused).await;
}

#[tokio::test]
async fn a_key_that_the_server_does_not_know() {
    let (mut other, sshd) = (Sshd::start(Options::default()).unwrap(), Sshd::start(Options::default()).unwrap());
    let key = other.new_client_key(KeyKind::Ed25519, "").unwrap();
    let entry = NewServer { private_key: Some(Secret::new(key)), ..entry_for(&sshd) };
    expect_reason(entry, ReasonCode::LoginRefused).await;
}

#[tokio::test]
async fn a_passphrase_that_is_missing_or_wrong_is_refused_at_the_form() {
    let (world, mut sshd) = (World::new().await, Sshd::start(Options::default()).unwrap());
    let key = Secret::new(sshd.new_client_key(KeyKind::Ed25519, "right passphrase").unwrap());
    for passphrase in [None, Some(Secret::new("wrong"))] {
        let entry = NewServer { private_key: Some(key.clone()), passphrase, ..entry_for(&sshd) };
        let error = world.monitor.servers().create(&world.actor, entry).await.unwrap_err();
        assert_eq!(error.fields[0].field, "passphrase", "{error:?}");
    }
    let rubbish = NewServer { private_key: Some(Secret::new("not a key")), ..entry_for(&sshd) };
    let error = world.monitor.servers().create(&world.actor, rubbish).await.unwrap_err();
    assert_eq!(error.fields[0].field, "private_key", "{error:?}");
    assert_eq!(world.monitor.overview().total_servers, 0, "nothing was stored");
    let right = Some(Secret::new("right passphrase"));
    let id = world.add(NewServer { private_key: Some(key), passphrase: right, ..entry_for(&sshd) }).await;
    world.wait_for_status(id, Status::Online, WITHIN_TEN).await;
}

#[tokio::test]
async fn a_host_key_that_nobody_confirmed() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let entry = NewServer { host_key_fingerprint: None, ..entry_for(&sshd) };
    let (_, server) = expect_reason(entry, ReasonCode::HostKeyUnknown).await;
    assert!(server.reason.unwrap().message.contains(&sshd.host_key_fingerprint().unwrap()));
    assert!(!sshd.log().contains("Accepted"));
}

#[tokio::test]
async fn a_shell_that_prints_a_banner_and_takes_five_seconds_works() {
    let sshd = Sshd::start(Options {
        banner: Some("Authorised use only\n".to_owned()),
        preamble: Some("Welcome to the machine!\n=SM-HELLO 0 1 awk proc\n".repeat(50)),
        delay: Some(Duration::from_secs(5)),
        ..Options::default()
    });
    let (world, sshd) = (World::new().await, sshd.unwrap());
    let id = world.add(entry_for(&sshd)).await;
    // A forged greeting within the banner is refused, an honest one after it is not.
    let server = world.wait_for_reason(id, ReasonCode::CommandRefused, Duration::from_secs(12)).await;
    assert!(server.reason.unwrap().message.contains("greeting"));
    let honest = Sshd::start(Options {
        banner: Some("Authorised use only\n".to_owned()),
        preamble: Some("Welcome to the machine!\n".repeat(50)),
        delay: Some(Duration::from_secs(5)),
        ..Options::default()
    })
    .unwrap();
    let id = world.add(entry_for(&honest)).await;
    world.wait_for_status(id, Status::Online, Duration::from_secs(12)).await;
}

#[tokio::test]
async fn login_shells_that_are_not_posix_work() {
    if !is_root() {
        eprintln!("skipped: only root can make accounts with other login shells");
        return;
    }
    let (world, sshd) = (World::new().await, Sshd::start(Options::default()).unwrap());
    for shell in ["/usr/bin/fish", "/usr/bin/tcsh", "/bin/bash", "/bin/dash"] {
        if !std::path::Path::new(shell).exists() {
            eprintln!("skipped: {shell} is not installed");
            continue;
        }
        let user = TempUser::with_shell(shell).unwrap();
        let id = world.add(NewServer { username: user.name().to_owned(), ..entry_for(&sshd) }).await;
        world.wait_for_status(id, Status::Online, WITHIN_TEN).await;
        world.monitor.servers().delete(&world.actor, id).await.unwrap();
    }
}

#[tokio::test]
async fn an_account_that_cannot_run_commands() {
    if !is_root() {
        eprintln!("skipped: only root can make accounts with other login shells");
        return;
    }
    let user = TempUser::with_shell("/usr/sbin/nologin").unwrap();
    let sshd = Sshd::start(Options::default()).unwrap();
    let entry = NewServer { username: user.name().to_owned(), ..entry_for(&sshd) };
    let (_, server) = expect_reason(entry, ReasonCode::CommandRefused).await;
    assert!(minutes_until_next_try(&server) >= 3);
}

#[tokio::test]
async fn a_forced_command() {
    let sshd = Sshd::start(Options { force_command: Some("echo no".to_owned()), ..Options::default() }).unwrap();
    expect_reason(entry_for(&sshd), ReasonCode::CommandRefused).await;
}

#[tokio::test]
async fn a_host_without_proc() {
    if !is_root() {
        eprintln!("skipped: only root can take /proc away");
        return;
    }
    let command = "unshare -m sh -c 'umount -l /proc && exec /bin/sh'".to_owned();
    let sshd = Sshd::start(Options { force_command: Some(command), ..Options::default() }).unwrap();
    expect_reason(entry_for(&sshd), ReasonCode::NoProc).await;
}

/// Serves every connection to a free port with `answer`, for as long as the test runs.
async fn serve<F>(answer: impl Fn(tokio::net::TcpStream) -> F + Send + 'static) -> u16
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(answer(socket));
        }
    });
    port
}
