//! Trying a rule over the past: a known past, and what the rule makes of it.

use domain::ServerId;
use serde_json::{Value, json};

use crate::harness::{Client, TestServer, dead_server};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

/// The processor of server 1 was busy for three minutes, an hour before the end, and in the band below for two more.
const SPIKE_MINUTES: std::ops::Range<i64> = 120..123;
const BAND_MINUTES: std::ops::Range<i64> = 123..125;
/// It was away then.
const AWAY_MINUTES: std::ops::Range<i64> = 60..75;
/// And it was started anew then.
const START_MINUTE: i64 = 150;
const MINUTES: i64 = 180;

/// A program with two servers, of which the first has three hours of a past that ended at a whole minute. Gives when it began.
async fn with_past() -> (TestServer, Client, i64) {
    let (server, admin) = TestServer::with_admin().await;
    let tag = admin.post("/api/tags", json!({"name": "shop"})).await.number("tag_id");
    for name in ["web-1", "web-2"] {
        let mut new = dead_server(name);
        new["interval_secs"] = json!(10);
        new["tag_ids"] = json!(if name == "web-1" { vec![tag] } else { Vec::new() });
        assert_eq!(admin.post("/api/servers", new).await.status, 201);
    }
    let begin = now_ms().div_euclid(MINUTE) * MINUTE - MINUTES * MINUTE;
    let server = server
        .restart_after(async |data_dir| {
            let store = store::Store::open(data_dir.join("servers.db")).await.unwrap();
            let engine = history::Engine::new(std::sync::Arc::new(store));
            for number in 0..MINUTES * 6 {
                let (minute, at_ms) = (number / 6, begin + number * 10 * SECOND);
                if AWAY_MINUTES.contains(&minute) {
                    continue;
                }
                engine.record(ServerId(1), at_ms, |row| {
                    let busy = match minute {
                        minute if SPIKE_MINUTES.contains(&minute) => 97.0,
                        minute if BAND_MINUTES.contains(&minute) => 85.0,
                        // Too brief to count.
                        30 if number % 6 == 0 => 99.0,
                        _ => 5.0,
                    };
                    row.set("cpu.busy", "", busy);
                    row.set("filesystem.used_percent", "/", 50.0);
                    row.set("filesystem.used_percent", "/srv", if minute >= 170 { 91.0 } else { 89.0 });
                    #[allow(clippy::cast_precision_loss, reason = "small")]
                    row.set(
                        "uptime",
                        "",
                        if minute < START_MINUTE { 1e6 } else { ((minute - START_MINUTE) * 60) as f64 },
                    );
                });
            }
            engine.flush_all().await.unwrap();
        })
        .await;
    let admin = admin.at(&server);
    (server, admin, begin)
}

fn now_ms() -> i64 {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(elapsed.as_millis()).unwrap()
}

fn value(series: &str, fire: f64, clear: f64, for_secs: u32) -> Value {
    let condition = json!({"kind": "value", "series": series, "comparison": "above", "fire": fire, "clear": clear});
    json!({"name": "", "condition": condition, "for_secs": for_secs, "is_enabled": false})
}

/// What came of a rule over the whole past: the answer, and its firings as server, series, minute of begin and of end.
async fn tried(admin: &Client, begin: i64, rule: Value) -> (Value, Vec<(i64, String, i64, Option<i64>)>) {
    let asked = json!({"rule": rule, "from": begin, "to": begin + MINUTES * MINUTE});
    let answer = admin.post("/api/rules/dry-run", asked).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let minute = |at: &Value| at.as_i64().map(|at_ms| (at_ms - begin).div_euclid(MINUTE));
    let firing = |one: &Value| {
        let (server, series) = (one["server_id"].as_i64().unwrap(), one["series"].as_str().unwrap().to_owned());
        (server, series, minute(&one["began_at_ms"]).unwrap(), minute(&one["ended_at_ms"]))
    };
    let firings = answer.body["firings"].as_array().unwrap().iter().map(firing).collect();
    (answer.body, firings)
}

#[tokio::test]
async fn a_rule_fires_once_at_the_minute_when_it_was_wrong() {
    let (_server, admin, begin) = with_past().await;
    let rules = admin.get("/api/rules").await.body;
    let cpu = |minute, ended| (1, "cpu.busy".to_owned(), minute, ended);

    let (answer, firings) = tried(&admin, begin, value("cpu.busy", 90.0, 80.0, 60)).await;
    assert_eq!(firings, [cpu(121, Some(125))], "not before the wait, and not over in the band");
    assert_eq!(
        (&answer["servers"], &answer["looked_at"], &answer["without_values"]),
        (&json!(2), &json!(2), &json!(1))
    );
    assert_eq!((&answer["step_ms"], &answer["fired"], &answer["left_out"]), (&json!(0), &json!(1), &json!([])));
    assert_eq!((&answer["firings"][0]["worst"], &answer["firings"][0]["server_name"]), (&json!(97.0), &json!("web-1")));
    assert_eq!(answer["firings"][0]["since_ms"], begin + 120 * MINUTE);

    let (_, firings) = tried(&admin, begin, value("cpu.busy", 90.0, 90.0, 0)).await;
    assert_eq!(
        firings,
        [cpu(120, Some(123)), cpu(30, Some(30))],
        "the newest first; without a wait the brief one counts"
    );
    let (_, firings) = tried(&admin, begin, value("cpu.busy", 98.0, 98.0, 60)).await;
    assert_eq!(firings, []);
    let (_, firings) = tried(&admin, begin, value("filesystem.used_percent:*", 90.0, 85.0, 0)).await;
    assert_eq!(firings, [(1, "filesystem.used_percent:/srv".to_owned(), 170, None)], "not over yet");

    // Nothing of it is kept.
    assert_eq!(admin.get("/api/rules").await.body, rules);
    assert!(admin.get("/api/incidents").await.body.as_array().unwrap().iter().all(|one| one["series"] == ""));
}

#[tokio::test]
async fn servers_that_were_away_or_started_anew_are_found_and_what_has_no_history_says_so() {
    let (_server, admin, begin) = with_past().await;
    let of_kind = |condition: Value| json!({"name": "x", "condition": condition, "for_secs": 120});
    let (_, firings) = tried(&admin, begin, of_kind(json!({"kind": "offline"}))).await;
    assert_eq!(firings, [(1, String::new(), 62, Some(75))]);
    let (_, firings) = tried(&admin, begin, of_kind(json!({"kind": "reboot"}))).await;
    assert_eq!(firings, [(1, String::new(), START_MINUTE, Some(START_MINUTE))]);
    let (_, firings) =
        tried(&admin, begin, of_kind(json!({"kind": "no_data", "series": "filesystem.used_percent:/mnt"}))).await;
    assert_eq!(firings, [(1, "filesystem.used_percent:/mnt".to_owned(), 2, None)]);
    for condition in [
        json!({"kind": "unit_failed", "unit": "*"}),
        json!({"kind": "process_missing", "process": "postgres"}),
        json!({"kind": "host_key_changed"}),
        json!({"kind": "cut_off"}),
        json!({"kind": "certificate_ends", "days": 14}),
    ] {
        let (answer, firings) = tried(&admin, begin, of_kind(condition)).await;
        assert_eq!((firings.len(), &answer["looked_at"], &answer["left_out"]), (0, &json!(0), &json!(["no_history"])));
    }
    let mut tagged = value("cpu.busy", 90.0, 80.0, 60);
    tagged["scope"] = json!({"tag": 1});
    let (answer, firings) = tried(&admin, begin, tagged).await;
    assert_eq!((&answer["servers"], firings.len()), (&json!(1), 1));
}

#[tokio::test]
async fn a_dry_run_that_makes_no_sense_names_the_field() {
    let (server, admin) = TestServer::with_admin().await;
    for (change, field) in [
        (json!({"rule": value("cpu.busy", 80.0, 90.0, 0)}), "clear"),
        (json!({"rule": value(" ", 80.0, 70.0, 0)}), "series"),
        (json!({"rule": value("cpu.busy", 80.0, 70.0, 0), "from": 5, "to": 5}), "from"),
        (json!({"rule": value("cpu.busy", 80.0, 70.0, 0), "from": 5}), "from"),
    ] {
        let answer = admin.post("/api/rules/dry-run", change.clone()).await;
        assert_eq!((answer.status, answer.fields()), (422, vec![field.to_owned()]), "{change}: {}", answer.body);
    }
    let user = server.member(&admin, "user").await;
    let answer = user.post("/api/rules/dry-run", json!({"rule": value("cpu.busy", 80.0, 70.0, 0)})).await;
    assert_eq!((answer.status, &answer.body["servers"]), (200, &json!(0)), "it changes nothing: who may look may try");
    assert_eq!(server.client().post("/api/rules/dry-run", json!({"rule": value("x", 1.0, 1.0, 0)})).await.status, 401);
}
