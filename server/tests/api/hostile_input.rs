//! Input that nobody sends by mistake: refused with the field named, and nothing is stored.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Client, TestServer, dead_server};

const POSTS: [&str; 5] = ["/api/servers", "/api/groups", "/api/tags", "/api/users", "/api/servers/test"];

/// All that can be stored by these tests.
async fn stored(admin: &Client) -> Vec<Value> {
    let mut all = Vec::new();
    for path in ["/api/servers", "/api/groups", "/api/tags", "/api/users"] {
        all.push(admin.get(path).await.body);
    }
    all
}

#[tokio::test]
async fn what_is_not_json_is_refused_as_a_whole() {
    let (_server, admin) = TestServer::with_admin().await;
    let before = stored(&admin).await;
    for path in POSTS {
        for body in ["", "{", "name=web", "{\"name\": \"web\",}", "{} {}", "\u{0}"] {
            let answer = admin.send_raw(Method::POST, path, "application/json", body.into()).await;
            answer.is_refusal(StatusCode::BAD_REQUEST, "bad_request");
        }
        let not_utf8 = admin.send_raw(Method::POST, path, "application/json", b"{\"name\":\"\xff\"}".to_vec()).await;
        not_utf8.is_refusal(StatusCode::BAD_REQUEST, "bad_request");
        let form = admin.send_raw(Method::POST, path, "application/x-www-form-urlencoded", b"name=web".to_vec()).await;
        form.is_refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "bad_request");
    }
    assert_eq!(stored(&admin).await, before);
}

#[tokio::test]
async fn unknown_missing_and_mistyped_fields_are_named() {
    let (_server, admin) = TestServer::with_admin().await;
    let before = stored(&admin).await;
    for path in POSTS {
        let answer = admin.post(path, json!({"is_root": true})).await;
        answer.is_refusal(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
        assert_eq!(answer.fields(), ["is_root"], "{path}");
        for body in [json!([]), json!("web"), json!(null)] {
            admin.post(path, body).await.is_refusal(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
        }
    }
    for (path, body, field) in [
        ("/api/servers", json!({"name": "web"}), "host"),
        ("/api/groups", json!({"color": "#000000"}), "name"),
        ("/api/tags", json!({"name": 7}), "name"),
        ("/api/users", json!({"username": "eve", "email": "e@example.com", "password": "x", "role": "root"}), "role"),
    ] {
        let answer = admin.post(path, body).await;
        answer.is_refusal(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
        assert_eq!(answer.fields(), [field], "{path}");
    }
    assert_eq!(stored(&admin).await, before);
}

#[tokio::test]
async fn long_names_control_characters_and_wrong_numbers_are_refused_by_field() {
    let (_server, admin) = TestServer::with_admin().await;
    let before = stored(&admin).await;
    let long = "x".repeat(10_000);
    for (field, value) in [
        ("name", json!(long)),
        ("name", json!("a\u{7}b")),
        ("name", json!("a\nb")),
        ("name", json!("a\u{202e}b")),
        ("name", json!("")),
        ("host", json!(long)),
        ("host", json!("<script>alert(1)</script>")),
        ("host", json!("a b; reboot")),
        ("host", json!("http://example.com")),
        ("username", json!("-oProxyCommand=x")),
        ("username", json!("a\u{0}")),
        ("description", json!("a\u{1b}[31m")),
        ("description", json!(long)),
        ("port", json!(0)),
        ("port", json!(65_536)),
        ("port", json!(-1)),
        ("port", json!("22")),
        ("interval_secs", json!(0)),
        ("interval_secs", json!(301)),
        ("password", json!(long)),
        ("private_key", json!("not a key")),
        ("tag_ids", json!([999_999])),
        ("group_id", json!(999_999)),
        ("host_key_fingerprint", json!("MD5:aa:bb")),
    ] {
        let mut new = dead_server("web");
        new[field] = value.clone();
        if field == "private_key" {
            new["password"] = json!(null);
        }
        let answer = admin.post("/api/servers", new).await;
        answer.is_refusal(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
        assert_eq!(answer.fields(), [field], "{field}: {value:.60}");
        assert!(answer.text.len() < 1_000, "{}", answer.text);
    }
    for path in ["/api/groups", "/api/tags"] {
        for (field, value) in [("name", json!(long)), ("name", json!("a\u{0}")), ("color", json!("red;}body{"))] {
            let mut new = json!({"name": "Web"});
            new[field] = value;
            assert_eq!(admin.post(path, new).await.fields(), [field]);
        }
    }
    assert_eq!(stored(&admin).await, before);
}

#[tokio::test]
async fn a_change_that_cannot_be_taken_changes_nothing() {
    let (_server, admin) = TestServer::with_admin().await;
    let path = format!("/api/servers/{}", admin.post("/api/servers", dead_server("web")).await.number("server_id"));
    for (field, value) in [("name", json!("")), ("port", json!(0)), ("host", json!("a b")), ("colour", json!("red"))] {
        let mut change = json!({"description": "must not be stored"});
        change[field] = value;
        let answer = admin.put(&path, change).await;
        answer.is_refusal(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
        assert_eq!(answer.fields(), [field]);
    }
    let server = admin.get(&path).await.body;
    assert_eq!((&server["name"], &server["description"]), (&json!("web"), &json!("")));
}

#[tokio::test]
async fn markup_in_a_name_is_text_everywhere() {
    let (_server, admin) = TestServer::with_admin().await;
    let name = "<script>alert(1)</script>";
    let made = admin.post("/api/servers", dead_server(name)).await;
    assert_eq!((made.status, &made.body["server"]["name"]), (201, &json!(name)));
    assert!(made.header("content-type").starts_with("application/json"));
    assert_eq!(made.header("x-content-type-options"), "nosniff");
    let page = admin.as_browser().with("accept", "text/html").get("/").await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains(name), "the page holds the name as markup");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let (_server, admin) = TestServer::with_admin().await;
    let mut new = dead_server("web");
    new["description"] = json!("x".repeat(server::BODY_MAX));
    let answer = admin.post("/api/servers", new.clone()).await;
    answer.is_refusal(StatusCode::PAYLOAD_TOO_LARGE, "bad_request");

    let chunk = Ok::<_, std::io::Error>(new.to_string());
    let body = reqwest::Body::wrap_stream(futures::stream::iter([chunk]));
    let request = admin.request(Method::POST, "/api/servers").header("content-type", "application/json").body(body);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(admin.get("/api/servers").await.body, json!([]));
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_refused_in_json_too() {
    let (server, _) = TestServer::with_admin().await;
    let anyone = server.client();
    for path in ["/api", "/api/", "/api/nothing", "/api/servers/1/nothing"] {
        anyone.get(path).await.is_refusal(StatusCode::NOT_FOUND, "not_found");
    }
    let answer = anyone.delete("/api/health").await;
    answer.is_refusal(StatusCode::METHOD_NOT_ALLOWED, "bad_request");
    assert!(answer.header("allow").contains("GET"), "{:?}", answer.headers);
}

#[tokio::test]
async fn a_strange_request_id_is_replaced_and_a_plain_one_kept() {
    let (server, _) = TestServer::with_admin().await;
    let kept = server.client().with("x-request-id", "deploy-42").get("/api/health").await;
    assert_eq!(kept.header("x-request-id"), "deploy-42");
    for strange in ["a b", "a\"}{", &"x".repeat(500)] {
        let answer = server.client().with("x-request-id", strange).get("/api/health").await;
        assert_eq!(answer.header("x-request-id").len(), 36, "{:?}", answer.headers);
    }
}
