//! Tokens that are no longer, or never were, good: 401, whatever they are used for.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Client, PASSWORD, TestServer};

async fn is_refused(client: &Client) {
    for path in ["/api/users/me", "/api/servers", "/api/auth/verify", "/api/stream"] {
        client.get(path).await.is_refusal(StatusCode::UNAUTHORIZED, "unauthenticated");
    }
}

#[tokio::test]
async fn altered_tokens_are_refused() {
    let (server, admin) = TestServer::with_admin().await;
    let token = &admin.token;
    let parts: Vec<&str> = token.split('.').collect();
    let flipped: String = token.chars().rev().enumerate().map(|(at, c)| if at == 5 { other(c) } else { c }).collect();
    let flipped: String = flipped.chars().rev().collect();
    // A header that says "not signed", with the same claims: RFC 7519, section 6.
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", parts[1]);
    for token in [flipped, unsigned, format!("{token}x"), parts[..2].join("."), "rubbish".to_owned(), String::new()] {
        is_refused(&server.client().with_token(token)).await;
    }
}

fn other(c: char) -> char {
    if c == 'A' { 'B' } else { 'A' }
}

#[tokio::test]
async fn an_expired_token_is_refused_while_its_session_still_is_there() {
    let (server, admin) = TestServer::with_admin().await;
    let key = server.signing_key();
    let validation = Validation::new(Algorithm::HS256);
    let claims = decode::<Value>(&admin.token, &DecodingKey::from_secret(&key), &validation).unwrap().claims;
    let ending = |secs: i64| {
        let mut claims = claims.clone();
        claims["exp"] = json!(claims["iat"].as_i64().unwrap() + secs);
        let token = encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(&key)).unwrap();
        server.client().with_token(token)
    };
    assert_eq!(ending(60).get("/api/users/me").await.status, 200);
    is_refused(&ending(-1)).await;
}

#[tokio::test]
async fn a_token_of_another_installation_is_refused() {
    let (server, _) = TestServer::with_admin().await;
    let (_other, stranger) = TestServer::with_admin().await;
    is_refused(&server.client().with_token(stranger.token)).await;
}

#[tokio::test]
async fn a_logged_out_token_is_refused() {
    let (_server, admin) = TestServer::with_admin().await;
    admin.post("/api/auth/logout", json!({})).await;
    is_refused(&admin).await;
}

#[tokio::test]
async fn tokens_of_disabled_and_deleted_accounts_are_refused() {
    let (server, admin) = TestServer::with_admin().await;
    let disabled = server.member(&admin, "operator").await;
    let deleted = server.member(&admin, "user").await;
    let id = |client: &Client| {
        let client = client.clone();
        async move { client.get("/api/users/me").await.number("id") }
    };
    let (disabled_id, deleted_id) = (id(&disabled).await, id(&deleted).await);
    let answer = admin.put(&format!("/api/users/{disabled_id}"), json!({"is_active": false})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(admin.delete(&format!("/api/users/{deleted_id}")).await.status, 200);
    is_refused(&disabled).await;
    is_refused(&deleted).await;
    let again = server.client().post("/api/auth/login", json!({"username": "operator-1", "password": PASSWORD})).await;
    again.is_refusal(StatusCode::UNAUTHORIZED, "unauthenticated");
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_that_were_made_with_the_old_one() {
    let (server, admin) = TestServer::with_admin().await;
    let operator = server.member(&admin, "operator").await;
    let id = operator.get("/api/users/me").await.number("id");
    let answer = admin.put(&format!("/api/users/{id}"), json!({"password": "another long password"})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    is_refused(&operator).await;
}
