//! Logging in to a real sshd, rightly and wrongly.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failed test shall panic")]

mod support;

use ssh::{ConnectError, KeyError};
use sshd_fixture::{KeyKind, Options, Sshd, TempUser, is_root};
use support::{error_of, key, log_in, log_in_as, output_of, password};

const KEY_KINDS: [KeyKind; 6] =
    [KeyKind::Ed25519, KeyKind::Ecdsa256, KeyKind::Ecdsa384, KeyKind::Ecdsa521, KeyKind::Rsa(2048), KeyKind::Rsa(4096)];

#[tokio::test]
async fn a_private_key_of_every_kind_logs_in() {
    let mut sshd = Sshd::start(Options::default()).unwrap();
    for kind in KEY_KINDS {
        let pem = sshd.new_client_key(kind, "").unwrap();
        let connection =
            log_in_as(&sshd, &sshd.user(), key(pem, None)).await.unwrap_or_else(|e| panic!("{kind:?}: {e}"));
        assert_eq!(output_of(&connection, "echo hello").await, "hello\n", "{kind:?}");
        connection.close().await;
    }
}

#[tokio::test]
async fn a_connection_costs_the_server_one_login_line_and_ends_with_a_goodbye() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let connection = log_in(&sshd).await;
    assert_eq!(output_of(&connection, "true").await, "");
    connection.close().await;
    support::eventually("the goodbye is logged", || sshd.log().contains("Disconnected from user")).await;
    let log = sshd.log();
    assert_eq!(log.matches("Connection from").count(), 1, "{log}");
    assert_eq!(log.matches("Accepted publickey for").count(), 1, "{log}");
    assert_eq!(log.matches("Failed").count(), 0, "{log}");
}

#[tokio::test]
async fn an_encrypted_key_needs_its_passphrase_and_a_wrong_one_never_reaches_the_server() {
    let mut sshd = Sshd::start(Options::default()).unwrap();
    let pem = sshd.new_client_key(KeyKind::Ed25519, "open sesame").unwrap();
    for (passphrase, expected) in [
        (None, KeyError::PassphraseMissing),
        (Some(""), KeyError::PassphraseMissing),
        (Some("x"), KeyError::PassphraseWrong),
    ] {
        let error = error_of(log_in_as(&sshd, &sshd.user(), key(pem.clone(), passphrase)).await);
        assert_eq!(error, ConnectError::Key(expected));
    }
    assert!(!sshd.log().contains("Connection from"), "{}", sshd.log());
    assert!(log_in_as(&sshd, &sshd.user(), key(pem, Some("open sesame"))).await.is_ok());
}

#[tokio::test]
async fn a_key_that_the_server_does_not_know_is_refused() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let stranger = Sshd::start(Options::default()).unwrap().client_key_pem().unwrap();
    let error = error_of(log_in_as(&sshd, &sshd.user(), key(stranger, None)).await);
    assert_eq!(error, ConnectError::LoginRefused { methods: vec!["publickey".into()] });
}

#[tokio::test]
async fn an_unknown_user_is_refused() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let error = error_of(log_in_as(&sshd, "nobody-of-that-name", key(sshd.client_key_pem().unwrap(), None)).await);
    assert!(matches!(error, ConnectError::LoginRefused { .. }), "{error}");
}

#[tokio::test]
async fn a_password_is_not_sent_where_only_keys_are_allowed() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let error = error_of(log_in_as(&sshd, &sshd.user(), password("secret")).await);
    assert_eq!(error, ConnectError::MethodNotAllowed { wanted: "password", methods: vec!["publickey".into()] });
    assert!(!sshd.log().contains("Failed password"), "{}", sshd.log());
}

#[tokio::test]
async fn a_key_is_not_tried_where_only_passwords_are_allowed() {
    let sshd = Sshd::start(Options { password: true, public_key: false, ..Options::default() }).unwrap();
    let error = error_of(log_in_as(&sshd, &sshd.user(), key(sshd.client_key_pem().unwrap(), None)).await);
    assert_eq!(error, ConnectError::MethodNotAllowed { wanted: "publickey", methods: vec!["password".into()] });
}

#[tokio::test]
async fn a_password_logs_in_and_a_wrong_one_is_refused_after_one_attempt() {
    if !is_root() {
        return;
    }
    let sshd = Sshd::start(Options { password: true, ..Options::default() }).unwrap();
    let user = TempUser::new().unwrap();
    let connection = log_in_as(&sshd, user.name(), password(user.password())).await.unwrap();
    assert_eq!(output_of(&connection, "id -un").await.trim(), user.name());
    let error = error_of(log_in_as(&sshd, user.name(), password("wrong")).await);
    assert_eq!(error, ConnectError::LoginRefused { methods: vec!["publickey".into(), "password".into()] });
    assert_eq!(sshd.log().matches("Failed password").count(), 1, "{}", sshd.log());
}

#[tokio::test]
async fn a_password_answers_the_question_of_a_server_that_only_asks() {
    if !is_root() {
        return;
    }
    let options = Options { keyboard_interactive: true, public_key: false, ..Options::default() };
    let sshd = Sshd::start(options).unwrap();
    let user = TempUser::new().unwrap();
    let connection = log_in_as(&sshd, user.name(), password(user.password())).await.unwrap();
    assert_eq!(output_of(&connection, "id -un").await.trim(), user.name());
    let error = error_of(log_in_as(&sshd, user.name(), password("wrong")).await);
    assert_eq!(error, ConnectError::LoginRefused { methods: vec!["keyboard-interactive".into()] });
}

#[tokio::test]
async fn a_server_that_wants_more_than_the_key_is_told_apart() {
    let options = Options { password: true, ..Options::default() }.with("AuthenticationMethods publickey,password");
    let sshd = Sshd::start(options).unwrap();
    let error = error_of(log_in_as(&sshd, &sshd.user(), key(sshd.client_key_pem().unwrap(), None)).await);
    assert_eq!(error, ConnectError::SecondFactorNeeded { methods: vec!["password".into()] });
}

#[tokio::test]
async fn an_rsa_key_never_signs_with_sha_1() {
    let mut old = Sshd::start(Options::default().with("PubkeyAcceptedAlgorithms ssh-rsa")).unwrap();
    let pem = old.new_client_key(KeyKind::Rsa(2048), "").unwrap();
    let error = error_of(log_in_as(&old, &old.user(), key(pem, None)).await);
    // Whether the server says beforehand that it takes nothing better depends on its version.
    let refused = matches!(error, ConnectError::LoginRefused { .. } | ConnectError::NoCommonAlgorithm { .. });
    assert!(refused, "{error}");
}

#[tokio::test]
async fn a_server_that_hangs_up_after_too_many_failures_refuses_the_login() {
    let sshd = Sshd::start(Options::default().with("MaxAuthTries 1")).unwrap();
    let stranger = Sshd::start(Options::default()).unwrap().client_key_pem().unwrap();
    let error = error_of(log_in_as(&sshd, &sshd.user(), key(stranger, None)).await);
    assert!(matches!(error, ConnectError::LoginRefused { .. }), "{error}");
}

#[tokio::test]
async fn a_large_banner_before_the_login_does_no_harm() {
    let sshd =
        Sshd::start(Options { banner: Some("Authorised use only.\n".repeat(1000)), ..Options::default() }).unwrap();
    assert_eq!(output_of(&log_in(&sshd).await, "echo hello").await, "hello\n");
}

#[tokio::test]
async fn a_very_old_server_without_a_common_algorithm_is_named() {
    let sshd = Sshd::start(Options::default().with("KexAlgorithms diffie-hellman-group1-sha1")).unwrap();
    let error = error_of(log_in_as(&sshd, &sshd.user(), key(sshd.client_key_pem().unwrap(), None)).await);
    let ConnectError::NoCommonAlgorithm { kind, theirs } = &error else { panic!("{error}") };
    assert_eq!(kind, "key exchange");
    assert!(theirs.contains(&"diffie-hellman-group1-sha1".to_owned()), "{theirs:?}");
}

#[tokio::test]
async fn every_key_exchange_and_cipher_that_is_offered_works() {
    for line in [
        "KexAlgorithms curve25519-sha256@libssh.org",
        "KexAlgorithms ecdh-sha2-nistp256",
        "KexAlgorithms ecdh-sha2-nistp384",
        "KexAlgorithms ecdh-sha2-nistp521",
        "KexAlgorithms diffie-hellman-group14-sha256",
        "KexAlgorithms diffie-hellman-group16-sha512",
        "KexAlgorithms diffie-hellman-group-exchange-sha256",
        "Ciphers aes128-gcm@openssh.com",
        "Ciphers aes256-gcm@openssh.com",
        "Ciphers chacha20-poly1305@openssh.com",
        "Ciphers aes128-ctr",
        "Ciphers aes256-ctr",
    ] {
        let sshd = Sshd::start(Options::default().with(line)).unwrap();
        assert_eq!(output_of(&log_in(&sshd).await, "echo hello").await, "hello\n", "{line}");
    }
}

#[test]
fn nothing_secret_is_shown() {
    let auth = key("-----BEGIN OPENSSH PRIVATE KEY-----", Some("open sesame"));
    assert!(!format!("{auth:?}{:?}", password("hunter2")).contains("hunter2"));
    assert!(!format!("{auth:?}").contains("BEGIN") && !format!("{auth:?}").contains("sesame"));
}
