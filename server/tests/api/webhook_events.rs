//! Which events webhooks hear, and that they hear nothing of themselves without end.

use std::time::Duration;

use axum::{http::StatusCode, response::IntoResponse};
use serde_json::{Value, json};

use crate::{
    harness::{Client, TestServer, dead_server, eventually, eventually_within},
    mail_server::{Posted, Sink},
    notifications::made,
};

async fn hook(admin: &Client, name: &str, url: &str) -> String {
    let new = json!({"name": name, "url": format!("{url}/{name}")});
    made(admin, "/api/webhooks", new).await["webhook_id"].as_str().unwrap().to_owned()
}

fn events(sink: &Sink) -> Vec<Value> {
    sink.posted().iter().map(Posted::json).collect()
}

fn of_type(sink: &Sink, event_type: &str) -> Vec<Value> {
    events(sink).into_iter().filter(|event| event["event_type"] == event_type).collect()
}

#[tokio::test]
async fn a_webhook_hears_how_deliveries_of_the_others_went_and_never_of_its_own() {
    let (_server, admin) = TestServer::with_admin().await;
    let good = Sink::answering("127.0.0.1", |_, _| StatusCode::NO_CONTENT.into_response()).await;
    let bad = Sink::answering("127.0.0.1", |_, _| StatusCode::BAD_REQUEST.into_response()).await;
    let quiet = Sink::answering("127.0.0.1", |_, _| StatusCode::NO_CONTENT.into_response()).await;
    let good_id = hook(&admin, "good", &good.url).await;
    let bad_id = hook(&admin, "bad", &bad.url).await;
    let chosen = json!({"name": "chosen", "url": format!("{}/chosen", quiet.url), "event_types": ["webhook.failed"]});
    made(&admin, "/api/webhooks", chosen).await;
    let once = json!({"retry_max": 1});
    assert_eq!(admin.put(&format!("/api/webhooks/{bad_id}"), once).await.status, 200);

    made(&admin, "/api/servers", dead_server("web-1")).await;
    let failed = eventually("a failure is told", async || {
        of_type(&good, "webhook.failed").into_iter().find(|event| event["target_id"] == json!(bad_id))
    })
    .await;
    assert_eq!((&failed["severity"], &failed["target_type"]), (&json!("error"), &json!("webhook")));
    let delivered = eventually("a success is told", async || {
        of_type(&bad, "webhook.delivered").into_iter().find(|event| event["target_id"] == json!(good_id))
    })
    .await;
    assert!(delivered["meta"].to_string().contains("good: "), "{delivered}");
    eventually("who chose failures hears of them", async || of_type(&quiet, "webhook.failed").pop()).await;

    let down = async || of_type(&good, "alert.triggered").pop();
    eventually_within(Duration::from_secs(30), "the server is down", down).await;
    // It comes to rest, and nobody heard of themselves, nor of deliveries of such events.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let heard = || [&good, &bad, &quiet].map(|sink| sink.posted().len());
    let before = heard();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(heard(), before, "it has an end");
    for (sink, own) in [(&good, &good_id), (&bad, &bad_id)] {
        for event in events(sink).iter().filter(|event| event["target_type"] == "webhook") {
            assert_ne!(event["target_id"], json!(own), "{event}");
            assert!(!event["meta"].to_string().contains(": webhook.delivered"), "{event}");
            assert!(!event["meta"].to_string().contains(": webhook.failed"), "{event}");
        }
    }
    assert!(events(&quiet).iter().all(|event| event["event_type"] == "webhook.failed"));
}

#[tokio::test]
async fn a_channel_that_is_no_webhook_is_a_setting() {
    let (_server, admin) = TestServer::with_admin().await;
    let sink = Sink::answering("127.0.0.1", |_, _| StatusCode::NO_CONTENT.into_response()).await;
    let id = hook(&admin, "hook", &sink.url).await;
    eventually("its making", async || of_type(&sink, "webhook.created").pop()).await;
    let chat = json!({"name": "Chat", "target": {"kind": "slack"}, "secret": "https://hooks.example.com/x"});
    let chat = made(&admin, "/api/channels", chat).await["channel_id"].clone();
    admin.delete(&format!("/api/channels/{chat}")).await;
    eventually("both are settings", async || (of_type(&sink, "settings.updated").len() == 2).then_some(())).await;
    admin.put(&format!("/api/webhooks/{id}"), json!({"timeout": 9})).await;
    eventually("a webhook is none", async || of_type(&sink, "webhook.updated").pop()).await;
    assert_eq!((of_type(&sink, "webhook.created").len(), of_type(&sink, "webhook.deleted").len()), (1, 0));
    // Others that people and the program do.
    let user =
        json!({"username": "grace", "email": "g@example.com", "password": crate::harness::PASSWORD, "role": "user"});
    let user = made(&admin, "/api/users", user).await["user_id"].clone();
    admin.put(&format!("/api/users/{user}"), json!({"role": "operator"})).await;
    admin.post("/api/auth/login", json!({"username": "grace", "password": crate::harness::PASSWORD})).await;
    admin.delete(&format!("/api/users/{user}")).await;
    let server = made(&admin, "/api/servers", dead_server("web-1")).await["server_id"].clone();
    admin.put(&format!("/api/servers/{server}"), json!({"name": "web-2"})).await;
    let down = async || of_type(&sink, "alert.triggered").pop();
    eventually_within(Duration::from_secs(30), "an alert", down).await;
    admin.delete(&format!("/api/servers/{server}")).await;
    for event_type in [
        "user.created",
        "user.updated",
        "user.login",
        "user.deleted",
        "server.created",
        "server.updated",
        "server.deleted",
        "alert.resolved",
    ] {
        eventually(event_type, async || of_type(&sink, event_type).pop()).await;
    }
}
