//! Pages: who is sent where, and which headers they carry.

use reqwest::StatusCode;

use crate::harness::{Client, TestServer};

async fn goes_to(client: &Client, path: &str) -> String {
    let answer = client.with("accept", "text/html").get(path).await;
    match answer.status {
        303 => answer.header("location").to_owned(),
        status => status.to_string(),
    }
}

#[tokio::test]
async fn the_first_visit_leads_to_the_set_up() {
    let server = TestServer::empty().await;
    for path in ["/", "/login", "/servers/new", "/audit"] {
        assert_eq!(goes_to(&server.client(), path).await, "/setup");
    }
    assert_eq!(goes_to(&server.client(), "/setup").await, "200");
}

#[tokio::test]
async fn who_is_not_logged_in_is_sent_to_the_login_and_back() {
    let (server, admin) = TestServer::with_admin().await;
    let stranger = server.client();
    assert_eq!(goes_to(&stranger, "/").await, "/login");
    assert_eq!(goes_to(&stranger, "/setup").await, "/login");
    assert_eq!(goes_to(&stranger, "/servers/7?tab=x").await, "/login?next=%2Fservers%2F7%3Ftab%3Dx");
    assert_eq!(goes_to(&stranger, "/login").await, "200");

    let browser = admin.as_browser();
    assert_eq!(goes_to(&browser, "/").await, "200");
    assert_eq!(goes_to(&browser, "/setup").await, "/");
    assert_eq!(goes_to(&browser, "/login?next=%2Flabels").await, "/labels");
    assert_eq!(goes_to(&browser, "/login?next=https%3A%2F%2Fevil.example").await, "/");

    admin.post("/api/auth/logout", serde_json::json!({})).await;
    assert_eq!(goes_to(&browser, "/").await, "/login");
}

#[tokio::test]
async fn pages_carry_the_headers_that_protect_them() {
    let (server, admin) = TestServer::with_admin().await;
    for page in [admin.as_browser().get("/").await, server.client().get("/login").await] {
        assert!(page.header("content-type").starts_with("text/html"), "{}", page.text);
        let policy = page.header("content-security-policy");
        assert!(policy.contains("'nonce-") && !policy.contains("'unsafe-inline' 'unsafe-eval'"), "{policy}");
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "same-origin");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
        assert!(page.header("permissions-policy").contains("camera=()"));
        assert_eq!(page.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn the_dashboard_s_first_html_has_the_fleet() {
    let (_server, admin) = TestServer::with_admin().await;
    admin.post("/api/servers", crate::harness::dead_server("web-of-the-first-html")).await;
    let page = admin.as_browser().with("accept", "text/html").get("/").await;
    assert!(page.text.contains("web-of-the-first-html"));
}

#[tokio::test]
async fn a_link_from_another_site_leads_to_a_page_with_its_content() {
    let (server, admin) = TestServer::with_admin().await;
    admin.post("/api/servers", crate::harness::dead_server("web-of-the-first-html")).await;
    let cookie = format!("sm_session={}", admin.token);
    let follower = server.client().with("cookie", &cookie).with("sec-fetch-site", "cross-site");
    let page = follower.with("accept", "text/html").get("/").await;
    assert!(page.text.contains("web-of-the-first-html"));
}

#[tokio::test]
async fn a_page_that_is_not_there_is_not_found() {
    let (server, admin) = TestServer::with_admin().await;
    let page = admin.as_browser().with("accept", "text/html").get("/nothing/here").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND.as_u16());
    assert!(page.header("content-type").starts_with("text/html"));
    assert_eq!(server.client().get("/nothing.js").await.status, 404);
    assert_eq!(server.client().get("/sfn/nothing").await.status, 404);
}

#[tokio::test]
async fn large_answers_are_compressed_for_whoever_takes_it() {
    let (_server, admin) = TestServer::with_admin().await;
    for (accept, sent) in [("br", "br"), ("gzip", "gzip"), ("identity", "")] {
        let answer = admin.with("accept-encoding", accept).request(reqwest::Method::GET, "/api/openapi.json");
        let response = answer.send().await.unwrap();
        let encoding = response.headers().get("content-encoding").map_or("", |value| value.to_str().unwrap());
        assert_eq!(encoding, sent);
    }
}
