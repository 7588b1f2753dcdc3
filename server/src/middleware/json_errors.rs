//! Gives refusals of the router and of other layers (no such path, wrong method, too large, too slow) the JSON form that all
//! refusals of the API have.

use axum::{
    extract::Request,
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::api::ApiError;

/// Rewrites a refusal that is not JSON yet, for addresses of the API.
pub async fn rewrite(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_api = ["/api", "/metrics"]
        .iter()
        .any(|top| path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    let mut response = next.run(request).await;
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    if !is_api || !is_refusal || is_json(response.headers()) {
        return response;
    }
    let mut json = ApiError::of_status(status).into_response();
    // What the layer said beside the body, such as Allow or Retry-After, stays.
    let kept = std::mem::take(response.headers_mut());
    for (name, value) in
        kept.iter().filter(|(name, _)| **name != header::CONTENT_TYPE && **name != header::CONTENT_LENGTH)
    {
        json.headers_mut().insert(name.clone(), value.clone());
    }
    json
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.starts_with("application/json"))
}
