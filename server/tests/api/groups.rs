//! `/api/groups`: groups of servers.

use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{TestServer, dead_server};

#[tokio::test]
async fn groups_are_made_renamed_recoloured_and_deleted() {
    let (_server, admin) = TestServer::with_admin().await;
    let made = admin.post("/api/groups", json!({"name": " Web "})).await;
    assert_eq!((made.status, &made.body["success"]), (201, &json!(true)), "{}", made.text);
    let id = made.number("group_id");
    assert_eq!(made.body["group"]["name"], "Web");

    let path = format!("/api/groups/{id}");
    let changed = admin.put(&path, json!({"name": "Databases", "color": "#AA00ff"})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let list = admin.get("/api/groups").await;
    assert_eq!(list.body[0]["name"], "Databases");
    assert_eq!(list.body[0]["color"], "#aa00ff");

    assert_eq!(admin.delete(&path).await.body["success"], true);
    assert_eq!(admin.get("/api/groups").await.body, json!([]));
    admin.delete(&path).await.is_refusal(StatusCode::NOT_FOUND, "not_found");
    admin.put(&path, json!({"name": "x"})).await.is_refusal(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let (_server, admin) = TestServer::with_admin().await;
    assert_eq!(admin.post("/api/groups", json!({"name": "Web"})).await.status, 201);
    let answer = admin.post("/api/groups", json!({"name": "Web"})).await;
    answer.is_refusal(StatusCode::CONFLICT, "conflict");
    assert_eq!(answer.fields(), ["name"]);
}

#[tokio::test]
async fn servers_outlive_their_group() {
    let (_server, admin) = TestServer::with_admin().await;
    let group = admin.post("/api/groups", json!({"name": "Web"})).await.number("group_id");
    let mut new = dead_server("web-1");
    new["group_id"] = json!(group);
    let made = admin.post("/api/servers", new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(admin.get("/api/groups").await.body[0]["item_count"], 1);
    let path = format!("/api/servers/{}", made.number("server_id"));
    assert_eq!(admin.get(&path).await.body["group_id"], json!(group));

    assert_eq!(admin.delete(&format!("/api/groups/{group}")).await.status, 200);
    assert_eq!(admin.get(&path).await.body["group_id"], json!(null));
}
