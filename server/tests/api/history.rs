//! What was measured earlier, over REST.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::TestServer;

#[tokio::test]
async fn what_this_machine_did_is_there_right_away_and_after_a_restart() {
    let server = TestServer::start(|_| {}, |options| options.watch_self = true).await;
    let admin = server.set_up().await;
    let id = admin.get("/api/servers").await.body[0]["id"].as_i64().unwrap();
    let path = format!(
        "/api/servers/{id}/metrics/history?series=cpu.busy,memory.used_percent,net.rx_bytes:lo&aggregate=all&step=1000"
    );
    let mut points = Vec::new();
    for _ in 0..40 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let answer = admin.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        points = answer.body["series"][0]["points"].as_array().unwrap().clone();
        if points.len() >= 2 {
            break;
        }
    }
    assert!(points.len() >= 2, "{points:?}");
    for point in &points {
        let [_, average, least, most] = [0, 1, 2, 3].map(|part| point[part].as_f64().unwrap());
        assert!((0.0..=100.0).contains(&average) && least <= average && average <= most, "{point}");
    }
    let server = server.restart().await;
    let after = admin.at(&server).get(&path).await.body;
    let kept = after["series"][0]["points"].as_array().unwrap();
    assert!(points.iter().all(|point| kept.contains(point)), "{points:?} are not all in {kept:?}");
}

#[tokio::test]
async fn a_question_that_cannot_be_answered_says_what_to_change() {
    let server = TestServer::start(|_| {}, |options| options.watch_self = true).await;
    let admin = server.set_up().await;
    let id = admin.get("/api/servers").await.body[0]["id"].as_i64().unwrap();
    for (query, field) in [
        ("", "series"),
        ("series=,", "series"),
        ("series=cpu.busy&from=5&to=5", "from"),
        ("series=cpu.busy&points=0", "points"),
        ("series=cpu.busy&points=5&step=5", "step"),
        ("series=cpu.busy&step=1", "step"),
    ] {
        let answer = admin.get(&format!("/api/servers/{id}/metrics/history?{query}")).await;
        assert_eq!(
            (answer.status, &answer.body["fields"][0]["field"]),
            (422, &json!(field)),
            "{query}: {}",
            answer.body
        );
    }
    let unknown = admin.get(&format!("/api/servers/{id}/metrics/history?series=no.such")).await;
    assert_eq!((unknown.status, &unknown.body["series"][0]["points"]), (200, &Value::Array(Vec::new())));
    assert_eq!(admin.get("/api/servers/999999/metrics/history?series=cpu.busy").await.status, 404);
}

#[tokio::test]
async fn one_question_may_be_about_many_servers() {
    let server = TestServer::start(|_| {}, |options| options.watch_self = true).await;
    let admin = server.set_up().await;
    let id = admin.get("/api/servers").await.body[0]["id"].as_i64().unwrap();
    let path = "/api/metrics/history?series=cpu.busy,load.one&step=1000";
    let mut answer = Value::Null;
    for _ in 0..40 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        answer = admin.get(path).await.body;
        if answer["servers"][0]["series"][1]["points"].as_array().is_some_and(|points| points.len() >= 2) {
            break;
        }
    }
    assert_eq!(
        (&answer["servers"][0]["id"], &answer["servers"][0]["series"][1]["key"]),
        (&json!(id), &json!("load.one"))
    );
    assert!(answer["servers"][0]["series"][1]["points"].as_array().unwrap().len() >= 2, "{answer}");
    let same = admin.get(&format!("{path}&server_id={id}&to={}", answer["to"])).await.body;
    assert_eq!(same["servers"].as_array().map(Vec::len), Some(1), "{same}");
    for (query, status, field) in [
        ("server_id=x", 422, Some("server_id")),
        ("server_id=999999", 404, None),
        ("points=2000000", 422, Some("points")),
    ] {
        let answer = admin.get(&format!("/api/metrics/history?series=cpu.busy&{query}")).await;
        assert_eq!(
            (answer.status, answer.body["fields"][0]["field"].as_str()),
            (status, field),
            "{query}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn the_fleet_and_its_processes_are_there_as_they_were_at_a_moment() {
    let server = TestServer::start(|_| {}, |options| options.watch_self = true).await;
    let admin = server.set_up().await;
    let id = admin.get("/api/servers").await.body[0]["id"].as_i64().unwrap();
    let (mut then, mut listed) = (Value::Null, Value::Null);
    for _ in 0..60 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let at = now_ms();
        then = admin.get(&format!("/api/servers/history/at?at={at}")).await.body;
        listed = admin.get(&format!("/api/servers/{id}/processes/history?at={at}")).await.body;
        if then["servers"][0]["vitals"].is_object() && listed.is_object() {
            break;
        }
    }
    assert_eq!((&then["step"], &then["servers"][0]["id"]), (&json!(0), &json!(id)), "{then}");
    assert_eq!(then["servers"][0]["connection"]["status"], "online", "{then}");
    assert!(then["servers"][0]["vitals"]["memory"].as_f64().unwrap() > 0.0);
    assert!(then["servers"][0]["vitals"]["cores"].as_u64().unwrap() > 0);
    assert!(listed["at_ms"].as_i64().unwrap() <= now_ms());
    assert!(!listed["processes"]["top"].as_array().unwrap().is_empty(), "{listed}");

    let long_ago = admin.get("/api/servers/history/at?at=1000").await.body;
    assert_eq!(long_ago["servers"], json!([]), "the server was not there yet");
    assert_eq!(admin.get(&format!("/api/servers/{id}/processes/history?at=1000")).await.body, Value::Null);
    for path in ["/api/servers/history/at".to_owned(), format!("/api/servers/{id}/processes/history")] {
        for query in ["", "?at=0", "?at=9999999999999"] {
            let answer = admin.get(&format!("{path}{query}")).await;
            assert_eq!((answer.status, &answer.body["fields"][0]["field"]), (422, &json!("at")), "{}", answer.body);
        }
    }
    assert_eq!(admin.get("/api/servers/999999/processes/history?at=1000").await.status, 404);
}

fn now_ms() -> i64 {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(elapsed.as_millis()).unwrap()
}
