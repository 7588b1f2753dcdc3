//! How files go out.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};

use super::*;

fn site(files: &[(&str, &'static str)]) -> Assets {
    Assets::from_files(files.iter().map(|(name, data)| ((*name).to_owned(), Bytes::from_static(data.as_bytes()))))
}

fn example() -> Assets {
    site(&[
        ("pkg/server-monitor.js", "plain"),
        ("pkg/server-monitor.js.br", "brotli"),
        ("pkg/server-monitor.js.gz", "gzip"),
        ("sw.js", "worker"),
        ("icon.svg", "<svg/>"),
    ])
}

fn ask(assets: &Assets, path: &str, pairs: &[(HeaderName, &str)]) -> Option<(StatusCode, HeaderMap)> {
    let headers = pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
    let response = assets.respond(&Method::GET, path, &headers)?;
    Some((response.status(), response.headers().clone()))
}

#[test]
fn the_browser_part_has_an_address_of_its_own_for_each_content() {
    let assets = example();
    let path = format!("/{}/server-monitor.js", assets.pkg_dir());
    let (status, headers) = ask(&assets, &path, &[]).unwrap();
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert_eq!(headers[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
    assert_ne!(assets.pkg_dir(), site(&[("pkg/server-monitor.js", "other")]).pkg_dir());
    assert_eq!(assets.pkg_dir(), site(&[("pkg/server-monitor.js", "plain"), ("sw.js", "x")]).pkg_dir());
    assert!(ask(&assets, "/pkg-0000000000000000/server-monitor.js", &[]).is_none());
}

#[test]
fn the_smallest_form_that_the_browser_takes_is_sent() {
    let assets = example();
    for (accept, sent) in [
        ("gzip, deflate, br, zstd", Some("br")),
        ("gzip", Some("gzip")),
        ("br;q=0, gzip;q=0.5", Some("gzip")),
        ("identity", None),
    ] {
        let (_, headers) = ask(&assets, "/pkg/server-monitor.js", &[(header::ACCEPT_ENCODING, accept)]).unwrap();
        let encoding = headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap());
        assert_eq!(encoding, sent, "{accept}");
        assert_eq!(headers[header::VARY], "accept-encoding");
    }
}

#[test]
fn what_the_browser_has_is_not_sent_again() {
    let assets = example();
    let brotli = (header::ACCEPT_ENCODING, "br");
    let (_, headers) = ask(&assets, "/pkg/server-monitor.js", std::slice::from_ref(&brotli)).unwrap();
    let tag = headers[header::ETAG].to_str().unwrap().to_owned();
    let (status, _) = ask(&assets, "/pkg/server-monitor.js", &[brotli, (header::IF_NONE_MATCH, &tag)]).unwrap();
    assert_eq!(status, StatusCode::NOT_MODIFIED);
    let (status, _) = ask(&assets, "/pkg/server-monitor.js", &[(header::IF_NONE_MATCH, &tag)]).unwrap();
    assert_eq!(status, StatusCode::OK);
}

#[test]
fn the_service_worker_is_asked_for_each_time() {
    let (_, headers) = ask(&example(), "/sw.js", &[]).unwrap();
    assert_eq!(headers[header::CACHE_CONTROL], "no-cache");
    let (_, headers) = ask(&example(), "/icon.svg", &[]).unwrap();
    assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=3600");
}

#[test]
fn compressed_files_and_foreign_paths_have_no_address() {
    for path in ["/pkg/server-monitor.js.br", "/../Cargo.toml", "//sw.js", "/", "", "/pkg"] {
        assert!(ask(&example(), path, &[]).is_none(), "{path}");
    }
    assert!(example().respond(&Method::POST, "/sw.js", &HeaderMap::new()).is_none());
}

#[test]
fn what_was_built_in_can_be_listed() {
    assert!(Assets::built_in().pkg_dir().starts_with("pkg-"));
}
