//! The API's description.

use reqwest::Method;

use crate::harness::TestServer;

const COMMITTED: &str = include_str!("../../../docs/openapi.json");

#[test]
fn the_committed_document_is_the_one_that_the_program_has() {
    let now = server::api::document().to_pretty_json().unwrap();
    assert!(
        now.trim() == COMMITTED.trim(),
        "docs/openapi.json is not what the program has; if the change is wanted: cargo run -p server -- openapi > docs/openapi.json"
    );
}

#[test]
fn every_operation_says_what_it_does_and_has_a_name_of_its_own() {
    let document = serde_json::to_value(server::api::document()).unwrap();
    let mut names = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].as_str().is_some_and(|text| text.len() > 10), "{method} {path}");
            assert!(operation["tags"].as_array().is_some_and(|tags| tags.len() == 1), "{method} {path}");
            assert!(names.insert(operation["operationId"].to_string()), "{method} {path} has a name twice");
        }
    }
}

#[test]
fn every_schema_that_is_referred_to_is_there() {
    let text = server::api::document().to_json().unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
    }
}

#[tokio::test]
async fn document_and_page_are_served_from_the_program_itself() {
    let server = TestServer::empty().await;
    let client = server.client();
    let document = client.get("/api/openapi.json").await;
    assert_eq!((document.status, document.body["openapi"].as_str().map(|text| &text[..2])), (200, Some("3.")));
    assert_eq!(client.get("/docs").await.header("location"), "/docs/");
    let page = client.get("/docs/").await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("https://"), "{}", page.text);
    assert!(page.header("content-security-policy").starts_with("default-src 'self'"));
    for file in ["swagger-ui-bundle.js", "swagger-ui.css", "swagger-initializer.js"] {
        assert_eq!(client.send(Method::GET, &format!("/docs/{file}"), None).await.status, 200, "{file}");
    }
}
