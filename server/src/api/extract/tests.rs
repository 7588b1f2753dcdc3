//! What is refused, with which field named.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use domain::{ErrorCode, audit, servers::NewServer};

use super::*;

const GOOD: &str = r#"{"name":"web","host":"192.0.2.1","username":"root","password":"x"}"#;

fn refusal(body: &str) -> (ErrorCode, String, String) {
    let error = parse_json::<NewServer>(body.as_bytes()).unwrap_err();
    let field = error.fields.first().cloned();
    field.map_or((error.code, String::new(), error.message), |field| (error.code, field.field, field.message))
}

#[test]
fn a_good_body_is_read() {
    assert_eq!(parse_json::<NewServer>(GOOD.as_bytes()).unwrap().port, 22);
}

#[test]
fn what_is_not_json_is_a_bad_request_without_a_field() {
    for body in ["", "{", "nonsense", "{\"name\":}", &format!("{GOOD} {{}}"), "\u{feff}{}"] {
        let (code, field, message) = refusal(body);
        assert_eq!((code, field.as_str()), (ErrorCode::BadRequest, ""), "{body}: {message}");
    }
    assert_eq!(parse_json::<NewServer>(&[b'"', 0xff, b'"']).unwrap_err().code, ErrorCode::BadRequest);
}

#[test]
fn the_field_at_fault_is_named() {
    let with = |extra: &str| GOOD.replace('}', &format!(",{extra}}}"));
    for (body, field) in [
        (with(r#""colour":"red""#), "colour"),
        (r#"{"name":"web"}"#.to_owned(), "host"),
        (with(r#""port":"22""#), "port"),
        (with(r#""port":70000"#), "port"),
        (with(r#""port":1.5"#), "port"),
        (with(r#""tag_ids":[1,"x"]"#), "tag_ids[1]"),
        (with(r#""name":"again""#), "name"),
        ("[]".to_owned(), "body"),
        ("17".to_owned(), "body"),
        ("null".to_owned(), "body"),
    ] {
        let (code, named, message) = refusal(&body);
        assert_eq!((code, named.as_str()), (ErrorCode::Invalid, field), "{body}: {message}");
    }
}

#[test]
fn a_refusal_does_not_repeat_the_value() {
    let (_, _, message) = refusal(r#"{"name":"web","host":"x","username":"root","password":"x","port":"hunter2"}"#);
    assert!(!message.contains("hunter2"), "{message}");
    assert!(message.contains("expected u16"), "{message}");
}

#[test]
fn a_long_unknown_name_is_cut() {
    let (_, field, message) = refusal(&format!(r#"{{"{}":1}}"#, "x".repeat(10_000)));
    assert_eq!(field.len(), 100);
    assert!(message.len() < 200);
}

#[test]
fn query_strings_are_read_in_the_same_way() {
    let query = parse_query::<audit::Query>("limit=5&action=&user_id=2").unwrap();
    assert_eq!((query.limit, query.action, query.user_id), (Some(5), None, Some(2)));
    for (text, field) in [("limit=many", "limit"), ("colour=red", "colour"), ("limit=1&limit=2", "limit")] {
        let error = parse_query::<audit::Query>(text).unwrap_err();
        assert_eq!((error.code, error.fields[0].field.as_str()), (ErrorCode::Invalid, field), "{text}");
    }
}

#[test]
fn only_json_counts_as_json() {
    let kind = |value: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, value.parse().unwrap());
        is_json(&headers)
    };
    assert!(kind("application/json"));
    assert!(kind("Application/JSON; charset=utf-8"));
    assert!(!kind("text/plain"));
    assert!(!kind("application/x-www-form-urlencoded"));
    assert!(!is_json(&HeaderMap::new()));
}
