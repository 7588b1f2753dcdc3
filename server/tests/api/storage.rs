//! What history takes and how long it is kept, over REST.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{TestServer, dead_server, eventually};

#[tokio::test]
async fn usage_says_what_each_server_takes_and_how_full_the_disk_is() {
    let server = TestServer::start(|_| {}, |options| options.watch_self = true).await;
    let admin = server.set_up().await;
    let id = admin.get("/api/servers").await.body[0]["id"].as_i64().unwrap();
    let path = format!("/api/servers/{id}/metrics/history?series=cpu.busy&step=1000");
    eventually("values", async || (admin.get(&path).await.body["series"][0]["points"][1] != Value::Null).then_some(()))
        .await;
    // A stop makes blocks of what is in memory.
    let server = server.restart().await;
    let usage = admin.at(&server).get("/api/history/usage").await.body;
    let tier = &usage["servers"][0]["tiers"][0];
    assert_eq!((&usage["servers"][0]["server_id"], &tier["tier"]), (&json!(id), &json!(0)), "{usage}");
    assert!(tier["size_bytes"].as_u64().unwrap() > 0 && tier["value_count"].as_u64().unwrap() > 0, "{usage}");
    let tiers = usage["servers"][0]["tiers"].as_array().unwrap();
    assert!(tiers.iter().any(|tier| tier["tier"] == 3), "lists of processes: {usage}");
    assert_eq!(
        usage["total_bytes"].as_u64(),
        tiers.iter().map(|tier| tier["size_bytes"].as_u64()).sum::<Option<u64>>()
    );
    assert_eq!(usage["budget_bytes"], json!(10_u64 << 30));
    let disk = &usage["disk"];
    assert!(disk["total_bytes"].as_u64() > disk["free_bytes"].as_u64(), "{disk}");
    assert!(disk["floor_bytes"].as_u64().is_some_and(|floor| floor > 0 && floor <= 1 << 30), "{disk}");
    assert_eq!((&usage["is_paused"], &usage["losses"]["lost_samples"]), (&json!(false), &json!(0)));
}

#[tokio::test]
async fn limits_that_an_administrator_sets_stay_after_a_restart_and_are_recorded() {
    let (server, admin) = TestServer::with_admin().await;
    let group = admin.post("/api/groups", json!({"name": "Web"})).await.body["group"]["id"].clone();
    let mut member = dead_server("web");
    member["group_id"] = group.clone();
    assert_eq!(admin.post("/api/servers", member).await.status, 201);
    let mut limits = admin.get("/api/history/limits").await.body;
    assert_eq!((&limits["raw_days"], &limits["budget_mib"]), (&json!(7), &json!(10_240)));
    limits["raw_days"] = json!(3);
    limits["free_disk_mib"] = json!(64);
    limits["groups"] = json!([
        {"group_id": group, "raw_days": 30, "minute_days": null, "hour_days": null},
        {"group_id": 999_999, "raw_days": 1, "minute_days": null, "hour_days": null},
    ]);
    let answer = admin.put("/api/history/limits", limits.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    limits["groups"].as_array_mut().unwrap().pop();
    assert_eq!(answer.body, limits, "a group that is not there is left out");

    let server = server.restart().await;
    let admin = admin.at(&server);
    assert_eq!(admin.get("/api/history/limits").await.body, limits);
    let log = admin.get("/api/audit-logs?action=history.limits").await.body;
    let detail = log["logs"][0]["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("3 days as sampled instead of 7"), "{log}");
}

#[tokio::test]
async fn limits_that_cannot_be_taken_are_refused_by_field_and_change_nothing() {
    let (_server, admin) = TestServer::with_admin().await;
    let before = admin.get("/api/history/limits").await.body;
    for (field, value) in [
        ("raw_days", json!(0)),
        ("minute_days", json!(36_501)),
        ("hour_days", json!(-1)),
        ("budget_mib", json!(1)),
        ("free_disk_mib", json!("much")),
        ("forever", json!(true)),
    ] {
        let mut limits = before.clone();
        limits[field] = value;
        let answer = admin.put("/api/history/limits", limits).await;
        answer.is_refusal(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
        assert_eq!(answer.fields(), [field]);
    }
    assert_eq!(admin.get("/api/history/limits").await.body, before);
}
