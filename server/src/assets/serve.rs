//! Answers a request for a file: which form, whether the browser has it already, how long it may keep it.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{Asset, Assets};

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const A_WHILE: HeaderValue = HeaderValue::from_static("public, max-age=3600");
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");

/// What a file may load when it is a page or a worker itself: only what is served here.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'",
);

impl Assets {
    /// The answer when there is a file at this address.
    pub fn respond(&self, method: &Method, address: &str, headers: &HeaderMap) -> Option<Response> {
        if method != Method::GET && method != Method::HEAD {
            return None;
        }
        let (asset, is_immutable) = self.find(address)?;
        let (encoding, data) = asset.form_for(headers);
        let tag = format!("\"{}{}\"", asset.hash, encoding.map(|name| format!("-{name}")).unwrap_or_default());
        let mut response = if has_already(headers, &tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            asset.sent(encoding, data)
        };
        let answer = response.headers_mut();
        answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        answer.insert(header::CACHE_CONTROL, keep(address, is_immutable));
        answer.insert(header::CONTENT_SECURITY_POLICY, POLICY);
        insert(answer, header::ETAG, &tag);
        Some(response)
    }
}

impl Asset {
    fn sent(&self, encoding: Option<&'static str>, data: Bytes) -> Response {
        let mut response = Response::new(Body::from(data));
        let headers = response.headers_mut();
        insert(headers, header::CONTENT_TYPE, &self.content_type);
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }

    /// The smallest form that the browser takes, and its name as a content coding (RFC 9110, 8.4.1).
    fn form_for(&self, headers: &HeaderMap) -> (Option<&'static str>, Bytes) {
        match (&self.brotli, &self.gzip) {
            (Some(data), _) if accepts(headers, "br") => (Some("br"), data.clone()),
            (_, Some(data)) if accepts(headers, "gzip") => (Some("gzip"), data.clone()),
            _ => (None, self.plain.clone()),
        }
    }
}

/// Whether `Accept-Encoding` names the coding without refusing it (`q=0`).
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        named && !parts.any(|part| part.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0))
    })
}

fn has_already(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).any(|given| given == tag || given == "*")
}

fn keep(address: &str, is_immutable: bool) -> HeaderValue {
    // A service worker that is kept keeps the whole old program; so does the plain name of the browser part.
    let is_fresh = address == "/sw.js" || address.starts_with("/pkg/");
    match (is_immutable, is_fresh) {
        (true, _) => FOR_EVER,
        (false, true) => ASK_FIRST,
        (false, false) => A_WHILE,
    }
}

fn insert(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
