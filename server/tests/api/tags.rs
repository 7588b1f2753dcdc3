//! `/api/tags`: tags on servers.

use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{TestServer, dead_server};

#[tokio::test]
async fn tags_are_made_renamed_recoloured_and_deleted() {
    let (_server, admin) = TestServer::with_admin().await;
    let made = admin.post("/api/tags", json!({"name": " Web "})).await;
    assert_eq!((made.status, &made.body["success"]), (201, &json!(true)), "{}", made.text);
    let id = made.number("tag_id");
    assert_eq!(made.body["tag"]["name"], "Web");

    let path = format!("/api/tags/{id}");
    let changed = admin.put(&path, json!({"name": "Databases", "color": "#AA00ff"})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let list = admin.get("/api/tags").await;
    assert_eq!(list.body[0]["name"], "Databases");
    assert_eq!(list.body[0]["color"], "#aa00ff");

    assert_eq!(admin.delete(&path).await.body["success"], true);
    assert_eq!(admin.get("/api/tags").await.body, json!([]));
    admin.delete(&path).await.is_refusal(StatusCode::NOT_FOUND, "not_found");
    admin.put(&path, json!({"name": "x"})).await.is_refusal(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let (_server, admin) = TestServer::with_admin().await;
    assert_eq!(admin.post("/api/tags", json!({"name": "Web"})).await.status, 201);
    let answer = admin.post("/api/tags", json!({"name": "Web"})).await;
    answer.is_refusal(StatusCode::CONFLICT, "conflict");
    assert_eq!(answer.fields(), ["name"]);
}

#[tokio::test]
async fn servers_outlive_their_tags() {
    let (_server, admin) = TestServer::with_admin().await;
    let tag = admin.post("/api/tags", json!({"name": "Web"})).await.number("tag_id");
    let mut new = dead_server("web-1");
    new["tag_ids"] = json!([tag]);
    let made = admin.post("/api/servers", new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(admin.get("/api/tags").await.body[0]["item_count"], 1);
    let path = format!("/api/servers/{}", made.number("server_id"));
    assert_eq!(admin.get(&path).await.body["tag_ids"], json!([tag]));

    assert_eq!(admin.delete(&format!("/api/tags/{tag}")).await.status, 200);
    assert_eq!(admin.get(&path).await.body["tag_ids"], json!([]));
}
