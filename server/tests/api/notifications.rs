//! Messages: a real mail server, HTTP servers that check what they are sent, and what happens when they do not take it.

use std::time::{Duration, Instant};

use axum::{
    http::{StatusCode, header::LOCATION},
    response::IntoResponse,
};
use hmac::{Hmac, KeyInit, Mac};
use monitor::Outgoing;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    harness::{Client, PASSWORD, TestServer, dead_server, eventually_within},
    mail_server::{MailServer, Sink, certificate},
    process::{Process, program},
};

pub fn mail(port: u16) -> Value {
    json!({
        "name": "Mail", "time_zone": "Europe/Berlin",
        "target": {"kind": "email", "host": "127.0.0.1", "port": port, "security": "none",
                   "from": "Server Monitor <monitor@example.com>", "to": ["ops@example.com", "Ada <ada@example.com>"]},
    })
}

fn webhook(url: &str) -> Value {
    json!({"name": "Hook", "url": format!("{url}/hook"), "secret": "s3cret"})
}

pub fn rule(name: &str, fires: bool) -> Value {
    let level = if fires { 0.0 } else { 1e12 };
    json!({
        "name": name, "severity": "critical",
        "condition": {"kind": "value", "series": "uptime", "comparison": "above", "fire": level, "clear": level},
    })
}

pub async fn made(admin: &Client, path: &str, body: Value) -> Value {
    let answer = admin.post(path, body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body
}

pub async fn watching() -> (TestServer, Client) {
    let server = TestServer::start(|_| {}, |options| options.watch_self = true).await;
    let admin = server.set_up().await;
    (server, admin)
}

#[tokio::test]
async fn one_mail_when_it_begins_one_when_it_is_over_and_a_restart_repeats_none() {
    let (server, admin) = watching().await;
    let smtp = MailServer::start(&[]);
    let channel = made(&admin, "/api/channels", mail(smtp.port)).await;
    assert_eq!(channel["channel"]["secret"], json!({"configured": false}));
    let rule_id = made(&admin, "/api/rules", rule("<b>It runs</b> & more", true)).await["rule_id"].as_i64().unwrap();

    let first = smtp.wait_for(1).await.remove(0);
    assert_eq!(first["to"], json!(["ops@example.com", "ada@example.com"]));
    let subject = first["headers"]["subject"].as_str().unwrap();
    assert!(subject.starts_with("Critical: <b>It runs</b> & more on "), "{subject}");
    let (text, html) = (first["parts"]["text/plain"].as_str().unwrap(), first["parts"]["text/html"].as_str().unwrap());
    assert!(text.contains("uptime ") && (text.contains(" CET") || text.contains(" CEST")), "{text}");
    assert!(text.contains("https://monitor.example.com/incidents/"), "{text}");
    assert!(html.contains("&lt;b&gt;It runs&lt;/b&gt; &amp; more") && !html.contains("<b>It runs"), "{html}");
    assert_eq!(first["headers"]["auto-submitted"], "auto-generated");

    let server = server.restart().await;
    let admin = admin.at(&server);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(smtp.mails().len(), 1, "a restart tells nothing twice");

    admin.put(&format!("/api/rules/{rule_id}"), rule("It runs", false)).await;
    let second = smtp.wait_for(2).await.remove(1);
    let subject = second["headers"]["subject"].as_str().unwrap();
    assert!(subject.starts_with("Over: <b>It runs</b> & more on "), "it is called as it was: {subject}");
    assert!(second["parts"]["text/plain"].as_str().unwrap().contains("after "), "{second}");
    assert_eq!(first["headers"]["references"], second["headers"]["references"], "both are one thread");
    assert_ne!(first["headers"]["message-id"], second["headers"]["message-id"]);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(smtp.mails().len(), 2);

    let channel = channel["channel_id"].as_i64().unwrap();
    let page = admin.get(&format!("/api/channels/{channel}/deliveries?limit=1")).await.body;
    assert_eq!((&page["count"], &page["deliveries"][0]["event_type"]), (&json!(1), &json!("alert.resolved")), "{page}");
    assert_eq!(page["deliveries"][0]["answer"], "250 2.0.0 Ok: taken");
}

#[tokio::test]
async fn a_mail_server_that_wants_a_login_gets_one_and_says_why_it_refuses() {
    let (server, admin) = TestServer::with_admin().await;
    let smtp = MailServer::start(&["--auth", "monitor:geheim"]);
    let mut new = mail(smtp.port);
    new["target"]["username"] = json!("monitor");
    let refused = admin.post("/api/channels", new.clone()).await;
    assert_eq!((refused.status, refused.fields()), (422, vec!["password".to_owned()]));
    new["secret"] = json!("wrong");
    let id = made(&admin, "/api/channels", new.clone()).await["channel_id"].as_i64().unwrap();
    let tried = admin.post(&format!("/api/channels/{id}/test"), Value::Null).await.body;
    assert!(tried["success"] == false && tried["message"].as_str().unwrap().contains("535"), "{tried}");
    assert_eq!(tried["delivery"]["state"], "dead", "a test is tried once");

    new["secret"] = json!("geheim");
    let changed = admin.put(&format!("/api/channels/{id}"), new.clone()).await;
    assert_eq!(changed.body["channel"]["secret"], json!({"configured": true}));
    let tried = admin.post(&format!("/api/channels/{id}/test"), Value::Null).await.body;
    assert!(tried["success"] == true && tried["message"] == "250 2.0.0 Ok: taken", "{tried}");
    let taken = smtp.wait_for(1).await.remove(0);
    assert!(
        taken["login"] == "monitor" && taken["headers"]["subject"].as_str().unwrap().starts_with("Test: "),
        "{taken}"
    );

    // The secret stays when none is given, and is nowhere to be read.
    new.as_object_mut().unwrap().remove("secret");
    admin.put(&format!("/api/channels/{id}"), new).await;
    assert_eq!(admin.post(&format!("/api/channels/{id}/test"), Value::Null).await.body["success"], true);
    for path in ["/api/channels", "/api/levels", "/api/audit-logs"] {
        assert!(!admin.get(path).await.body.to_string().contains("geheim"), "{path}");
    }
    drop(server);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let (pem, _) = certificate(folder.path());
    let (_server, admin) = TestServer::with_admin().await;
    let smtp = MailServer::start(&["--certificate", &pem]);
    let mut new = mail(smtp.port);
    let id = made(&admin, "/api/channels", new.clone()).await["channel_id"].as_i64().unwrap();
    let tried = admin.post(&format!("/api/channels/{id}/test"), Value::Null).await.body;
    assert!(tried["message"].as_str().unwrap().contains("STARTTLS"), "it insists on TLS: {tried}");
    new["target"]["security"] = json!("starttls");
    admin.put(&format!("/api/channels/{id}"), new).await;
    let tried = admin.post(&format!("/api/channels/{id}/test"), Value::Null).await.body;
    assert!(tried["message"].as_str().unwrap().to_lowercase().contains("certificate"), "{tried}");
    assert!(smtp.mails().is_empty());
}

#[tokio::test]
async fn mail_goes_over_tls_to_a_server_that_somebody_vouches_for() {
    let folder = tempfile::tempdir().unwrap();
    let (pem, certificate) = certificate(folder.path());
    let mut command = program(folder.path());
    command.env("SSL_CERT_FILE", certificate).env("MONITOR_OUTGOING_ALLOW", "127.0.0.1");
    let process = Process::start(command);
    let setup = json!({"username": "admin", "email": "admin@example.com", "password": PASSWORD});
    let anonymous = process.client();
    let admin = anonymous.with_token(anonymous.post("/api/setup/initialize", setup).await.text("token"));
    let smtp = MailServer::start(&["--certificate", &pem, "--auth", "monitor:geheim"]);
    let mut new = mail(smtp.port);
    new["target"]["security"] = json!("starttls");
    new["target"]["username"] = json!("monitor");
    new["secret"] = json!("geheim");
    let id = made(&admin, "/api/channels", new).await["channel_id"].as_i64().unwrap();
    let tried = admin.post(&format!("/api/channels/{id}/test"), Value::Null).await.body;
    assert_eq!(tried["message"], "250 2.0.0 Ok: taken", "{tried}");
    let taken = smtp.wait_for(1).await.remove(0);
    assert_eq!((&taken["tls"], &taken["login"]), (&json!(true), &json!("monitor")));
}

#[tokio::test]
async fn webhooks_are_signed_retried_and_listed() {
    let (_server, admin) = watching().await;
    // The first answer to each new type of event is a failure.
    let sink = Sink::answering("127.0.0.1", |_, before| {
        if before == 0 { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::NO_CONTENT }.into_response()
    })
    .await;
    let id = made(&admin, "/api/webhooks", webhook(&sink.url)).await["webhook_id"].as_str().unwrap().to_owned();
    let listed = admin.get("/api/webhooks").await.body;
    let found = &listed["webhooks"][0];
    assert_eq!(
        (&found["secret"], &found["event_types"], &found["retry_max"]),
        (&json!("***REDACTED***"), &Value::Null, &json!(0))
    );

    // Its own making is an event; it is tried again after some seconds.
    let first = sink.wait_for(2).await;
    assert_eq!(first[0].header("x-sm-event-type"), "webhook.created");
    assert_eq!(first[0].header("x-sm-event-id"), first[1].header("x-sm-event-id"), "the same message");
    made(&admin, "/api/servers", dead_server("web-1")).await;
    made(&admin, "/api/rules", rule("It runs", true)).await;
    let types = |posted: &[crate::mail_server::Posted]| -> Vec<String> {
        posted.iter().map(|one| one.header("x-sm-event-type").to_owned()).collect()
    };
    eventually_within(Duration::from_secs(20), "server and alert", async || {
        let types = types(&sink.posted());
        ["server.created", "settings.updated", "alert.triggered"]
            .iter()
            .all(|wanted| types.iter().any(|one| one == wanted))
            .then_some(())
    })
    .await;
    for posted in sink.posted() {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"s3cret").unwrap();
        mac.update(&posted.body);
        let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(posted.header("x-sm-signature"), format!("sha256={digits}"));
        let body = posted.json();
        assert_eq!(body["event_id"], posted.header("x-sm-event-id"));
        assert_eq!(body["event_type"], posted.header("x-sm-event-type"));
        for field in [
            "timestamp",
            "user_id",
            "username",
            "server_id",
            "server_name",
            "target_type",
            "target_id",
            "action",
            "meta",
            "ip",
            "user_agent",
            "severity",
        ] {
            assert!(body.get(field).is_some(), "{field} is missing in {body}");
        }
        if body["event_type"] == "server.created" {
            assert!(body["username"] == "admin" && body["server_id"].is_i64(), "{body}");
            assert_eq!(body["server_name"], "web-1");
        }
    }
    let tried = admin.post(&format!("/api/webhooks/{id}/test"), Value::Null).await.body;
    assert_eq!(tried["success"], true, "{tried}");
    let page = admin.get(&format!("/api/webhooks/{id}/deliveries?limit=2&offset=1")).await.body;
    assert_eq!((&page["count"], &page["limit"], &page["offset"]), (&json!(2), &json!(2), &json!(1)));

    let failed = &admin.get(&format!("/api/webhooks/{id}/deliveries?limit=100")).await.body["deliveries"];
    let sent = failed.as_array().unwrap().iter().find(|one| one["state"] == "sent").unwrap()["id"].clone();
    let again = admin.post(&format!("/api/webhooks/{id}/deliveries/{sent}/retry"), Value::Null).await;
    assert_eq!(again.status, 404, "what was taken is not posted again: {}", again.body);

    // Whoever puts back what was answered keeps the secret, and it cannot be mistaken for one.
    let mut put_back = admin.get(&format!("/api/webhooks/{id}")).await.body;
    put_back.as_object_mut().unwrap().remove("id");
    assert_eq!(admin.put(&format!("/api/webhooks/{id}"), put_back).await.status, 200);
    let before = sink.posted().len();
    admin.post(&format!("/api/webhooks/{id}/test"), Value::Null).await;
    let signed = sink.wait_for(before + 1).await.pop().unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(b"s3cret").unwrap();
    mac.update(&signed.body);
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(signed.header("x-sm-signature"), format!("sha256={digits}"));
    let mut masked = webhook(&sink.url);
    masked["name"] = json!("Masked");
    masked["secret"] = json!("***REDACTED***");
    assert_eq!(admin.post("/api/webhooks", masked).await.fields(), ["secret"]);

    // What is wanted can be chosen; the secret can be taken away.
    let changed = json!({"event_types": ["server.deleted"], "secret": ""});
    assert_eq!(admin.put(&format!("/api/webhooks/{id}"), changed).await.status, 200);
    let bad = admin.put(&format!("/api/webhooks/{id}"), json!({"event_types": ["server.exploded"]})).await;
    assert_eq!((bad.status, bad.fields()), (422, vec!["event_types".to_owned()]));
    assert_eq!(admin.put(&format!("/api/webhooks/{id}"), json!({"colour": 1})).await.status, 422);
    let before = sink.posted().len();
    made(&admin, "/api/servers", dead_server("web-2")).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(sink.posted().len(), before);
    let servers = admin.get("/api/servers").await.body;
    let web_2 = servers.as_array().unwrap().iter().find(|one| one["name"] == "web-2").unwrap()["id"].clone();
    admin.delete(&format!("/api/servers/{web_2}")).await;
    let last = sink.wait_for(before + 1).await.pop().unwrap();
    assert_eq!((last.header("x-sm-event-type"), last.header("x-sm-signature")), ("server.deleted", ""));
    assert_eq!(last.json()["server_name"], "web-2", "nobody can look it up any more");
    assert_eq!(admin.delete(&format!("/api/webhooks/{id}")).await.status, 200);
    assert_eq!(admin.get(&format!("/api/webhooks/{id}")).await.status, 404);
}

#[tokio::test]
async fn every_service_is_sent_what_it_takes() {
    let (_server, admin) = TestServer::with_admin().await;
    let sink = Sink::start().await;
    let url = &sink.url;
    for (target, secret) in [
        (json!({"kind": "telegram", "chat_id": "-100123", "api_url": url}), "123456:ABC-DEF".to_owned()),
        (json!({"kind": "slack"}), format!("{url}/slack")),
        (json!({"kind": "discord"}), format!("{url}/discord")),
        (json!({"kind": "teams"}), format!("{url}/teams")),
        (json!({"kind": "ntfy", "server_url": url, "topic": "ops"}), "tk_1".to_owned()),
        (json!({"kind": "gotify", "server_url": format!("{url}/gotify/")}), "A1".to_owned()),
        (json!({"kind": "pagerduty", "api_url": format!("{url}/pd")}), "R0".to_owned()),
        (json!({"kind": "opsgenie", "api_url": format!("{url}/og")}), "G1".to_owned()),
        (
            json!({"kind": "custom", "url": format!("{url}/sms"), "content_type": "application/x-www-form-urlencoded",
                   "body": "to=123&text={{ title }}"}),
            "Bearer x".to_owned(),
        ),
        (
            json!({"kind": "custom", "url": format!("{url}/json"), "body": "{\"say\": {{ title }}, \"over\": {{ is_over }}}"}),
            String::new(),
        ),
    ] {
        let name = format!("{} {}", target["kind"], target["url"]);
        let new = json!({"name": name, "target": target, "secret": secret});
        let id = made(&admin, "/api/channels", new).await["channel_id"].as_i64().unwrap();
        let tried = admin.post(&format!("/api/channels/{id}/test"), Value::Null).await;
        assert_eq!(tried.body["message"], "200 OK ok", "{name}: {}", tried.body);
        if id == 10 {
            // Enough is enough for a minute.
            let eleventh = admin.post(&format!("/api/channels/{id}/test"), Value::Null).await;
            assert_eq!(eleventh.status, 429, "{}", eleventh.body);
        }
    }
    let posted = sink.posted();
    let at = |path: &str| posted.iter().find(|one| one.path == path).unwrap_or_else(|| panic!("nothing at {path}"));
    let title = "Test: CPU critical on web-1";
    let telegram = at("/bot123456:ABC-DEF/sendMessage").json();
    assert!(
        telegram["chat_id"] == "-100123" && telegram["text"].as_str().unwrap().starts_with(&format!("<b>{title}</b>"))
    );
    assert_eq!(at("/slack").json()["text"], title);
    assert_eq!(at("/discord").json()["embeds"][0]["title"], title);
    assert_eq!(at("/discord").json()["allowed_mentions"], json!({"parse": []}));
    assert_eq!(at("/teams").json()["attachments"][0]["content"]["body"][0]["text"], title);
    assert_eq!((&at("/").json()["topic"], at("/").header("authorization")), (&json!("ops"), "Bearer tk_1"));
    assert_eq!(
        (&at("/gotify/message").json()["title"], at("/gotify/message").header("x-gotify-key")),
        (&json!(title), "A1")
    );
    let pagerduty = at("/pd/v2/enqueue").json();
    assert_eq!((&pagerduty["routing_key"], &pagerduty["event_action"]), (&json!("R0"), &json!("trigger")));
    assert_eq!(
        (&at("/og/v2/alerts").json()["message"], at("/og/v2/alerts").header("authorization")),
        (&json!(title), "GenieKey G1")
    );
    assert_eq!(at("/sms").body, b"to=123&text=Test%3A+CPU+critical+on+web-1".map(|byte| byte));
    assert_eq!(at("/sms").header("authorization"), "Bearer x");
    assert_eq!(at("/json").json(), json!({"say": title, "over": false}));
}

#[tokio::test]
async fn private_addresses_are_refused_before_and_after_a_redirect() {
    let outgoing = |allow: &str| Outgoing { allow: vec![allow.parse().unwrap()], public_url: None };
    let server = TestServer::start(|_| {}, |options| options.outgoing = outgoing("127.0.0.1")).await;
    let admin = server.set_up().await;
    let inner = Sink::answering("127.0.0.2", |_, _| StatusCode::OK.into_response()).await;
    let to = format!("{}/secret", inner.url);
    let redirecting = Sink::answering("127.0.0.1", move |_, _| {
        (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, to.clone())]).into_response()
    })
    .await;
    let custom = |name: &str, url: &str| json!({"name": name, "secret": "Bearer x", "target": {"kind": "custom", "url": url, "body": "{}"}});
    let direct = made(&admin, "/api/channels", custom("direct", &inner.url)).await["channel_id"].clone();
    let named = made(&admin, "/api/channels", custom("named", &inner.url.replace("127.0.0.2", "2130706434"))).await["channel_id"].clone();
    let ntfy = |url: &str| json!({"name": "ntfy", "secret": "tk_1", "target": {"kind": "ntfy", "server_url": url, "topic": "ops"}});
    let around = made(&admin, "/api/channels", ntfy(&redirecting.url)).await["channel_id"].clone();
    for id in [&direct, &named, &around] {
        let tried = admin.post(&format!("/api/channels/{id}/test"), Value::Null).await.body;
        let said = tried["message"].as_str().unwrap();
        assert!(
            tried["success"] == false && said.contains("127.0.0.2") && said.contains("MONITOR_OUTGOING_ALLOW"),
            "{tried}"
        );
    }
    assert!(inner.posted().is_empty());
    drop(server);

    // Where both are allowed the redirect is followed, though without what is secret; where the body may be secret it is not.
    let server = TestServer::start(|_| {}, |options| options.outgoing = outgoing("127.0.0.0/8")).await;
    let admin = server.set_up().await;
    let around = made(&admin, "/api/channels", ntfy(&redirecting.url)).await["channel_id"].clone();
    let tried = admin.post(&format!("/api/channels/{around}/test"), Value::Null).await.body;
    assert_eq!(tried["success"], true, "{tried}");
    let followed = inner.posted().pop().unwrap();
    assert_eq!((followed.path.as_str(), followed.header("authorization")), ("/secret", ""));
    assert_eq!(redirecting.posted().last().unwrap().header("authorization"), "Bearer tk_1");
    let pagerduty = json!({"name": "pd", "secret": "R0", "target": {"kind": "pagerduty", "api_url": redirecting.url}});
    for new in [pagerduty, custom("around", &redirecting.url)] {
        let around = made(&admin, "/api/channels", new).await["channel_id"].clone();
        let tried = admin.post(&format!("/api/channels/{around}/test"), Value::Null).await.body;
        assert!(tried["message"].as_str().unwrap().contains("redirected to 127.0.0.2"), "{tried}");
    }
    assert_eq!(inner.posted().len(), 1);
}

#[tokio::test]
async fn a_stored_secret_is_not_sent_to_another_place_and_what_is_mistyped_is_named() {
    let (_server, admin) = TestServer::with_admin().await;
    let (smtp, sink) = (MailServer::start(&[]), Sink::start().await);
    let mut new = mail(smtp.port);
    new["target"]["username"] = json!("monitor");
    new["secret"] = json!("geheim");
    let id = made(&admin, "/api/channels", new.clone()).await["channel_id"].as_i64().unwrap();
    let path = format!("/api/channels/{id}");
    new.as_object_mut().unwrap().remove("secret");
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut new = new.clone();
        change(&mut new);
        new
    };
    for (elsewhere, field) in [
        (changed(&|new| new["target"]["host"] = json!("127.0.0.2")), "password"),
        (changed(&|new| new["target"] = json!({"kind": "custom", "url": sink.url, "body": "x"})), "authorization"),
        (changed(&|new| new["target"] = json!({"kind": "gotify", "server_url": sink.url})), "token"),
    ] {
        let refused = admin.put(&path, elsewhere).await;
        assert_eq!((refused.status, refused.fields()), (422, vec![field.to_owned()]), "{}", refused.body);
    }
    let kept = changed(&|new| new["target"]["to"] = json!(["else@example.com"]));
    assert_eq!(admin.put(&path, kept).await.status, 200, "to others by the same server");
    let moved = changed(&|new| {
        new["target"]["host"] = json!("127.0.0.2");
        new["secret"] = json!("other");
    });
    assert_eq!(admin.put(&path, moved).await.status, 200);
    assert!(sink.posted().is_empty());

    let mistyped =
        json!({"name": "x", "target": {"kind": "webhook", "url": sink.url, "event_type": ["alert.triggered"]}});
    let refused = admin.post("/api/channels", mistyped).await;
    assert!(refused.status == 422 && refused.body.to_string().contains("event_type"), "{}", refused.body);
    let mut mistyped = rule("x", true);
    mistyped["for_sec"] = json!(300);
    let refused = admin.post("/api/rules", mistyped).await;
    assert!(refused.status == 422 && refused.body.to_string().contains("for_sec"), "{}", refused.body);
}

#[tokio::test]
async fn a_level_that_is_not_there_is_refused_and_one_that_is_deleted_leaves_nobody_untold() {
    let (_server, admin) = watching().await;
    let smtp = MailServer::start(&[]);
    let mail_id = made(&admin, "/api/channels", mail(smtp.port)).await["channel_id"].clone();
    let mut new = rule("It runs", true);
    new["level_id"] = json!(99);
    assert_eq!(admin.post("/api/rules", new.clone()).await.fields(), ["level_id"]);
    let own = json!({"name": "Own", "steps": [{"after_secs": 0, "channels": [mail_id]}]});
    let level = made(&admin, "/api/levels", own).await["level_id"].clone();
    new["level_id"] = level.clone();
    let rule_id = made(&admin, "/api/rules", new).await["rule_id"].clone();
    smtp.wait_for(1).await;
    assert_eq!(admin.delete(&format!("/api/levels/{level}")).await.status, 200);
    admin.put(&format!("/api/rules/{rule_id}"), rule("It runs", false)).await;
    let over = smtp.wait_for(2).await.remove(1);
    assert!(over["headers"]["subject"].as_str().unwrap().starts_with("Over: It runs"), "{over}");
}

#[tokio::test]
async fn messages_are_in_the_language_of_their_readers() {
    let (_server, admin) = TestServer::with_admin().await;
    let smtp = MailServer::start(&[]);
    let mut new = mail(smtp.port);
    new["language"] = json!("vi");
    let channel = made(&admin, "/api/channels", new.clone()).await;
    assert_eq!(channel["channel"]["language"], "vi");
    let id = channel["channel_id"].clone();
    admin.post(&format!("/api/channels/{id}/test"), Value::Null).await;
    let told = smtp.wait_for(1).await.remove(0);
    assert_eq!(told["headers"]["subject"], "Thử: CPU critical trên web-1");
    assert!(told["parts"]["text/html"].as_str().unwrap().contains("lang=\"vi\""), "{told}");
    new["language"] = json!("xx");
    assert_eq!(admin.put(&format!("/api/channels/{id}"), new).await.status, 422);
    let preview = json!({"language": "zh-CN", "occasion": "escalated", "servers": 3});
    let preview = admin.post("/api/channels/preview", preview).await.body;
    assert_eq!(preview["title"], "无人确认，严重：3 台服务器上的 CPU critical");
}

#[tokio::test]
async fn a_channel_that_hangs_delays_no_other_and_what_waits_outlives_a_restart() {
    let (server, admin) = watching().await;
    let hanging = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = hanging.local_addr().unwrap();
    let smtp = MailServer::start(&[]);
    let slack = json!({"name": "Slack", "target": {"kind": "slack"}, "secret": format!("http://{address}/hook")});
    let slack = made(&admin, "/api/channels", slack).await["channel_id"].as_i64().unwrap();
    made(&admin, "/api/channels", mail(smtp.port)).await;
    let begun = Instant::now();
    made(&admin, "/api/rules", rule("It runs", true)).await;
    smtp.wait_for(1).await;
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());

    drop(hanging);
    let server = server.restart().await;
    let admin = admin.at(&server);
    let path = format!("/api/channels/{slack}/deliveries");
    let waiting = admin.get(&path).await.body;
    assert_eq!(waiting["deliveries"][0]["state"], "waiting", "{waiting}");
    // The place is taken by somebody who takes it.
    let sink = Sink::start().await;
    let changed = json!({"name": "Slack", "target": {"kind": "slack"}, "secret": format!("{}/hook", sink.url)});
    assert_eq!(admin.put(&format!("/api/channels/{slack}"), changed).await.status, 200);
    sink.wait_for(1).await;
    assert_eq!(smtp.mails().len(), 1);
    let sent = eventually_within(Duration::from_secs(5), "sent", async || {
        Some(admin.get(&path).await.body).filter(|page| page["deliveries"][0]["state"] == "sent")
    })
    .await;
    assert_eq!(sent["count"], 1);
}

#[tokio::test]
async fn two_hundred_servers_at_once_are_one_message() {
    let (_server, admin) = TestServer::with_admin().await;
    let rules = admin.get("/api/rules").await.body;
    let mut offline = rules.as_array().unwrap().iter().find(|rule| rule["name"] == "Server offline").unwrap().clone();
    let path = format!("/api/rules/{}", offline["id"]);
    offline.as_object_mut().unwrap().remove("id");
    offline["is_enabled"] = json!(false);
    assert_eq!(admin.put(&path, offline.clone()).await.status, 200);
    for number in 0..200 {
        made(&admin, "/api/servers", dead_server(&format!("web-{number}"))).await;
    }
    let smtp = MailServer::start(&[]);
    made(&admin, "/api/channels", mail(smtp.port)).await;
    eventually_within(Duration::from_secs(30), "all are away", async || {
        let all = admin.get("/api/servers").await.body;
        all.as_array().unwrap().iter().all(|one| one["status"] == "offline").then_some(())
    })
    .await;
    offline["is_enabled"] = json!(true);
    admin.put(&path, offline.clone()).await;
    let told = smtp.wait_for(1).await.remove(0);
    assert_eq!(told["headers"]["subject"], "Critical: Server offline on 200 servers");
    offline["is_enabled"] = json!(false);
    admin.put(&path, offline).await;
    let over = smtp.wait_for(2).await.remove(1);
    assert_eq!(over["headers"]["subject"], "Over: Server offline on 200 servers");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(smtp.mails().len(), 2);
}

#[tokio::test]
async fn levels_say_who_is_told_and_a_deleted_channel_is_in_none() {
    let (_server, admin) = TestServer::with_admin().await;
    let smtp = MailServer::start(&[]);
    let mail_id = made(&admin, "/api/channels", mail(smtp.port)).await["channel_id"].clone();
    let slack = json!({"name": "Slack", "target": {"kind": "slack"}, "secret": "https://hooks.slack.com/services/x"});
    let slack_id = made(&admin, "/api/channels", slack).await["channel_id"].clone();
    let told = |levels: &Value| -> Vec<Value> {
        levels.as_array().unwrap().iter().map(|level| level["steps"][0]["channels"].clone()).collect()
    };
    let levels = admin.get("/api/levels").await.body;
    assert_eq!(told(&levels), [json!([mail_id]), json!([mail_id, slack_id]), json!([mail_id, slack_id])]);
    let changed = json!({
        "name": "Level 1: warning", "reminder": {"every_secs": 600},
        "steps": [{"after_secs": 600, "channels": [slack_id]}, {"after_secs": 0, "channels": [mail_id]}],
    });
    let saved = admin.put("/api/levels/1", changed).await.body;
    assert_eq!(saved["level"]["steps"][1]["after_secs"], 600, "steps are put in order: {saved}");
    let unknown = json!({"name": "Nobody", "steps": [{"after_secs": 0, "channels": [99]}]});
    assert_eq!(admin.post("/api/levels", unknown).await.fields(), ["channels"]);
    assert_eq!(admin.delete("/api/levels/1").await.status, 409);
    assert_eq!(admin.delete(&format!("/api/channels/{slack_id}")).await.status, 200);
    let levels = admin.get("/api/levels").await.body;
    assert_eq!(levels[0]["steps"].as_array().unwrap().len(), 1, "{levels}");
    assert_eq!(told(&levels), [json!([mail_id]), json!([mail_id]), json!([mail_id])]);
    let preview = json!({"occasion": "ended", "servers": 3, "templates": {"title": "{{ rule }}: {{ count }}"}});
    let preview = admin.post("/api/channels/preview", preview).await.body;
    assert_eq!(preview["title"], "CPU critical: 3");
    let bad = admin.post("/api/channels/preview", json!({"templates": {"text": "{{ nobody }}"}})).await;
    assert_eq!(bad.fields(), ["text"]);
}
