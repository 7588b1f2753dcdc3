//! A storm of incidents: few words of the bell, a list that can be narrowed and paged, and one deed for all of them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Client, TestServer, dead_server, eventually_within};

/// How many servers are lost.
const LOST: usize = 40;

async fn lost(admin: &Client) -> Vec<Value> {
    for number in 1..=LOST {
        assert_eq!(admin.post("/api/servers", dead_server(&format!("storm-{number}"))).await.status, 201);
    }
    eventually_within(Duration::from_secs(30), "all are incidents", async || {
        let open = admin.get("/api/incidents?open=true&limit=500").await.body.as_array().unwrap().clone();
        (open.len() == LOST).then_some(open)
    })
    .await
}

fn ids(body: &Value) -> Vec<i64> {
    body.as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_storm_is_paged_narrowed_and_acknowledged_at_once() {
    let (server, admin) = TestServer::with_admin().await;
    let operator = server.member(&admin, "operator").await;
    let all = lost(&admin).await;

    let mut paged = Vec::new();
    let mut before = String::new();
    loop {
        let page = ids(&admin.get(&format!("/api/incidents?limit=15{before}")).await.body);
        let Some(last) = page.last() else { break };
        before = format!("&before={last}");
        paged.extend(page);
    }
    assert_eq!(paged, ids(&Value::Array(all.clone())));

    let count = async |query: &str| ids(&admin.get(&format!("/api/incidents?limit=500&{query}")).await.body).len();
    let server_id = all[0]["server_id"].clone();
    let rule_id = all[0]["rule_id"].clone();
    for (query, expected) in [
        (format!("server_id={server_id}"), 1),
        ("search=STORM-1".to_owned(), 11),
        ("search=offline%20storm-40".to_owned(), 1),
        ("search=%25".to_owned(), 0),
        ("severity=critical".to_owned(), LOST),
        ("severity=warning".to_owned(), 0),
        ("priority=1".to_owned(), LOST),
        ("priority=2".to_owned(), 0),
        (format!("rule_id={rule_id}"), LOST),
        ("rule_id=4711".to_owned(), 0),
        ("acknowledged=false".to_owned(), LOST),
        ("acknowledged=true".to_owned(), 0),
    ] {
        assert_eq!(count(&query).await, expected, "{query}");
    }
    for (query, field) in [("priority=5".to_owned(), "priority"), (format!("search={}", "x".repeat(201)), "search")] {
        let refused = admin.get(&format!("/api/incidents?{query}")).await;
        assert_eq!((refused.status, refused.fields()), (422, vec![field.to_owned()]), "{}", refused.body);
    }
    assert_eq!(admin.get("/api/incidents?severity=fatal").await.status, 422);

    // Up to the newest that was seen, of what fits; then the others.
    let up_to = all.last().unwrap()["id"].clone();
    let act = async |body: Value| operator.post("/api/incidents/actions", body).await;
    let done = act(json!({"action": "acknowledge", "text": "the switch", "up_to": up_to})).await;
    assert_eq!((done.status, &done.body["count"]), (200, &json!(1)), "{}", done.body);
    let done = act(json!({"action": "acknowledge", "search": "storm-1"})).await;
    assert!((10..=11).contains(&done.body["count"].as_u64().unwrap()), "{}", done.body);
    let done = act(json!({"action": "acknowledge", "text": "the switch"})).await;
    assert!(done.body["count"].as_u64().unwrap() >= 28, "{}", done.body);
    assert_eq!(act(json!({"action": "acknowledge"})).await.body["count"], 0, "nobody takes what others have");
    assert_eq!((count("acknowledged=true").await, count("acknowledged=false").await), (LOST, 0));
    let dossier = admin.get(&format!("/api/incidents/{up_to}")).await.body;
    assert_eq!(
        (&dossier["incident"]["acknowledged_by"], &dossier["incident"]["reason"]),
        (&json!("operator-1"), &json!("the switch"))
    );
    let kinds: Vec<_> = dossier["timeline"].as_array().unwrap().iter().map(|one| one["kind"].clone()).collect();
    assert!(kinds.contains(&json!("acknowledged")), "{kinds:?}");
    let audited = admin.get("/api/audit-logs?action=incident.acknowledge").await.body;
    assert_eq!(audited["total"], 3, "one entry for each deed that did something: {audited}");

    let done = act(json!({"action": "resolve", "text": "new switch", "server_id": server_id})).await;
    assert_eq!((&done.body["count"], count("open=true").await), (&json!(1), LOST - 1));
    assert_eq!(act(json!({"action": "note", "text": "x"})).await.status, 422, "a note is about one");
    assert_eq!(act(json!({"action": "resolve", "colour": 1})).await.status, 422);
}
