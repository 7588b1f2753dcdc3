//! The headers that keep browsers from doing what nobody wants. Pages bring their own `Content-Security-Policy`, with the nonce
//! of their scripts; so do files and the API's description page.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

const HEADERS: [(HeaderName, &str); 7] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    (header::CACHE_CONTROL, "no-store"),
];

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Adds every header that the answer does not have yet.
pub async fn add(request: Request, next: Next) -> Response {
    let is_trustworthy = is_trustworthy(request.headers());
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    if is_trustworthy {
        response.headers_mut().insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    }
    response
}

/// Whether a browser takes what it gets here for unchanged: over HTTPS, or from its own machine. Elsewhere it ignores some
/// headers, and complains about them on every page (<https://w3c.github.io/webappsec-secure-contexts/>).
fn is_trustworthy(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let is_https = text(HeaderName::from_static("x-forwarded-proto")) == Some("https");
    is_https
        || text(header::HOST).is_some_and(|host| ["localhost", "127.", "[::1]"].iter().any(|own| host.starts_with(own)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_the_own_machine_are_trustworthy() {
        let is_trusted = |name: &'static str, value: &'static str| {
            is_trustworthy(&HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_static(value))]))
        };
        assert!(is_trusted("x-forwarded-proto", "https"));
        assert!(is_trusted("host", "localhost:9083"));
        assert!(is_trusted("host", "127.0.0.1:9083"));
        assert!(!is_trusted("x-forwarded-proto", "http"));
        assert!(!is_trusted("host", "monitor.example:9083"));
    }
}
