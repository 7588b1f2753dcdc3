//! What another site's page can make a browser send, and what it gets.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::TestServer;

const EVIL: &str = "https://evil.example";

#[tokio::test]
async fn changes_by_cookie_need_a_page_of_ours() {
    let (_server, admin) = TestServer::with_admin().await;
    let browser = admin.as_browser();
    assert_eq!(browser.post("/api/groups", json!({"name": "Web"})).await.status, 201);

    for foreign in [browser.with("origin", EVIL), browser.with("origin", "null")] {
        for (method, path, body) in [
            (Method::POST, "/api/groups", Some(json!({"name": "Evil"}))),
            (Method::PUT, "/api/groups/1", Some(json!({"name": "Evil"}))),
            (Method::DELETE, "/api/groups/1", None),
            (Method::POST, "/api/auth/logout", None),
        ] {
            foreign.send(method, path, body).await.is_refusal(StatusCode::FORBIDDEN, "forbidden");
        }
        // Reading changes nothing, and the page cannot see the answer.
        assert_eq!(foreign.get("/api/groups").await.status, 200);
    }
    let groups = browser.get("/api/groups").await.body;
    assert_eq!((groups.as_array().map(Vec::len), &groups[0]["name"]), (Some(1), &json!("Web")));
}

#[tokio::test]
async fn a_bearer_token_is_good_from_anywhere() {
    let (_server, admin) = TestServer::with_admin().await;
    assert_eq!(admin.with("origin", EVIL).post("/api/groups", json!({"name": "Web"})).await.status, 201);
}

#[tokio::test]
async fn a_foreign_page_cannot_log_a_browser_in() {
    let (server, _) = TestServer::with_admin().await;
    let login = json!({"username": "admin", "password": crate::harness::PASSWORD});
    let answer = server.client().with("origin", EVIL).post("/api/auth/login", login.clone()).await;
    answer.is_refusal(StatusCode::FORBIDDEN, "forbidden");
    // What a form can send without asking first is not read as JSON.
    let text = login.to_string().into_bytes();
    let answer = server.client().send_raw(Method::POST, "/api/auth/login", "text/plain", text).await;
    answer.is_refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "bad_request");
}

#[tokio::test]
async fn no_other_site_is_allowed_to_read() {
    let (_server, admin) = TestServer::with_admin().await;
    let preflight = admin.with("origin", EVIL).with("access-control-request-method", "POST");
    let answer = preflight.send(Method::OPTIONS, "/api/groups", None::<Value>).await;
    assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control-")), "{:?}", answer.headers);
}
