//! What was measured as a file: whole, in order, safe for spreadsheets.

use domain::ServerId;
use futures::StreamExt;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::harness::{Client, TestServer, dead_server, eventually};

const SECOND: i64 = 1_000;

/// A program with a server whose history has values under hostile names; it was written by the engine itself, as while recording.
async fn with_values(names: &[&str], rows: i64) -> (TestServer, Client, i64) {
    let server = TestServer::start(|_| {}, |_| {}).await;
    let admin = server.set_up().await;
    for name in names {
        assert_eq!(admin.post("/api/servers", dead_server(name)).await.status, 201);
    }
    let begin = (jiff::Timestamp::now().as_second() / 60 * 60 - 3_600) * SECOND;
    let server = server
        .restart_after(async |data_dir| {
            let store = store::Store::open(data_dir.join("servers.db")).await.unwrap();
            let engine = history::Engine::new(std::sync::Arc::new(store));
            for (number, _) in names.iter().enumerate() {
                for row in 0..rows {
                    #[allow(clippy::cast_precision_loss, reason = "small")]
                    engine.record(ServerId(i64::try_from(number).unwrap() + 1), begin + row * SECOND, |write| {
                        write.set("cpu.busy", "", row as f64 / 4.0);
                        write.set("filesystem.used", "=cmd|' /C calc'!A0", -1.5);
                        write.set("net.rx_bytes", "veth,\"0\"", 7.0);
                        write.set("=evil", "", 1.0);
                    });
                }
            }
            engine.flush_all().await.unwrap();
        })
        .await;
    let admin = admin.at(&server);
    (server, admin, begin)
}

/// The fields of each record (RFC 4180).
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {
                chars.next();
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            other => field.push(other),
        }
    }
    assert!(!quoted && field.is_empty() && record.is_empty(), "the last record has its end");
    records
}

#[tokio::test]
async fn csv_has_every_value_in_order_and_no_formula() {
    let (_server, admin, begin) = with_values(&["=1+1", "web, \"2\""], 600).await;
    let answer = admin.get("/api/export/history/csv?aggregate=all").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8; header=present"));
    assert!(
        answer.header("content-disposition").starts_with("attachment; filename=\"history_"),
        "{:?}",
        answer.headers
    );
    assert!(answer.header("content-disposition").ends_with(".csv\""));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let all = records(&answer.text);
    assert_eq!(all[0], ["time", "server_id", "server", "series", "avg", "min", "max"]);
    assert_eq!(all.len(), 1 + 2 * 4 * 600);
    for record in &all[1..] {
        assert_eq!(record.len(), 7);
        for text in [&record[2], &record[3]] {
            assert!(!text.starts_with(['=', '+', '-', '@', '\t', '\r']), "{text}");
        }
        assert!(record[4..].iter().all(|number| number.parse::<f64>().is_ok()), "{record:?}");
    }
    // A browser asks for it compressed, which reads the answer in another way: to its very end and once more.
    let browser = admin.with("accept-encoding", "gzip");
    let compressed = browser.request(Method::GET, "/api/export/history/csv").send().await.unwrap();
    assert_eq!(compressed.headers()["content-encoding"], "gzip");
    assert!(!compressed.bytes().await.unwrap().is_empty());
    let names: std::collections::BTreeSet<_> = all[1..].iter().map(|record| record[2].as_str()).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["'=1+1", "web, \"2\""]);
    assert!(all.iter().any(|record| record[3] == "net.rx_bytes:veth,\"0\""));
    assert!(all.iter().any(|record| record[3] == "'=evil"));
    assert!(all.iter().any(|record| record[4] == "-1.5"), "a negative number stays one");
    let order =
        |record: &Vec<String>| (record[1].clone(), record[3].trim_start_matches('\'').to_owned(), record[0].clone());
    assert!(all[1..].is_sorted_by_key(order), "by server, series and time");
    let first = jiff::Timestamp::from_millisecond(begin).unwrap();
    assert!(all.iter().any(|record| record[0] == format!("{first:.3}") && record[0].ends_with(".000Z")));
}

#[tokio::test]
async fn json_is_one_object_and_filters_choose() {
    let (_server, admin, begin) = with_values(&["one", "two"], 600).await;
    let answer = admin
        .get(&format!(
            "/api/export/history/json?server_id=2&series=cpu.busy&from={begin}&to={}&step=60000&aggregate=max",
            begin + 120 * SECOND
        ))
        .await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(
        answer.body,
        serde_json::json!({
            "from": begin, "to": begin + 120 * SECOND, "step": 60_000, "aggregate": "max",
            "servers": [{"id": 2, "name": "two", "series": [
                {"key": "cpu.busy", "points": [[begin, 14.75], [begin + 60 * SECOND, 29.75]]},
            ]}],
        })
    );
    let whole = admin.get("/api/export/history/json").await.body;
    let servers = whole["servers"].as_array().unwrap();
    assert_eq!(servers.iter().map(|server| server["name"].as_str().unwrap()).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(servers[0]["series"][1]["points"].as_array().unwrap().len(), 600);
    assert_eq!(whole["step"], Value::Null);

    let day = jiff::Timestamp::from_millisecond(begin).unwrap().strftime("%Y-%m-%d").to_string();
    let by_date = admin.get(&format!("/api/export/history/json?start_date={day}&end_date={day}&series=cpu.busy")).await;
    assert_eq!(by_date.status, 200);
    assert!(!by_date.body["servers"][0]["series"].as_array().unwrap().is_empty(), "the end's day is part of it");
    let none = admin.get("/api/export/history/csv?start_date=2020-01-01&end_date=2020-01-02").await;
    assert_eq!(records(&none.text).len(), 1);
}

#[tokio::test]
async fn what_cannot_be_exported_is_refused_by_name_before_the_first_byte() {
    let (_server, admin) = TestServer::with_admin().await;
    for (query, field) in [
        ("server_id=web", "server_id"),
        ("from=5&to=5", "from"),
        ("from=x", "from"),
        ("start_date=yesterday", "start_date"),
        ("end_date=2026-11-23&to=5", "end_date"),
        ("points=0", "points"),
        ("step=0", "step"),
        ("points=5&step=5", "step"),
        ("aggregate=sum", "aggregate"),
        ("format=xml", "format"),
    ] {
        for format in ["csv", "json"] {
            let answer = admin.get(&format!("/api/export/history/{format}?{query}")).await;
            answer.is_refusal(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
            assert_eq!(answer.fields(), [field], "{query}");
        }
    }
    admin.get("/api/export/history/csv?server_id=999999").await.is_refusal(StatusCode::NOT_FOUND, "not_found");
    let nobody = admin.get("/api/export/history/json").await;
    assert_eq!((nobody.status, &nobody.body["servers"]), (200, &serde_json::json!([])));
}

#[tokio::test]
async fn an_export_is_recorded_and_ends_when_its_reader_goes() {
    let (server, admin, _) = with_values(&["one"], 3_000).await;
    let request = admin.request(Method::GET, "/api/export/history/csv");
    let mut body = request.send().await.unwrap().bytes_stream();
    assert!(body.next().await.unwrap().unwrap().starts_with(b"time,"), "the head comes first");
    drop(body);
    let log = admin.get("/api/audit-logs?action=history.export").await.body;
    assert_eq!(log["logs"].as_array().map(Vec::len), Some(1), "{log}");
    eventually("the export ends", async || {
        let metrics = admin.get("/metrics").await.text;
        metrics.contains("server_monitor_live_connections 0\n").then_some(())
    })
    .await;
    drop(server);
}
