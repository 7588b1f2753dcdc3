//! Secrets in a whole flow: none in any answer, in any log line, or readable on disk.

use std::path::Path;

use reqwest::Method;
use serde_json::json;

use crate::process::{Process, program};

const ACCOUNT: &str = "account-secret-0001";
const SERVER: &str = "server-secret-0002";
const CHANGED: &str = "server-secret-0003";
const TRIED: &str = "server-secret-0004";
const WRONG: &str = "account-secret-0005";
const PASSPHRASE: &str = "passphrase-0006";
const CHANNEL: &str = "channel-secret-0007";

/// All bytes below a folder, as text.
fn everything_in(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()).collect()
}

#[tokio::test]
async fn no_secret_comes_back_gets_into_the_log_or_lies_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let sshd = sshd_fixture::Sshd::start(sshd_fixture::Options::default()).unwrap();
    let private_key = sshd.client_key_pem().unwrap();
    let mut command = program(folder.path());
    command.env("MONITOR_LOG", "debug").env("MONITOR_OUTGOING_ALLOW", "127.0.0.1");
    let process = Process::start(command);
    let client = process.client();

    let mut answers = Vec::new();
    let setup = json!({"username": "ada", "email": "ada@example.com", "password": ACCOUNT});
    let made = client.post("/api/setup/initialize", setup).await;
    let admin = client.with_token(made.text("token"));
    answers.push(client.post("/api/auth/login", json!({"username": "ada", "password": WRONG})).await.text);
    let logged_in = client.post("/api/auth/login", json!({"username": "ada", "password": ACCOUNT})).await;
    let tokens = [admin.token.clone(), logged_in.text("token")];

    let place = json!({"host": sshd.host(), "port": sshd.port(), "username": sshd.user()});
    let with = |more: serde_json::Value| {
        let mut body = place.clone();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let fingerprint = sshd.host_key_fingerprint().unwrap();
    let first = admin.post("/api/servers", with(json!({"name": "a", "password": SERVER}))).await;
    let by_key = json!({"name": "b", "private_key": private_key, "host_key_fingerprint": fingerprint});
    let second = admin.post("/api/servers", with(by_key)).await;
    assert_eq!((first.status, second.status), (201, 201), "{} {}", first.text, second.text);
    answers.extend([first.text.clone(), second.text.clone()]);
    let tried = with(json!({"password": TRIED, "host_key_fingerprint": fingerprint}));
    answers.push(admin.post("/api/servers/test", tried).await.text);
    let odd = with(json!({"name": "c", "private_key": "not a key", "passphrase": PASSPHRASE}));
    answers.push(admin.post("/api/servers", odd).await.text);
    let path = format!("/api/servers/{}", first.number("server_id"));
    answers.push(admin.put(&path, json!({"password": CHANGED})).await.text);
    answers.push(admin.put(&path, json!({"port": ACCOUNT, "password": CHANGED})).await.text);
    answers.push(admin.send_raw(Method::PUT, &path, "application/json", format!("{{\"{SERVER}").into()).await.text);
    // Nobody listens there, and what is said of that must not say the address where it is the secret.
    let telegram = json!({"kind": "telegram", "chat_id": "-1", "api_url": "http://127.0.0.1:9"});
    for (name, target, secret) in [
        ("chat", json!({"kind": "slack"}), format!("http://127.0.0.1:9/{CHANNEL}")),
        ("bot", telegram, format!("12:{CHANNEL}")),
        ("pager", json!({"kind": "pagerduty", "api_url": "http://127.0.0.1:9"}), CHANNEL.to_owned()),
    ] {
        let made = admin.post("/api/channels", json!({"name": name, "target": target, "secret": secret})).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let channel = format!("/api/channels/{}", made.number("channel_id"));
        answers.push(made.text);
        let tried = admin.post(&format!("{channel}/test"), serde_json::Value::Null).await;
        assert!(tried.text.contains("cannot connect"), "{}", tried.text);
        answers.extend([tried.text, admin.get(&format!("{channel}/deliveries")).await.text]);
    }
    for path in [
        &path,
        "/api/channels",
        "/api/levels",
        "/api/servers",
        "/api/users",
        "/api/users/me",
        "/api/audit-logs",
        "/api/groups",
        "/api/ready",
    ] {
        answers.push(admin.get(path).await.text);
    }
    let browser = admin.as_browser().with("accept", "text/html");
    for path in
        ["/".to_owned(), "/notifications".to_owned(), path.replace("/api", ""), path.replace("/api", "") + "/edit"]
    {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        answers.push(page.text);
    }
    admin.get(&format!("/api/auth/verify?token={}", admin.token)).await;
    // Both servers are tried for a while, with what is sealed for them.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;

    let (_, _, log) = process.stop("-TERM");
    let disk = everything_in(&folder.path().join("data"));
    let key_line = private_key.lines().nth(2).unwrap();
    let secrets = [ACCOUNT, SERVER, CHANGED, TRIED, WRONG, PASSPHRASE, CHANNEL, key_line, &tokens[0], &tokens[1]];
    for secret in secrets {
        for answer in &answers {
            assert!(!answer.contains(secret), "{secret} in {answer}");
        }
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret} in the log: {line:?}");
        assert!(!disk.contains(secret), "{secret} on disk");
    }
    assert!(log.contains("/api/servers/test"), "the log was not looked at:\n{log}");
}
