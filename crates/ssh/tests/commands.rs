//! Commands on a real sshd: input, output, and how they end.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test shall panic")]

mod support;

use std::time::{Duration, Instant};

use ssh::{ConnectError, Event, HostKeyCheck, Keepalive, Limits, Phase, connect};
use sshd_fixture::{Options, Sshd, TempUser, is_root};
use support::{error_of, eventually, finish, key, log_in, log_in_as, output_of, password, short, target};
use tokio::time::{sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn output_errors_and_exit_status_come_back() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let connection = log_in(&sshd).await;
    let stream = connection.start("echo out; echo err >&2; exit 7").await.unwrap();
    assert_eq!(finish(stream).await, ("out\n".into(), "err\n".into(), Some(7)));
    let mut stream = connection.start("kill -9 $$").await.unwrap();
    assert_eq!(stream.next().await, Some(Event::Killed { signal: "KILL".into() }));
    assert_eq!(stream.next().await, None);
    assert_eq!(connection.ended(), None);
}

#[tokio::test]
async fn questions_and_answers_go_back_and_forth_without_waiting_for_acknowledgements() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let connection = log_in(&sshd).await;
    let mut stream = connection.start("while read -r line; do echo \"<$line>\"; done").await.unwrap();
    let began = Instant::now();
    for number in 0..50 {
        stream.write(format!("{number}\n").as_bytes()).await.unwrap();
        assert_eq!(stream.next().await, Some(Event::Stdout(format!("<{number}>\n").into())));
    }
    assert!(began.elapsed() < SECOND, "50 round trips took {:?}", began.elapsed());
    stream.end_input().await.unwrap();
    assert_eq!(finish(stream).await.2, Some(0));
}

#[tokio::test]
async fn much_output_arrives_whole_and_much_input_too() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let connection = log_in(&sshd).await;
    assert_eq!(output_of(&connection, "head -c 3000000 /dev/zero | tr '\\0' x").await.len(), 3_000_000);
    let stream = connection.start("wc -c").await.unwrap();
    stream.write(&vec![b'x'; 3_000_000]).await.unwrap();
    stream.end_input().await.unwrap();
    assert_eq!(finish(stream).await.0.trim(), "3000000");
}

#[tokio::test]
async fn a_reader_that_stops_makes_the_command_wait() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let connection = log_in(&sshd).await;
    let mut stream = connection.start("head -c 30000000 /dev/zero").await.unwrap();
    assert!(stream.next().await.is_some());
    sleep(SECOND / 2).await;
    assert!(sshd.is_running("head -c 30000000"), "the output went somewhere");
    let mut received = 0;
    while let Some(event) = stream.next().await {
        received += if let Event::Stdout(bytes) = event { bytes.len() } else { 0 };
    }
    assert!(received > 29_000_000, "{received}");
}

#[tokio::test]
async fn a_command_that_does_not_read_its_input_is_noticed() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let trusted = [sshd.host_key_fingerprint().unwrap()];
    let target = target(&sshd, &sshd.user(), key(sshd.client_key_pem().unwrap(), None));
    let connection = connect(&target, HostKeyCheck::Pinned(&trusted), &short()).await.unwrap();
    let stream = connection.start("exec sleep 99").await.unwrap();
    let error = stream.write(&vec![b'x'; 8_000_000]).await.unwrap_err();
    assert_eq!(error, ConnectError::TimedOut { phase: Phase::Write });
}

#[tokio::test]
async fn a_command_that_reads_ends_with_its_stream() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let connection = log_in(&sshd).await;
    for politely in [true, false] {
        let stream = connection.start("exec cat").await.unwrap();
        eventually("it runs", || sshd.is_running("cat")).await;
        if politely {
            stream.close().await
        } else {
            drop(stream)
        }
        eventually("it ended", || !sshd.is_running("cat")).await;
    }
    assert_eq!(output_of(&connection, "echo still here").await, "still here\n");
}

#[tokio::test]
async fn a_command_that_does_not_read_is_ended_by_a_signal() {
    // OpenSSH passes signals on for accounts other than root, when it can change to them.
    if !is_root() {
        return;
    }
    let sshd = Sshd::start(Options { password: true, ..Options::default() }).unwrap();
    let user = TempUser::new().unwrap();
    let connection = log_in_as(&sshd, user.name(), password(user.password())).await.unwrap();
    for politely in [true, false] {
        let stream = connection.start("exec sleep 98").await.unwrap();
        eventually("it runs", || sshd.is_running("sleep 98")).await;
        if politely {
            stream.close().await
        } else {
            drop(stream)
        }
        eventually("it ended", || !sshd.is_running("sleep 98")).await;
    }
}

#[tokio::test]
async fn everything_ends_with_the_connection() {
    let sshd = Sshd::start(Options::default()).unwrap();
    for politely in [true, false] {
        let connection = log_in(&sshd).await;
        let mut stream = connection.start("cat").await.unwrap();
        eventually("it runs", || sshd.is_running("cat")).await;
        if politely {
            connection.close().await
        } else {
            drop(connection)
        }
        assert_eq!(timeout(SECOND, stream.next()).await.unwrap(), None);
        assert!(stream.write(b"x").await.is_err());
        eventually("no session is left", || sshd.session_pids().is_empty()).await;
    }
}

#[tokio::test]
async fn a_server_that_goes_away_is_noticed_at_once() {
    let mut sshd = Sshd::start(Options::default()).unwrap();
    let connection = log_in(&sshd).await;
    let mut stream = connection.start("cat").await.unwrap();
    sshd.stop();
    assert_eq!(timeout(SECOND, stream.next()).await.unwrap(), None);
    assert_eq!(connection.ended(), Some(ConnectError::Closed { reason: None }));
    assert_eq!(error_of(connection.start("true").await), ConnectError::Closed { reason: None });
    sshd.restart().unwrap();
    assert_eq!(output_of(&log_in(&sshd).await, "echo back").await, "back\n");
}

#[tokio::test]
async fn a_server_that_hangs_is_noticed_by_its_silence() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let keepalive = Some(Keepalive { interval: SECOND / 5, missed: 2 });
    let limits = Limits { keepalive, ..short() };
    let trusted = [sshd.host_key_fingerprint().unwrap()];
    let target = target(&sshd, &sshd.user(), key(sshd.client_key_pem().unwrap(), None));
    let connection = connect(&target, HostKeyCheck::Pinned(&trusted), &limits).await.unwrap();
    let mut stream = connection.start("cat").await.unwrap();
    sleep(SECOND).await;
    assert_eq!(connection.ended(), None, "a quiet server is not a dead one");
    sshd.freeze();
    assert_eq!(timeout(2 * SECOND, stream.next()).await.unwrap(), None);
    assert_eq!(connection.ended(), Some(ConnectError::TimedOut { phase: Phase::Keepalive }));
    let error = error_of(connect(&target, HostKeyCheck::Pinned(&trusted), &limits).await);
    assert_eq!(error, ConnectError::TimedOut { phase: Phase::Handshake });
    sshd.thaw();
}

#[tokio::test]
async fn a_server_that_runs_no_commands_is_told_apart() {
    let sshd = Sshd::start(Options::default().with("MaxSessions 0")).unwrap();
    assert_eq!(error_of(log_in(&sshd).await.start("true").await), ConnectError::CommandRefused);
}

#[tokio::test]
async fn a_forced_command_a_banner_and_a_slow_message_of_the_day_are_passed_on_as_they_are() {
    let options = Options { force_command: Some("echo forced".into()), ..Options::default() };
    let sshd = Sshd::start(options).unwrap();
    assert_eq!(output_of(&log_in(&sshd).await, "echo asked").await, "forced\n");
    let options = Options { preamble: Some("Welcome, it's you".into()), delay: Some(SECOND / 2), ..Options::default() };
    let sshd = Sshd::start(options).unwrap();
    let began = Instant::now();
    assert_eq!(output_of(&log_in(&sshd).await, "echo asked").await, "Welcome, it's you\nasked\n");
    assert!(began.elapsed() >= SECOND / 2);
}

#[tokio::test]
async fn a_login_shell_that_is_not_posix_still_runs_sh() {
    if !is_root() {
        return;
    }
    for shell in ["/usr/bin/fish", "/usr/bin/tcsh", "/bin/bash", "/bin/dash"] {
        let Ok(user) = TempUser::with_shell(shell) else {
            continue;
        };
        let sshd = Sshd::start(Options { password: true, ..Options::default() }).unwrap();
        let trusted = [sshd.host_key_fingerprint().unwrap()];
        let target = target(&sshd, user.name(), password(user.password()));
        let connection = connect(&target, HostKeyCheck::Pinned(&trusted), &Limits::default()).await.unwrap();
        let stream = connection.start("exec /bin/sh").await.unwrap();
        stream.write(b"for x in a b; do echo \"$x\"; done; exit\n").await.unwrap();
        assert_eq!(finish(stream).await.0, "a\nb\n", "{shell}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_not_alive_and_one_whose_command_hangs_is() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let connection = log_in(&sshd).await;
    let _busy = connection.start("sleep 60").await.unwrap();
    let soon = 2 * SECOND;
    assert!(connection.is_alive(soon).await);
    sshd.freeze();
    assert!(!connection.is_alive(soon).await);
    sshd.thaw();
    assert!(connection.is_alive(soon).await);
}
