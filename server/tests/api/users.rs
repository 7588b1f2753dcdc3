//! `/api/users`: accounts.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{PASSWORD, TestServer};

fn new_user() -> Value {
    json!({"username": "grace", "email": "grace@example.com", "password": PASSWORD, "role": "operator"})
}

#[tokio::test]
async fn accounts_are_made_read_changed_and_deleted() {
    let (server, admin) = TestServer::with_admin().await;
    let made = admin.post("/api/users", new_user()).await;
    assert_eq!((made.status, &made.body["success"]), (201, &json!(true)), "{}", made.text);
    let path = format!("/api/users/{}", made.number("user_id"));

    let read = admin.get(&path).await;
    assert_eq!((&read.body["username"], &read.body["role"]), (&json!("grace"), &json!("operator")));
    assert!(read.body["permissions"].as_array().unwrap().contains(&json!("servers_write")));
    assert!(!read.text.contains("password"), "{}", read.text);

    let changed = admin.put(&path, json!({"role": "auditor", "email": "hopper@example.com"})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.body["user"]["role"], "auditor");
    assert_eq!(admin.get(&path).await.body["email"], "hopper@example.com");

    let names: Vec<String> = admin
        .get("/api/users")
        .await
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["username"].to_string())
        .collect();
    assert_eq!(names, ["\"admin\"", "\"grace\""]);

    assert_eq!(admin.delete(&path).await.body["success"], true);
    admin.get(&path).await.is_refusal(StatusCode::NOT_FOUND, "not_found");
    server.client().get("/api/users").await.is_refusal(StatusCode::UNAUTHORIZED, "unauthenticated");
}

#[tokio::test]
async fn everybody_may_read_their_own_account_and_no_other() {
    let (server, admin) = TestServer::with_admin().await;
    let user = server.member(&admin, "user").await;
    let me = user.get("/api/users/me").await;
    assert_eq!(me.body["role"], "user");
    assert_eq!(user.get(&format!("/api/users/{}", me.number("id"))).await.status, 200);
    let other = admin.get("/api/users/me").await.number("id");
    user.get(&format!("/api/users/{other}")).await.is_refusal(StatusCode::FORBIDDEN, "forbidden");
}

#[tokio::test]
async fn names_and_addresses_are_unique() {
    let (_server, admin) = TestServer::with_admin().await;
    assert_eq!(admin.post("/api/users", new_user()).await.status, 201);
    let mut same_name = new_user();
    same_name["email"] = json!("other@example.com");
    let answer = admin.post("/api/users", same_name).await;
    answer.is_refusal(StatusCode::CONFLICT, "conflict");
    assert_eq!(answer.fields(), ["username"]);
    let mut same_address = new_user();
    same_address["username"] = json!("other");
    assert_eq!(admin.post("/api/users", same_address).await.fields(), ["email"]);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let (_server, admin) = TestServer::with_admin().await;
    let path = format!("/api/users/{}", admin.get("/api/users/me").await.number("id"));
    for change in [json!({"role": "user"}), json!({"is_active": false})] {
        assert_eq!(admin.put(&path, change).await.status, 409);
    }
    assert_eq!(admin.delete(&path).await.status, 409);
    assert_eq!(admin.get("/api/users/me").await.body["role"], "admin");
}
