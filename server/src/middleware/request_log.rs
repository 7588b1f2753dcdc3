//! One log line per request: id, method, path, sender, status, duration. Never a body, a query string, a cookie or a token.

use std::{net::SocketAddr, time::Duration};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request},
    http::{HeaderName, Response, StatusCode},
    middleware::Next,
};
use tower_http::{
    classify::{ServerErrorsAsFailures, SharedClassifier},
    trace::{MakeSpan, OnResponse, TraceLayer},
};
use tracing::{Span, debug, info, info_span, warn};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest request id of a caller that is taken over.
const ID_MAX: usize = 64;

/// Names the request in every log line that belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct Name;

/// Writes the line.
#[derive(Debug, Clone, Copy)]
pub struct Line;

/// The layer that logs requests.
pub fn layer() -> TraceLayer<SharedClassifier<ServerErrorsAsFailures>, Name, (), Line, (), (), ()> {
    TraceLayer::new_for_http()
        .make_span_with(Name)
        .on_request(())
        .on_response(Line)
        .on_body_chunk(())
        .on_eos(())
        .on_failure(())
}

impl MakeSpan<Body> for Name {
    fn make_span(&mut self, request: &Request) -> Span {
        let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let peer = peer.map(|ip| ip.to_string()).unwrap_or_default();
        let path: String = request.uri().path().chars().take(200).collect();
        info_span!("request", id, method = %request.method(), path, peer)
    }
}

impl<B> OnResponse<B> for Line {
    fn on_response(self, response: &Response<B>, latency: Duration, _: &Span) {
        let status = response.status().as_u16();
        let millis = latency.as_secs_f64() * 1_000.0;
        let millis = (millis * 10.0).round() / 10.0;
        match response.status() {
            code if code.is_server_error() => warn!(status, millis, "failed"),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => {
                info!(status, millis, "refused");
            }
            _ => debug!(status, millis, "answered"),
        }
    }
}

/// Forgets a caller's request id that is too long or not plain, so that the log holds no surprises.
pub async fn drop_strange_id(mut request: Request, next: Next) -> axum::response::Response {
    let is_plain =
        |id: &[u8]| id.len() <= ID_MAX && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte));
    if request.headers().get(REQUEST_ID).is_some_and(|id| !is_plain(id.as_bytes())) {
        request.headers_mut().remove(REQUEST_ID);
    }
    next.run(request).await
}
