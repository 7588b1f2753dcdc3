//! Servers that ask questions at the log-in: a password is answered once, nothing else is. The server is a double, since
//! sshd would need a second factor set up in PAM.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failed test shall panic")]

mod support;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use russh::keys::{Algorithm, PrivateKey};
use russh::server::{Auth, Config, Handler, Response, run_stream};
use russh::{MethodKind, MethodSet};
use ssh::{ConnectError, HostKeyCheck, Limits, Target, connect, inspect_host_key};
use support::{error_of, password};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The questions of one round, each with whether the answer may be shown.
type Round = &'static [(&'static str, bool)];

/// Asks its rounds of questions, then lets in whoever answered every password question with `secret`.
#[derive(Clone)]
struct Asker {
    rounds: &'static [Round],
    asked: usize,
    wrong: bool,
}

impl Handler for Asker {
    type Error = russh::Error;

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        _: &str,
        _: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, russh::Error> {
        let answers: Vec<String> =
            response.into_iter().flatten().map(|a| String::from_utf8_lossy(&a).into_owned()).collect();
        self.wrong |= answers.iter().any(|answer| answer != "secret");
        let Some(round) = self.rounds.get(self.asked) else {
            return Ok(if self.wrong { Auth::reject() } else { Auth::Accept });
        };
        self.asked += 1;
        let prompts: Vec<_> = round.iter().map(|(text, echo)| (Cow::Borrowed(*text), *echo)).collect();
        Ok(Auth::Partial { name: "".into(), instructions: "".into(), prompts: prompts.into() })
    }
}

struct Double {
    port: u16,
    task: JoinHandle<()>,
}

impl Drop for Double {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn double(rounds: &'static [Round]) -> Double {
    let key = PrivateKey::random(&mut russh::keys::key::safe_rng(), Algorithm::Ed25519).unwrap();
    let config = Arc::new(Config {
        methods: MethodSet::from(&[MethodKind::KeyboardInteractive][..]),
        auth_rejection_time: Duration::ZERO,
        keys: vec![key],
        ..Config::default()
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let task = tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let asker = Asker { rounds, asked: 0, wrong: false };
            if let Ok(session) = run_stream(Arc::clone(&config), socket, asker).await {
                let _ = session.await;
            }
        }
    });
    Double { port, task }
}

async fn log_in(rounds: &'static [Round], secret: &str) -> Result<(), ConnectError> {
    let double = double(rounds).await;
    let limit = Duration::from_secs(5);
    let trusted = [inspect_host_key("127.0.0.1", double.port, None, limit).await.unwrap().fingerprint];
    let target = Target { host: "127.0.0.1".into(), port: double.port, user: "me".into(), auth: password(secret), through: None };
    let connection = connect(&target, HostKeyCheck::Pinned(&trusted), &Limits::default()).await?;
    connection.close().await;
    Ok(())
}

#[tokio::test]
async fn a_single_question_for_the_password_is_answered() {
    assert_eq!(log_in(&[&[("Password: ", false)]], "secret").await, Ok(()));
    assert_eq!(log_in(&[&[("Passwort für me: ", false)], &[]], "secret").await, Ok(()));
    let error = error_of(log_in(&[&[("Password: ", false)]], "wrong").await);
    assert!(matches!(error, ConnectError::LoginRefused { .. }), "{error}");
}

#[tokio::test]
async fn the_same_question_again_means_that_the_answer_was_wrong() {
    let error = error_of(log_in(&[&[("Password: ", false)], &[("Password: ", false)]], "wrong").await);
    assert!(matches!(error, ConnectError::LoginRefused { .. }), "{error}");
}

#[tokio::test]
async fn a_question_for_more_than_the_password_is_told_apart() {
    let rounds: [&'static [Round]; 4] = [
        &[&[("Password: ", false)], &[("Verification code: ", false)]],
        &[&[("Password: ", false), ("Verification code: ", false)]],
        &[&[("Verification code: ", true)]],
        &[&[("Password: ", false)], &[("New password: ", false), ("Again: ", false)]],
    ];
    for round in rounds {
        let error = error_of(log_in(round, "secret").await);
        assert_eq!(error, ConnectError::SecondFactorNeeded { methods: vec!["keyboard-interactive".into()] });
    }
}

#[tokio::test]
async fn a_server_that_never_stops_asking_is_left() {
    let error = error_of(log_in(&[const { &[] as Round }; 40], "secret").await);
    assert!(matches!(error, ConnectError::Protocol(_)), "{error}");
}
