//! Rules and incidents over REST, with this machine as the server that is watched.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::TestServer;

/// Waits until a question has an answer that is as wanted.
async fn until(admin: &crate::harness::Client, path: &str, is_it: impl Fn(&Value) -> bool) -> Value {
    let mut body = Value::Null;
    for _ in 0..60 {
        body = admin.get(path).await.body;
        if is_it(&body) {
            return body;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    panic!("{path} stays {body}");
}

fn uptime_above(secs: f64) -> Value {
    json!({
        "name": "It runs",
        "condition": {"kind": "value", "series": "uptime", "comparison": "above", "fire": secs, "clear": secs},
        "severity": "critical",
    })
}

#[tokio::test]
async fn a_rule_begins_one_incident_that_outlives_a_restart_and_ends_with_it() {
    let server = TestServer::start(|_| {}, |options| options.watch_self = true).await;
    let admin = server.set_up().await;
    let names: Vec<_> =
        admin.get("/api/rules").await.body.as_array().unwrap().iter().map(|rule| rule["name"].clone()).collect();
    assert!(
        names.contains(&json!("Server offline")) && names.contains(&json!("Host key changed")) && names.len() == 9,
        "{names:?}"
    );
    let made = admin.post("/api/rules", uptime_above(0.0)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let rule = made.body["rule_id"].as_i64().unwrap();

    let ours = "/api/incidents?limit=10";
    let begun =
        until(&admin, ours, |all| all.as_array().is_some_and(|all| all.iter().any(|one| one["rule_id"] == rule))).await;
    let begun = begun.as_array().unwrap().iter().find(|one| one["rule_id"] == rule).unwrap().clone();
    assert_eq!(
        (&begun["rule_name"], &begun["series"], &begun["severity"]),
        (&json!("It runs"), &json!("uptime"), &json!("critical"))
    );
    assert!(begun["value"].as_f64().unwrap() > 0.0 && begun["ended_at_ms"].is_null(), "{begun}");

    let server = server.restart().await;
    let admin = admin.at(&server);
    tokio::time::sleep(Duration::from_secs(4)).await;
    let again = admin.get(ours).await.body;
    assert_eq!(again.as_array().unwrap().iter().filter(|one| one["rule_id"] == rule).count(), 1, "{again}");

    // It cannot be that long.
    let changed = admin.put(&format!("/api/rules/{rule}"), uptime_above(1e12)).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let is_over = |all: &Value| {
        all.as_array().is_some_and(|all| all.iter().any(|one| one["id"] == begun["id"] && one["ended_at_ms"].is_i64()))
    };
    until(&admin, ours, is_over).await;
    assert_eq!(admin.delete(&format!("/api/rules/{rule}")).await.status, 200);
    assert_eq!(admin.delete(&format!("/api/rules/{rule}")).await.status, 404);
    let left = admin.get(ours).await.body;
    let left = left.as_array().unwrap().iter().find(|one| one["id"] == begun["id"]).unwrap().clone();
    assert_eq!((&left["rule_id"], &left["rule_name"]), (&Value::Null, &json!("It runs")), "what was stays to be read");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_an_incident_until_it_is_deleted() {
    let server = TestServer::start(|_| {}, |_| {}).await;
    let admin = server.set_up().await;
    let new =
        json!({"name": "gone", "host": "127.0.0.9", "port": 9, "username": "nobody", "password": "of no use here"});
    let id = admin.post("/api/servers", new).await.body["server_id"].as_i64().unwrap();
    let path = format!("/api/incidents?open=true&server_id={id}");
    let open = until(&admin, &path, |all| all.as_array().is_some_and(|all| all.len() == 1)).await;
    assert_eq!((&open[0]["rule_name"], &open[0]["server_name"]), (&json!("Server offline"), &json!("gone")));
    assert_eq!(admin.delete(&format!("/api/servers/{id}")).await.status, 200);
    until(&admin, "/api/incidents?open=true", |all| all.as_array().is_some_and(Vec::is_empty)).await;
    let all = admin.get("/api/incidents").await.body;
    assert_eq!((&all[0]["server_id"], &all[0]["server_name"]), (&Value::Null, &json!("gone")));
}

#[tokio::test]
async fn a_rule_that_makes_no_sense_names_the_field() {
    let server = TestServer::start(|_| {}, |_| {}).await;
    let admin = server.set_up().await;
    for (change, field) in [
        (json!({"name": " "}), "name"),
        (json!({"name": "CPU high"}), "name"),
        (json!({"for_secs": 100_000_000}), "for_secs"),
        (
            json!({"condition": {"kind": "value", "series": "x", "comparison": "above", "fire": 1.0, "clear": 2.0}}),
            "clear",
        ),
        (json!({"condition": {"kind": "no_data", "series": ""}}), "series"),
    ] {
        let mut rule = uptime_above(1.0);
        for (key, value) in change.as_object().unwrap() {
            rule[key] = value.clone();
        }
        let answer = admin.post("/api/rules", rule).await;
        assert!((400..500).contains(&answer.status), "{change}: {}", answer.body);
        assert_eq!(answer.body["fields"][0]["field"], field, "{}", answer.body);
    }
    assert_eq!(admin.get("/api/incidents?limit=0").await.body["fields"][0]["field"], "limit");
}

#[tokio::test]
async fn the_guide_s_call_moves_the_levels_of_the_usual_rules() {
    let server = TestServer::start(|_| {}, |_| {}).await;
    let admin = server.set_up().await;
    let usual = json!({
        "cpu_warning_threshold": 80.0, "cpu_critical_threshold": 90.0, "memory_warning_threshold": 75.0,
        "memory_critical_threshold": 85.0, "disk_warning_threshold": 80.0, "disk_critical_threshold": 90.0,
    });
    assert_eq!(admin.get("/api/settings").await.body, usual);
    let moved = json!({
        "cpu_warning_threshold": 70, "cpu_critical_threshold": 95, "memory_warning_threshold": 75,
        "memory_critical_threshold": 85, "disk_warning_threshold": 80, "disk_critical_threshold": 90,
    });
    let saved = admin.post("/api/settings", moved).await;
    assert_eq!((saved.status, &saved.body["success"]), (200, &json!(true)), "{}", saved.body);
    assert_eq!(saved.body["settings"]["cpu_critical_threshold"], 95.0);
    assert_eq!(saved.body["settings"], admin.get("/api/settings").await.body);
    let rules = admin.get("/api/rules").await.body;
    let rule = |name: &str| rules.as_array().unwrap().iter().find(|rule| rule["name"] == name).unwrap().clone();
    assert_eq!(
        (&rule("CPU high")["condition"]["fire"], &rule("CPU high")["condition"]["clear"]),
        (&json!(70.0), &json!(65.0))
    );
    assert_eq!(rule("Memory high")["condition"]["fire"], 75.0);

    for (body, field) in [
        (json!({"cpu_warning_threshold": 96, "memory_warning_threshold": 60}), "cpu_critical_threshold"),
        (json!({"disk_critical_threshold": 0}), "disk_critical_threshold"),
    ] {
        let refused = admin.post("/api/settings", body).await;
        assert!((400..500).contains(&refused.status), "{}", refused.body);
        assert_eq!(refused.body["fields"][0]["field"], field, "{}", refused.body);
    }
    let unknown = admin.post("/api/settings", json!({"cpu_threshold": 3})).await;
    assert_eq!(unknown.status, 422, "{}", unknown.body);
    assert_eq!(admin.get("/api/settings").await.body["memory_warning_threshold"], 75.0, "nothing of it was taken");

    let id = rule("CPU high")["id"].as_i64().unwrap();
    assert_eq!(admin.delete(&format!("/api/rules/{id}")).await.status, 200);
    assert!(admin.get("/api/settings").await.body["cpu_warning_threshold"].is_null());
    assert_eq!(admin.post("/api/settings", json!({"cpu_warning_threshold": 66})).await.status, 200);
    assert_eq!(admin.get("/api/settings").await.body["cpu_warning_threshold"], 66.0, "its rule is made again");
}
