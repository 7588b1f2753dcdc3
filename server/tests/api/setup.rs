//! `/api/setup`: the first administrator.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{PASSWORD, TestServer};

fn setup() -> Value {
    json!({"username": "ada", "email": "ada@example.com", "password": PASSWORD})
}

#[tokio::test]
async fn the_first_administrator_is_made_once() {
    let server = TestServer::empty().await;
    let client = server.client();
    let status = client.get("/api/setup/status").await;
    assert_eq!(status.body, json!({"needs_setup": true, "needs_code": false}));

    let answer = client.post("/api/setup/initialize", setup()).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.body["success"], true);
    assert_eq!(answer.body["user"]["role"], "admin");
    let admin = client.with_token(answer.text("token"));
    assert_eq!(admin.get("/api/users/me").await.body["username"], "ada");

    assert_eq!(client.get("/api/setup/status").await.body["needs_setup"], false);
    client.post("/api/setup/initialize", setup()).await.is_refusal(StatusCode::CONFLICT, "conflict");
}

#[tokio::test]
async fn whoever_may_sit_elsewhere_also_needs_the_code() {
    let server = TestServer::empty().await;
    for (name, value) in [("host", "monitor.example.com"), ("x-forwarded-for", "198.51.100.7")] {
        let stranger = server.client().with(name, value);
        assert_eq!(stranger.get("/api/setup/status").await.body["needs_code"], true, "{name}");
        let answer = stranger.post("/api/setup/initialize", setup()).await;
        answer.is_refusal(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
        assert_eq!(answer.fields(), ["code"]);
    }

    let stranger = server.client().with("host", "monitor.example.com");
    let mut with_code = setup();
    with_code["code"] = json!("wrong");
    assert_eq!(stranger.post("/api/setup/initialize", with_code.clone()).await.fields(), ["code"]);
    with_code["code"] = json!(server.program.monitor().accounts().setup_code().unwrap());
    assert_eq!(stranger.post("/api/setup/initialize", with_code).await.status, 201);
    assert_eq!(server.program.monitor().accounts().setup_code(), None);
}

#[tokio::test]
async fn a_set_up_that_cannot_be_taken_makes_no_account() {
    let server = TestServer::empty().await;
    let bad = json!({"username": "a b", "email": "nobody", "password": "short"});
    let answer = server.client().post("/api/setup/initialize", bad).await;
    answer.is_refusal(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
    assert_eq!(answer.fields(), ["username", "email", "password"]);
    assert_eq!(server.client().get("/api/setup/status").await.body["needs_setup"], true);
}
