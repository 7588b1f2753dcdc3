//! The permission matrix: every operation of the API as every role and as nobody. An operation without a row fails the test.

use std::collections::BTreeSet;

use domain::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Client, PASSWORD, TestServer, dead_server};

/// Who may carry out an operation.
#[derive(Debug, Clone, Copy)]
enum Who {
    /// Everybody, logged in or not.
    Anyone,
    /// Every role.
    LoggedIn,
    /// These roles.
    Roles(&'static [Role]),
}

use Role::{Admin, Auditor, Operator};

const ADMIN: Who = Who::Roles(&[Admin]);
const FLEET: Who = Who::Roles(&[Admin, Operator]);

/// One row per operation: method, path as in the OpenAPI document, who may, and a body with which it could be carried out.
fn matrix() -> Vec<(&'static str, &'static str, Who, Value)> {
    let setup = json!({"username": "eve", "email": "eve@example.com", "password": PASSWORD});
    let login = json!({"username": "admin", "password": PASSWORD});
    let user = json!({"username": "grace", "email": "g@example.com", "password": PASSWORD, "role": "user"});
    let test = json!({"host": "127.0.0.9", "port": 9, "username": "x", "password": "y"});
    let rule = json!({"name": "Down", "condition": {"kind": "offline"}});
    let channel = json!({"name": "Chat", "target": {"kind": "slack"}, "secret": "https://hooks.example.com/x"});
    let window = json!({"name": "Patches", "starts": "2099-11-30T22:00", "duration_minutes": 60});
    let times = json!({"starts": "2099-11-30T22:00", "duration_minutes": 60});
    let none = Value::Null;
    vec![
        ("get", "/api/setup/status", Who::Anyone, none.clone()),
        ("post", "/api/setup/initialize", Who::Anyone, setup),
        ("post", "/api/auth/login", Who::Anyone, login),
        ("get", "/api/auth/verify", Who::LoggedIn, none.clone()),
        ("post", "/api/auth/verify", Who::LoggedIn, none.clone()),
        ("get", "/api/users/me", Who::LoggedIn, none.clone()),
        ("get", "/api/users", Who::Roles(&[Admin, Auditor]), none.clone()),
        ("post", "/api/users", ADMIN, user),
        ("get", "/api/users/{id}", Who::Roles(&[Admin, Auditor]), none.clone()),
        ("put", "/api/users/{id}", ADMIN, json!({"role": "user"})),
        ("delete", "/api/users/{id}", ADMIN, none.clone()),
        ("get", "/api/groups", Who::LoggedIn, none.clone()),
        ("post", "/api/groups", FLEET, json!({"name": "Web"})),
        ("put", "/api/groups/{id}", FLEET, json!({"name": "Web"})),
        ("delete", "/api/groups/{id}", FLEET, none.clone()),
        ("get", "/api/tags", Who::LoggedIn, none.clone()),
        ("post", "/api/tags", FLEET, json!({"name": "prod"})),
        ("put", "/api/tags/{id}", FLEET, json!({"name": "prod"})),
        ("delete", "/api/tags/{id}", FLEET, none.clone()),
        ("get", "/api/servers", Who::LoggedIn, none.clone()),
        ("post", "/api/servers", FLEET, dead_server("web-1")),
        ("post", "/api/servers/test", FLEET, test),
        ("get", "/api/servers/{id}", Who::LoggedIn, none.clone()),
        ("put", "/api/servers/{id}", FLEET, json!({"name": "web-2"})),
        ("patch", "/api/servers/{id}", FLEET, json!({"name": "web-2"})),
        ("delete", "/api/servers/{id}", FLEET, none.clone()),
        ("post", "/api/servers/{id}/retry", FLEET, none.clone()),
        ("get", "/api/servers/{id}/metrics/latest", Who::LoggedIn, none.clone()),
        ("get", "/api/servers/{id}/metrics/history", Who::LoggedIn, none.clone()),
        ("get", "/api/metrics/history", Who::LoggedIn, none.clone()),
        ("get", "/api/servers/history/at", Who::LoggedIn, none.clone()),
        ("get", "/api/servers/{id}/processes/history", Who::LoggedIn, none.clone()),
        ("get", "/api/export/history/csv", Who::LoggedIn, none.clone()),
        ("get", "/api/export/history/json", Who::LoggedIn, none.clone()),
        ("get", "/api/history/usage", Who::LoggedIn, none.clone()),
        ("get", "/api/history/limits", Who::LoggedIn, none.clone()),
        ("put", "/api/history/limits", ADMIN, serde_json::to_value(domain::storage::Limits::default()).unwrap()),
        ("get", "/api/rules", Who::LoggedIn, none.clone()),
        ("post", "/api/rules", ADMIN, rule.clone()),
        ("post", "/api/rules/dry-run", Who::LoggedIn, json!({"rule": rule.clone()})),
        ("put", "/api/rules/{id}", ADMIN, rule),
        ("delete", "/api/rules/{id}", ADMIN, none.clone()),
        ("get", "/api/incidents/{id}", Who::LoggedIn, none.clone()),
        ("get", "/api/incidents/{id}/recording", Who::LoggedIn, none.clone()),
        ("post", "/api/incidents/{id}/actions", FLEET, json!({"action": "acknowledge"})),
        ("post", "/api/incidents/actions", FLEET, json!({"action": "acknowledge"})),
        ("get", "/api/alerts", Who::LoggedIn, none.clone()),
        ("post", "/api/alerts/read", Who::LoggedIn, json!({})),
        ("get", "/api/silences", Who::LoggedIn, none.clone()),
        ("post", "/api/silences", FLEET, json!({"minutes": 60})),
        ("delete", "/api/silences/{id}", FLEET, none.clone()),
        ("get", "/api/maintenance", Who::LoggedIn, none.clone()),
        ("post", "/api/maintenance", FLEET, window.clone()),
        ("post", "/api/maintenance/preview", FLEET, times),
        ("get", "/api/maintenance/{id}", Who::LoggedIn, none.clone()),
        ("put", "/api/maintenance/{id}", FLEET, window),
        ("delete", "/api/maintenance/{id}", FLEET, none.clone()),
        ("get", "/api/channels", ADMIN, none.clone()),
        ("post", "/api/channels", ADMIN, channel.clone()),
        ("get", "/api/channels/{id}", ADMIN, none.clone()),
        ("put", "/api/channels/{id}", ADMIN, channel),
        ("delete", "/api/channels/{id}", ADMIN, none.clone()),
        ("post", "/api/channels/{id}/test", ADMIN, none.clone()),
        ("post", "/api/channels/preview", ADMIN, json!({})),
        ("get", "/api/channels/{id}/deliveries", ADMIN, none.clone()),
        ("post", "/api/channels/{id}/deliveries/{delivery}/retry", ADMIN, none.clone()),
        ("get", "/api/levels", Who::LoggedIn, none.clone()),
        ("post", "/api/levels", ADMIN, json!({"name": "Mine"})),
        ("put", "/api/levels/{id}", ADMIN, json!({"name": "Mine"})),
        ("delete", "/api/levels/{id}", ADMIN, none.clone()),
        ("get", "/api/webhooks", ADMIN, none.clone()),
        ("post", "/api/webhooks", ADMIN, json!({"name": "Hook", "url": "https://hooks.example.com/x"})),
        ("get", "/api/webhooks/{id}", ADMIN, none.clone()),
        ("put", "/api/webhooks/{id}", ADMIN, json!({"name": "Hook"})),
        ("delete", "/api/webhooks/{id}", ADMIN, none.clone()),
        ("post", "/api/webhooks/{id}/test", ADMIN, none.clone()),
        ("get", "/api/webhooks/{id}/deliveries", ADMIN, none.clone()),
        ("post", "/api/webhooks/{id}/deliveries/{delivery}/retry", ADMIN, none.clone()),
        ("get", "/api/settings", Who::LoggedIn, none.clone()),
        ("post", "/api/settings", ADMIN, json!({"cpu_warning_threshold": 70})),
        ("get", "/api/incidents", Who::LoggedIn, none.clone()),
        ("get", "/api/stats/overview", Who::Anyone, none.clone()),
        ("get", "/api/audit-logs", Who::Roles(&[Admin, Auditor]), none.clone()),
        ("get", "/api/stream", Who::LoggedIn, none.clone()),
        ("get", "/api/health", Who::Anyone, none.clone()),
        ("get", "/api/ready", Who::Anyone, none.clone()),
        ("get", "/metrics", Who::LoggedIn, none.clone()),
        ("get", "/metrics/servers", Who::LoggedIn, none.clone()),
        // Last, because it ends the session with which the others are tried.
        ("post", "/api/auth/logout", Who::LoggedIn, none),
    ]
}

/// What the OpenAPI document has.
fn documented() -> BTreeSet<(String, String)> {
    let document = serde_json::to_value(server::api::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(|method| (method.clone(), path.clone())))
        .collect()
}

/// The status alone: a stream has no end to wait for.
async fn status(client: &Client, method: &str, path: &str, body: &Value) -> u16 {
    // An id that names nothing: who may not is refused before that is found out.
    let path = path.replace("{id}", "999999").replace("{delivery}", "999999");
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
    let request = client.request(method, &path);
    let request = if body.is_null() { request } else { request.json(body) };
    request.send().await.unwrap().status().as_u16()
}

#[test]
fn every_operation_has_a_row() {
    let rows: BTreeSet<_> = matrix().into_iter().map(|row| (row.0.to_owned(), row.1.to_owned())).collect();
    assert_eq!(rows, documented());
}

#[tokio::test]
async fn every_role_may_do_what_the_matrix_says_and_nothing_else() {
    let (server, admin) = TestServer::with_admin().await;
    let mut members = Vec::new();
    for role in Role::ALL {
        let member = if role == Admin { admin.clone() } else { server.member(&admin, role.name()).await };
        members.push((Some(role), member));
    }
    members.push((None, server.client()));
    // The administrator comes last: it is the one that changes things.
    members.reverse();

    let mut wrong = Vec::new();
    for (role, client) in &members {
        for (method, path, who, body) in matrix() {
            let expected = match (who, role) {
                (Who::Anyone, _) | (Who::LoggedIn, Some(_)) => None,
                (_, None) => Some(401),
                (Who::Roles(roles), Some(role)) => (!roles.contains(role)).then_some(403),
            };
            let got = status(client, method, path, &body).await;
            let is_right = expected.map_or(![401, 403].contains(&got) && got < 500, |status| status == got);
            if !is_right {
                wrong.push(format!("{method} {path} as {role:?}: {got}, expected {expected:?}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
