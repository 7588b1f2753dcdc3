//! `/api/audit-logs`: who did what, when, from where.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{PASSWORD, TestServer, dead_server};

fn actions(page: &Value) -> Vec<&str> {
    page["logs"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_login_failed_login_and_change_is_an_entry() {
    let (server, admin) = TestServer::with_admin().await;
    server.client().post("/api/auth/login", json!({"username": "eve", "password": "guess"})).await;
    server.client().post("/api/auth/login", json!({"username": "admin", "password": PASSWORD})).await;
    let id =
        admin.with("user-agent", "ops script").post("/api/servers", dead_server("web-1")).await.number("server_id");
    admin.put(&format!("/api/servers/{id}"), json!({"name": "web-2"})).await;
    admin.delete(&format!("/api/servers/{id}")).await;
    admin.post("/api/groups", json!({"name": "Web"})).await;
    admin.post("/api/tags", json!({"name": "prod"})).await;

    let page = admin.get("/api/audit-logs").await.body;
    let expected = [
        "tag.create",
        "group.create",
        "server.delete",
        "server.change",
        "server.create",
        "auth.login",
        "auth.login_failed",
        "setup.initialize",
    ];
    assert_eq!(actions(&page), expected);
    assert_eq!(
        (&page["count"], &page["total"], &page["limit"], &page["offset"]),
        (&json!(8), &json!(8), &json!(100), &json!(0))
    );
    let added = &page["logs"][4];
    assert_eq!((&added["username"], &added["target_id"]), (&json!("admin"), &json!(id.to_string())));
    assert_eq!((&added["ip"], &added["user_agent"]), (&json!("127.0.0.1"), &json!("ops script")));
    let failed = &page["logs"][6];
    assert_eq!((&failed["username"], &failed["user_id"]), (&json!("eve"), &json!(null)));
}

#[tokio::test]
async fn the_log_is_filtered_and_paged() {
    let (_server, admin) = TestServer::with_admin().await;
    for name in ["a", "b", "c"] {
        admin.post("/api/tags", json!({"name": name})).await;
    }
    let page = admin.get("/api/audit-logs?action=tag.&limit=2").await.body;
    assert_eq!((actions(&page), &page["total"]), (vec!["tag.create"; 2], &json!(3)));
    assert_eq!(admin.get("/api/audit-logs?action=tag.create&offset=2").await.body["count"], 1);
    assert_eq!(admin.get("/api/audit-logs?from_ms=4102444800000").await.body["total"], 0);
    let answer = admin.get("/api/audit-logs?limit=few").await;
    answer.is_refusal(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
    assert_eq!(answer.fields(), ["limit"]);
}
