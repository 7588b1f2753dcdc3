//! Planned maintenance: who is told what while it is on and when it is over.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    harness::{Client, TestServer, eventually_within},
    mail_server::MailServer,
    notifications::{made, mail, rule, watching},
};

/// The clock of UTC some minutes from now, as a schedule has it.
fn utc(minutes: i64) -> String {
    let secs = monitor::now_ms() / 1_000 + minutes * 60;
    let said = std::process::Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M", "-d", &format!("@{secs}")]).output();
    String::from_utf8(said.unwrap().stdout).unwrap().trim().to_owned()
}

fn window(more: Value) -> Value {
    let mut window = json!({"name": "Patches", "starts": utc(0), "duration_minutes": 60});
    for (key, value) in more.as_object().unwrap() {
        window[key] = value.clone();
    }
    window
}

/// Waits for the incident of a rule; returns its id.
async fn incident(admin: &Client, rule_id: &Value) -> i64 {
    eventually_within(Duration::from_secs(15), "the incident", async || {
        let open = admin.get("/api/incidents?open=true").await.body;
        open.as_array().unwrap().iter().find(|one| one["rule_id"] == *rule_id).and_then(|one| one["id"].as_i64())
    })
    .await
}

#[tokio::test]
async fn in_maintenance_nobody_is_told_and_what_goes_on_afterwards_is_told_once() {
    let (_server, admin) = watching().await;
    let smtp = MailServer::start(&[]);
    made(&admin, "/api/channels", mail(smtp.port)).await;
    let server_id = admin.get("/api/servers").await.body[0]["id"].clone();
    let name = admin.get("/api/servers").await.body[0]["name"].clone();

    // Every day, and it is on now: what recurs counts as what is once.
    let daily = window(json!({"scope": {"server": server_id}, "repeats": "daily", "time_zone": "UTC"}));
    let planned = made(&admin, "/api/maintenance", daily).await;
    let id = planned["maintenance_id"].as_i64().unwrap();
    let shown = &planned["maintenance"];
    assert!(shown["is_on"] == true && shown["person"] == "admin", "{shown}");
    let next_ms = shown["on_from_ms"].as_i64().unwrap() + 24 * 60 * 60 * 1_000;
    assert_eq!(shown["next_from_ms"].as_i64(), Some(next_ms));

    let stays = made(&admin, "/api/rules", rule("It stays", true)).await["rule_id"].clone();
    let passes = made(&admin, "/api/rules", rule("It passes", true)).await["rule_id"].clone();
    let (stays, passing) = (incident(&admin, &stays).await, incident(&admin, &passes).await);
    let dossier = admin.get(&format!("/api/incidents/{stays}")).await.body;
    assert_eq!(dossier["maintenance_until_ms"], shown["on_until_ms"], "{dossier}");
    assert!(dossier["silenced_until_ms"].is_null(), "{dossier}");
    admin.put(&format!("/api/rules/{passes}"), rule("It passes", false)).await;
    eventually_within(Duration::from_secs(15), "one is over", async || {
        let dossier = admin.get(&format!("/api/incidents/{passing}")).await.body;
        dossier["incident"]["ended_at_ms"].is_i64().then_some(())
    })
    .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(smtp.mails(), Vec::<Value>::new(), "nobody is told of what begins or ends in it");

    // It is over: of what goes on one message comes, of what passed none.
    assert_eq!(admin.delete(&format!("/api/maintenance/{id}")).await.status, 200);
    let told = smtp.wait_for(1).await.remove(0);
    assert_eq!(told["headers"]["subject"], format!("Critical: It stays on {}", name.as_str().unwrap()));
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(smtp.mails().len(), 1);
    assert!(admin.get(&format!("/api/incidents/{stays}")).await.body["maintenance_until_ms"].is_null());

    let entries = admin.get("/api/audit-logs?limit=100").await.body.to_string();
    for action in ["maintenance.create", "maintenance.delete"] {
        assert!(entries.contains(action), "{action}");
    }
}

#[tokio::test]
async fn when_its_time_is_over_what_goes_on_is_told_without_anybody_doing_anything() {
    let (server, admin) = watching().await;
    let smtp = MailServer::start(&[]);
    made(&admin, "/api/channels", mail(smtp.port)).await;
    // It has begun with this minute and ends with it: enough of it has to be left.
    let passed_ms = u64::try_from(monitor::now_ms() % 60_000).unwrap();
    if passed_ms > 35_000 {
        tokio::time::sleep(Duration::from_millis(60_000 - passed_ms)).await;
    }
    let planned = made(&admin, "/api/maintenance", window(json!({"duration_minutes": 1}))).await;
    let until_ms = planned["maintenance"]["on_until_ms"].as_i64().unwrap();
    let rule_id = made(&admin, "/api/rules", rule("It runs", true)).await["rule_id"].clone();
    incident(&admin, &rule_id).await;
    // A restart in between changes nothing.
    let server = server.restart().await;
    let admin = admin.at(&server);
    while monitor::now_ms() < until_ms {
        assert_eq!(smtp.mails().len(), 0, "{} ms before its end", until_ms - monitor::now_ms());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    smtp.wait_for(1).await;
    assert!(monitor::now_ms() - until_ms < 5_000, "at once");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(smtp.mails().len(), 1);
    let listed = admin.get("/api/maintenance").await.body;
    assert!(listed[0]["is_on"] == false && listed[0]["next_from_ms"].is_null(), "{listed}");
}

#[tokio::test]
async fn maintenance_of_others_or_that_is_off_keeps_nobody_from_being_told() {
    let (_server, admin) = watching().await;
    let smtp = MailServer::start(&[]);
    made(&admin, "/api/channels", mail(smtp.port)).await;
    let group = made(&admin, "/api/groups", json!({"name": "Web"})).await["group_id"].clone();
    made(&admin, "/api/maintenance", window(json!({"scope": {"group": group}}))).await;
    made(&admin, "/api/maintenance", window(json!({"is_enabled": false}))).await;
    made(&admin, "/api/maintenance", window(json!({"starts": utc(60)}))).await;
    made(&admin, "/api/rules", rule("It runs", true)).await;
    smtp.wait_for(1).await;
    // What was planned for the group goes with it.
    let names = |listed: &Value| listed.as_array().unwrap().len();
    assert_eq!(names(&admin.get("/api/maintenance").await.body), 3);
    assert_eq!(admin.delete(&format!("/api/groups/{group}")).await.status, 200);
    let left = admin.get("/api/maintenance").await.body;
    assert!(names(&left) == 2 && left.as_array().unwrap().iter().all(|one| one["scope"] == "all"), "{left}");
}

#[tokio::test]
async fn plans_are_changed_looked_at_and_refused_by_field() {
    let (_server, admin) = TestServer::with_admin().await;
    for (more, field) in [
        (json!({"name": " "}), "name"),
        (json!({"starts": "tomorrow"}), "starts"),
        (json!({"starts": "2020-01-01T10:00"}), "starts"),
        (json!({"starts": "2020-01-01T10:00", "repeats": "daily", "until": "2020-02-01"}), "until"),
        (json!({"duration_minutes": 0}), "duration_minutes"),
        (json!({"duration_minutes": 1441, "repeats": "daily"}), "duration_minutes"),
        (json!({"repeats": {"weekly": {"days": []}}}), "repeats"),
        (json!({"time_zone": "Mars/Olympus"}), "time_zone"),
        (json!({"scope": {"server": 4711}}), "scope"),
        (json!({"colour": 1}), "colour"),
    ] {
        let refused = admin.post("/api/maintenance", window(more.clone())).await;
        assert_eq!((refused.status, refused.fields()), (422, vec![field.to_owned()]), "{more}: {}", refused.body);
    }
    assert_eq!(admin.get("/api/maintenance").await.body, json!([]));

    let new = json!({
        "name": "Patch day", "starts": "2099-03-29T02:30", "duration_minutes": 90, "time_zone": "Europe/Berlin",
        "repeats": {"monthly_weekday": {"week": 2, "weekday": 2}}, "until": "2099-12-31",
    });
    let id = made(&admin, "/api/maintenance", new).await["maintenance_id"].as_i64().unwrap();
    let path = format!("/api/maintenance/{id}");
    let shown = admin.get(&path).await.body;
    assert_eq!(shown["repeats"], json!({"monthly_weekday": {"week": 2, "weekday": 2}}));
    assert_eq!(shown["next_until_ms"].as_i64().unwrap() - shown["next_from_ms"].as_i64().unwrap(), 90 * 60_000);
    let changed = admin.put(&path, window(json!({"name": "Now", "repeats": {"monthly": {"day": 31}}}))).await;
    assert_eq!((changed.status, &changed.body["maintenance"]["name"]), (200, &json!("Now")), "{}", changed.body);
    assert_eq!(admin.put("/api/maintenance/4711", window(json!({}))).await.status, 404);
    assert_eq!(admin.get("/api/maintenance/4711").await.status, 404);

    // The night in which summer time begins: 02:30 is 03:30.
    let schedule =
        json!({"starts": "2099-03-28T02:30", "duration_minutes": 60, "time_zone": "Europe/Berlin", "repeats": "daily"});
    let times = admin.post("/api/maintenance/preview", schedule.clone()).await.body["times"].clone();
    let begins: Vec<&str> = times.as_array().unwrap().iter().map(|time| time["from"].as_str().unwrap()).collect();
    assert_eq!(begins[..3], ["2099-03-28 02:30 CET", "2099-03-29 03:30 CEST", "2099-03-30 02:30 CEST"]);
    assert_eq!(begins.len(), 5);
    let mut wrong = schedule;
    wrong["time_zone"] = json!("Mars/Olympus");
    assert_eq!(admin.post("/api/maintenance/preview", wrong).await.fields(), ["time_zone"]);
}
