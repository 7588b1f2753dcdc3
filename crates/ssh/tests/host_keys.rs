//! Host keys of a real sshd: learned, trusted, changed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test shall panic")]

mod support;

use std::time::Duration;

use ssh::{ConnectError, HostKeyCheck, Limits, connect, inspect_host_key};
use sshd_fixture::{KeyKind, Options, Sshd};
use support::{error_of, key, log_in, target};

const LIMIT: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_host_key_of_every_kind_is_learned_without_logging_in() {
    for (kind, algorithm) in [
        (KeyKind::Ed25519, "ssh-ed25519"),
        (KeyKind::Ecdsa256, "ecdsa-sha2-nistp256"),
        (KeyKind::Ecdsa384, "ecdsa-sha2-nistp384"),
        (KeyKind::Ecdsa521, "ecdsa-sha2-nistp521"),
        (KeyKind::Rsa(3072), "ssh-rsa"),
    ] {
        let sshd = Sshd::start_with_host_keys(Options::default(), &[kind]).unwrap();
        let host_key = inspect_host_key(&sshd.host(), sshd.port(), None, LIMIT).await.unwrap();
        assert_eq!(host_key.algorithm, algorithm);
        assert_eq!(host_key.fingerprint, sshd.host_key_fingerprint().unwrap());
        assert!(host_key.openssh.starts_with(&format!("{algorithm} AAAA")), "{}", host_key.openssh);
        let log = sshd.log();
        assert!(!log.contains("Accepted") && !log.contains("Failed") && !log.contains("nvalid user"), "{log}");
    }
}

#[tokio::test]
async fn an_unknown_host_key_ends_the_connection_and_is_shown() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let target = target(&sshd, &sshd.user(), key(sshd.client_key_pem().unwrap(), None));
    let error = error_of(connect(&target, HostKeyCheck::Pinned(&[]), &Limits::default()).await);
    let ConnectError::HostKeyUnknown { presented } = error else { panic!("{error}") };
    assert_eq!(presented.fingerprint, sshd.host_key_fingerprint().unwrap());
    assert!(!sshd.log().contains("Accepted"), "{}", sshd.log());
    let trusted = [presented.fingerprint.clone()];
    let connection = connect(&target, HostKeyCheck::Pinned(&trusted), &Limits::default()).await.unwrap();
    assert_eq!(*connection.host_key(), presented);
}

#[tokio::test]
async fn a_changed_host_key_is_never_logged_in_to() {
    let mut sshd = Sshd::start(Options::default()).unwrap();
    let before = sshd.host_key_fingerprint().unwrap();
    drop(log_in(&sshd).await);
    let accepted = sshd.log().matches("Accepted").count();
    sshd.rotate_host_key().unwrap();
    let target = target(&sshd, &sshd.user(), key(sshd.client_key_pem().unwrap(), None));
    let error =
        error_of(connect(&target, HostKeyCheck::Pinned(std::slice::from_ref(&before)), &Limits::default()).await);
    let after = sshd.host_key_fingerprint().unwrap();
    assert!(error.to_string().contains(&before) && error.to_string().contains(&after), "{error}");
    let ConnectError::HostKeyChanged { expected, presented } = error else { panic!("{error}") };
    assert_eq!((expected, presented.fingerprint), (vec![before], after));
    assert_eq!(sshd.log().matches("Accepted").count(), accepted, "{}", sshd.log());
}

#[tokio::test]
async fn a_trusted_key_of_another_type_than_the_preferred_one_is_asked_for() {
    let kinds = [KeyKind::Ed25519, KeyKind::Ecdsa256, KeyKind::Rsa(2048)];
    let sshd = Sshd::start_with_host_keys(Options::default(), &kinds).unwrap();
    let target = target(&sshd, &sshd.user(), key(sshd.client_key_pem().unwrap(), None));
    for index in 0..kinds.len() {
        let trusted = [sshd.fingerprint_of_host_key(index).unwrap()];
        let connection = connect(&target, HostKeyCheck::Pinned(&trusted), &Limits::default()).await.unwrap();
        assert_eq!(connection.host_key().fingerprint, trusted.concat());
    }
    let strangers = ["SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned()];
    let error = error_of(connect(&target, HostKeyCheck::Pinned(&strangers), &Limits::default()).await);
    let ConnectError::HostKeyChanged { presented, .. } = error else { panic!("{error}") };
    assert_eq!(presented.algorithm, "ssh-ed25519", "the preferred key is the one to show");
}
