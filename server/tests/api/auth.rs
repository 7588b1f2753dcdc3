//! `/api/auth`: logging in and out.

use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{PASSWORD, TestServer};

#[tokio::test]
async fn a_login_gives_a_token_and_a_cookie_for_name_or_address() {
    let (server, _) = TestServer::with_admin().await;
    for username in ["admin", "admin@example.com", " admin "] {
        let answer = server.client().post("/api/auth/login", json!({"username": username, "password": PASSWORD})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!((&answer.body["success"], &answer.body["role"]), (&json!(true), &json!("admin")));
        assert_eq!(answer.body["user"]["username"], "admin");
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with(&format!("sm_session={}", answer.text("token"))), "{cookie}");
        for flag in ["HttpOnly", "SameSite=", "Path=/", "Max-Age="] {
            assert!(cookie.contains(flag), "{cookie}");
        }
        assert!(!cookie.contains("Secure"), "{cookie}");
    }
}

#[tokio::test]
async fn the_cookie_is_for_https_only_when_the_login_came_so() {
    let server =
        TestServer::start(|network| network.trusted_proxies = vec!["127.0.0.1".parse().unwrap()], |_| {}).await;
    server.set_up().await;
    let login = json!({"username": "admin", "password": PASSWORD});
    let secure = server.client().with("x-forwarded-proto", "https").post("/api/auth/login", login.clone()).await;
    assert!(secure.header("set-cookie").ends_with("; Secure"), "{}", secure.header("set-cookie"));
    let plain = server.client().post("/api/auth/login", login).await;
    assert!(!plain.header("set-cookie").contains("Secure"));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_look_alike() {
    let (server, _) = TestServer::with_admin().await;
    let wrong = server.client().post("/api/auth/login", json!({"username": "admin", "password": "x"})).await;
    let unknown = server.client().post("/api/auth/login", json!({"username": "eve", "password": "x"})).await;
    wrong.is_refusal(StatusCode::UNAUTHORIZED, "unauthenticated");
    assert_eq!((wrong.status, &wrong.text), (unknown.status, &unknown.text));
    assert!(wrong.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn five_failures_slow_down_that_account_from_that_address_only() {
    let server =
        TestServer::start(|network| network.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()], |_| {}).await;
    let admin = server.set_up().await;
    server.member(&admin, "operator").await;
    let login = |name: &str, password: &str| json!({"username": name, "password": password});
    let here = server.client().with("x-forwarded-for", "198.51.100.7");
    for _ in 0..5 {
        let answer = here.post("/api/auth/login", login("admin", "wrong")).await;
        answer.is_refusal(StatusCode::UNAUTHORIZED, "unauthenticated");
    }
    // Even the right password has to wait now.
    let slowed = here.post("/api/auth/login", login("admin", PASSWORD)).await;
    slowed.is_refusal(StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
    let wait: i64 = slowed.header("retry-after").parse().unwrap();
    assert_eq!(wait, slowed.number("retry_after_secs"));
    assert!((1..=300).contains(&wait), "{wait}");

    assert_eq!(here.post("/api/auth/login", login("operator-1", PASSWORD)).await.status, 200);
    let elsewhere = server.client().with("x-forwarded-for", "203.0.113.9");
    assert_eq!(elsewhere.post("/api/auth/login", login("admin", PASSWORD)).await.status, 200);
}

#[tokio::test]
async fn verify_says_whose_a_good_token_is_by_either_method() {
    let (server, admin) = TestServer::with_admin().await;
    let good = json!({"valid": true, "username": "admin", "role": "admin"});
    assert_eq!(admin.get("/api/auth/verify").await.body, good);
    assert_eq!(admin.post("/api/auth/verify", json!({})).await.body, good);
    assert_eq!(admin.as_browser().get("/api/auth/verify").await.body, good);

    let bad = server.client().get("/api/auth/verify").await;
    bad.is_refusal(StatusCode::UNAUTHORIZED, "unauthenticated");
    assert_eq!(bad.body["valid"], false);
    assert_eq!(bad.header("www-authenticate"), "Bearer");
    assert_eq!(server.client().post("/api/auth/verify", json!({})).await.body["valid"], false);
}

#[tokio::test]
async fn logging_out_ends_the_session_and_takes_the_cookie_away() {
    let (server, admin) = TestServer::with_admin().await;
    let other = server.client().log_in("admin").await;
    let answer = admin.post("/api/auth/logout", json!({})).await;
    assert_eq!((answer.status, &answer.body["success"]), (200, &json!(true)));
    assert!(answer.header("set-cookie").contains("sm_session=;"), "{}", answer.header("set-cookie"));
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    admin.get("/api/users/me").await.is_refusal(StatusCode::UNAUTHORIZED, "unauthenticated");
    // Another session of the same account goes on.
    assert_eq!(other.get("/api/users/me").await.status, 200);
}
