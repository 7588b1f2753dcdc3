//! What people do about incidents.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    harness::eventually_within,
    mail_server::MailServer,
    notifications::{made, mail, rule, watching},
};

#[tokio::test]
async fn people_acknowledge_assign_note_silence_and_resolve() {
    let (_server, admin) = watching().await;
    let smtp = MailServer::start(&[]);
    made(&admin, "/api/channels", mail(smtp.port)).await;
    let rule_id = made(&admin, "/api/rules", rule("It runs", true)).await["rule_id"].clone();
    smtp.wait_for(1).await;
    let alerts = admin.get("/api/alerts?is_read=0").await.body;
    let alert = alerts.as_array().unwrap().iter().find(|one| one["alert_type"] == "It runs").unwrap().clone();
    assert!(alert["message"].as_str().unwrap().contains(": uptime is "), "{alert}");
    let path = format!("/api/incidents/{}", alert["id"]);
    let kinds = |dossier: &Value| -> Vec<String> {
        dossier["timeline"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
    };
    let first = admin.get(&path).await.body;
    assert_eq!(
        (kinds(&first), &first["fire"], &first["level"]),
        (vec!["began".to_owned(), "told".to_owned()], &json!(0.0), &json!("Level 2: critical"))
    );
    assert_eq!(first["incident"]["priority"], 2);
    let unread = admin.get("/api/alerts?is_read=0").await.body;
    assert!(unread.as_array().unwrap().iter().all(|one| one["id"] != alert["id"]), "who looked has seen it");

    let actions = format!("{path}/actions");
    let act = async |body: Value| admin.post(&actions, body).await;
    for (bad, field) in [
        (json!({"action": "note", "text": "  "}), "text"),
        (json!({"action": "prioritise", "priority": 5}), "priority"),
        (json!({"action": "assign", "assignee": "nobody"}), "assignee"),
        (json!({"action": "silence", "minutes": 0}), "minutes"),
    ] {
        let refused = act(bad).await;
        assert_eq!((refused.status, refused.fields()), (422, vec![field.to_owned()]), "{}", refused.body);
    }
    act(json!({"action": "acknowledge", "reason": "I look into it"})).await;
    act(json!({"action": "assign", "assignee": "admin"})).await;
    let assessing = act(json!({"action": "prioritise", "priority": 1})).await.body;
    assert_eq!(assessing["step"], "assess", "whoever took it on looks at it: {assessing}");
    let responding = act(json!({"action": "step", "step": "respond"})).await.body;
    assert_eq!(responding["step"], "respond", "{responding}");
    act(json!({"action": "note", "text": "It is <b>only</b> a test"})).await;
    let silenced = act(json!({"action": "silence", "minutes": 60, "reason": "tests"})).await.body;
    assert!(silenced["silenced_until_ms"].as_i64().unwrap() > 0, "{silenced}");
    let dossier = act(json!({"action": "resolve", "text": "done"})).await.body;
    let incident = &dossier["incident"];
    assert_eq!(
        (&incident["acknowledged_by"], &incident["reason"], &incident["assignee"], &incident["priority"]),
        (&json!("admin"), &json!("I look into it"), &json!("admin"), &json!(1))
    );
    assert_eq!(
        kinds(&dossier)[2..9],
        ["acknowledged", "assigned", "prioritised", "step", "note", "silenced", "resolved"]
    );
    assert!(incident["ended_at_ms"].is_i64() && kinds(&dossier).contains(&"ended".to_owned()));
    let over = smtp.wait_for(2).await.remove(1);
    assert!(
        over["headers"]["subject"].as_str().unwrap().starts_with("Over: It runs"),
        "who was told that it began is told that it is over"
    );

    // It does not begin again while it stays bad; and while it is silenced nobody is told when it does.
    admin.put(&format!("/api/rules/{rule_id}"), rule("It runs", false)).await;
    tokio::time::sleep(Duration::from_secs(8)).await;
    admin.put(&format!("/api/rules/{rule_id}"), rule("It runs", true)).await;
    let again = eventually_within(Duration::from_secs(10), "it begins again", async || {
        let open = admin.get("/api/incidents?open=true").await.body;
        open.as_array().unwrap().iter().find(|one| one["rule_id"] == rule_id).cloned()
    })
    .await;
    assert_ne!(again["id"], alert["id"]);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(smtp.mails().len(), 2);
    // Once the silence ends it is told, though not before the minute of the last message is over: that takes too long here.
    let silences = admin.get("/api/silences").await.body;
    assert_eq!((silences.as_array().unwrap().len(), &silences[0]["reason"]), (1, &json!("tests")));
    assert_eq!(admin.delete(&format!("/api/silences/{}", silences[0]["id"])).await.status, 200);
    assert_eq!(admin.get("/api/silences").await.body, json!([]));
    admin.post("/api/alerts/read", json!({})).await;
    assert_eq!(admin.get("/api/alerts?is_read=0").await.body, json!([]));
}

#[tokio::test]
async fn what_is_not_there_any_more_cannot_be_silenced_and_silences_nothing_else() {
    let (_server, admin) = watching().await;
    let made = made(&admin, "/api/rules", rule("It runs", true)).await;
    let incident = eventually_within(Duration::from_secs(10), "it begins", async || {
        let open = admin.get("/api/incidents?open=true").await.body;
        open.as_array().unwrap().iter().find(|one| one["rule_id"] == made["rule_id"]).cloned()
    })
    .await;
    assert_eq!(admin.delete(&format!("/api/rules/{}", made["rule_id"])).await.status, 200);
    let path = format!("/api/incidents/{}/actions", incident["id"]);
    let refused = admin.post(&path, json!({"action": "silence", "minutes": 60, "reason": "gone"})).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert_eq!(admin.get("/api/silences").await.body, json!([]));
}
