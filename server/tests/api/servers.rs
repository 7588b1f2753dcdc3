//! `/api/servers`: adding, reading, listing, changing, deleting, trying, and the newest values.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::harness::{Answer, Client, TestServer, dead_server, eventually};

async fn add(admin: &Client, name: &str) -> i64 {
    let made = admin.post("/api/servers", dead_server(name)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.number("server_id")
}

#[tokio::test]
async fn servers_are_added_read_changed_and_deleted() {
    let (_server, admin) = TestServer::with_admin().await;
    let made = admin.post("/api/servers", dead_server("web-1")).await;
    assert_eq!((made.status, &made.body["success"]), (201, &json!(true)), "{}", made.text);
    assert!(!made.text("message").is_empty());
    assert_eq!(made.body["server"]["name"], "web-1");

    let path = format!("/api/servers/{}", made.number("server_id"));
    let read = admin.get(&path).await;
    assert_eq!((&read.body["host"], &read.body["port"]), (&json!("127.0.0.9"), &json!(9)));
    assert_eq!((&read.body["auth_method"], &read.body["interval_secs"]), (&json!("password"), &json!(3)));

    let changed = admin.put(&path, json!({"name": "web-2", "interval_secs": 60})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.body["server"]["name"], "web-2");
    let patched = admin.send(Method::PATCH, &path, Some(json!({"description": "a\nb"}))).await;
    assert_eq!((patched.status, &patched.body["server"]["description"]), (200, &json!("a\nb")));
    let read = admin.get(&path).await;
    assert_eq!((&read.body["name"], &read.body["interval_secs"]), (&json!("web-2"), &json!(60)));

    assert_eq!(admin.delete(&path).await.body["success"], true);
    for answer in [admin.get(&path).await, admin.put(&path, json!({})).await, admin.delete(&path).await] {
        answer.is_refusal(StatusCode::NOT_FOUND, "not_found");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_says_why() {
    let (_server, admin) = TestServer::with_admin().await;
    let path = format!("/api/servers/{}", add(&admin, "web-1").await);
    let offline = eventually("the server is offline", async || {
        Some(admin.get(&path).await).filter(|answer| answer.body["status"] == "offline")
    })
    .await;
    assert_eq!(offline.body["reason"]["code"], "connection_refused", "{}", offline.text);
    assert!(offline.body["since_ms"].is_i64() && offline.body["next_try_ms"].is_i64(), "{}", offline.text);
    assert_eq!(admin.post(&format!("{path}/retry"), json!({})).await.status, 200);
    assert_eq!(admin.get(&format!("{path}/metrics/latest")).await.body["sample"], json!(null));
}

#[tokio::test]
async fn the_list_is_searched_filtered_sorted_and_paged() {
    let (_server, admin) = TestServer::with_admin().await;
    let group = admin.post("/api/groups", json!({"name": "Web"})).await.number("group_id");
    let tag = admin.post("/api/tags", json!({"name": "prod"})).await.number("tag_id");
    for name in ["web-10", "web-9", "db"] {
        let id = add(&admin, name).await;
        if name != "db" {
            let labels = json!({"group_id": group, "tag_ids": [tag]});
            assert_eq!(admin.put(&format!("/api/servers/{id}"), labels).await.status, 200);
        }
    }
    let names = |answer: &Answer| -> Vec<String> {
        let servers = answer.body.as_array().unwrap_or_else(|| panic!("{}", answer.text));
        servers.iter().map(|server| server["name"].as_str().unwrap().to_owned()).collect()
    };
    for (query, wanted, total) in [
        ("?sort=name".to_owned(), vec!["db", "web-9", "web-10"], "3"),
        ("?sort=name&order=desc&limit=1".to_owned(), vec!["web-10"], "3"),
        ("?sort=name&limit=1&offset=1".to_owned(), vec!["web-9"], "3"),
        ("?search=WEB%20-1".to_owned(), vec!["web-10"], "1"),
        (format!("?sort=name&group={group}"), vec!["web-9", "web-10"], "2"),
        (format!("?sort=name&tag={tag}&search="), vec!["web-9", "web-10"], "2"),
        ("?status=online".to_owned(), vec![], "0"),
        ("?offset=9".to_owned(), vec![], "3"),
    ] {
        let answer = admin.get(&format!("/api/servers{query}")).await;
        assert_eq!(names(&answer), wanted, "{query}");
        assert_eq!(answer.header("x-total-count"), total, "{query}");
    }
    for (query, field) in
        [("?sort=colour", "sort"), ("?limit=-1", "limit"), ("?page=2", "page"), ("?group=web", "group")]
    {
        let answer = admin.get(&format!("/api/servers{query}")).await;
        answer.is_refusal(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
        assert_eq!(answer.fields(), [field], "{query}");
    }
}

#[tokio::test]
async fn a_test_of_a_server_that_is_not_there_is_a_result_not_an_error() {
    let (_server, admin) = TestServer::with_admin().await;
    let answer = admin
        .post("/api/servers/test", json!({"host": "127.0.0.9", "port": 9, "username": "x", "password": "y"}))
        .await;
    assert_eq!((answer.status, &answer.body["success"]), (200, &json!(false)), "{}", answer.text);
    assert_eq!(answer.body["reason"]["code"], "connection_refused");
    assert_eq!(admin.get("/api/servers").await.body, json!([]));
}

#[tokio::test]
async fn this_machine_is_watched_with_nothing_configured() {
    let server = TestServer::start(|_| {}, |options| options.watch_self = true).await;
    let admin = server.set_up().await;
    let list = admin.get("/api/servers").await;
    let id = list.body[0]["id"].as_i64().unwrap();
    assert_eq!(list.body[0]["via"], "local");
    let latest = eventually("a sample of this machine", async || {
        let latest = admin.get(&format!("/api/servers/{id}/metrics/latest")).await;
        Some(latest).filter(|latest| latest.body["sample"].is_object())
    })
    .await;
    assert!(latest.body["sample"]["memory"]["total"].as_u64().unwrap() > 0, "{}", latest.text);
    assert_eq!(
        latest.body["identity"]["hostname"],
        std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap().trim()
    );
    assert_eq!(admin.get("/api/stats/overview").await.body["online_servers"], 1);
}

#[tokio::test]
async fn ids_that_name_nothing_are_not_found() {
    let (_server, admin) = TestServer::with_admin().await;
    for id in ["999999", "-1", "0", "abc", "1.5", "99999999999999999999", "%00", "1%2F2"] {
        for path in
            [format!("/api/servers/{id}"), format!("/api/servers/{id}/metrics/latest"), format!("/api/users/{id}")]
        {
            admin.get(&path).await.is_refusal(StatusCode::NOT_FOUND, "not_found");
        }
        admin.post(&format!("/api/servers/{id}/retry"), json!({})).await.is_refusal(StatusCode::NOT_FOUND, "not_found");
        admin.delete(&format!("/api/tags/{id}")).await.is_refusal(StatusCode::NOT_FOUND, "not_found");
    }
}
