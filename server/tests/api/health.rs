//! What is open to everybody: health, readiness, the five counts.

use serde_json::json;

use crate::harness::{TestServer, dead_server};

#[tokio::test]
async fn a_running_program_is_healthy_and_ready() {
    let server = TestServer::empty().await;
    let health = server.client().get("/api/health").await;
    assert_eq!((health.status, &health.body["status"]), (200, &json!("ok")));
    assert!(health.text("timestamp").ends_with('Z'), "{}", health.text);
    let ready = server.client().get("/api/ready").await;
    assert_eq!((ready.status, &ready.body["status"]), (200, &json!("ready")));
    assert_eq!(ready.body["checks"], json!({"database": true, "running": true, "history": true}));
}

#[tokio::test]
async fn a_program_that_stops_is_not_ready() {
    let server = TestServer::empty().await;
    server.program.monitor().stop().await.unwrap();
    let ready = server.client().get("/api/ready").await;
    assert_eq!((ready.status, &ready.body["status"]), (503, &json!("not_ready")));
    assert_eq!(server.client().get("/api/health").await.status, 200);
}

#[tokio::test]
async fn the_counts_are_open_to_all() {
    let (server, admin) = TestServer::with_admin().await;
    assert_eq!(admin.post("/api/servers", dead_server("web-1")).await.status, 201);
    let counts = server.client().get("/api/stats/overview").await;
    assert_eq!(counts.status, 200);
    assert_eq!(counts.body["total_servers"], 1);
    for name in ["online_servers", "offline_servers", "unknown_servers", "unread_alerts"] {
        assert!(counts.body[name].is_u64(), "{}", counts.text);
    }
}
