//! Refuses changes that another site's page sends: browsers add our cookie to them unasked.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Error, ErrorCode};
use monitor::request::{Caller, is_same_origin};

use crate::api::ApiError;

/// Lets through what changes nothing, what carries a bearer token (no page can make a browser send one unasked), and what
/// comes from our own pages or from no page at all.
pub async fn check(request: Request, next: Next) -> Response {
    let has_bearer =
        request.extensions().get::<Caller>().is_some_and(|caller| caller.token.is_some() && !caller.by_cookie);
    if request.method().is_safe() || has_bearer || is_same_origin(request.headers()) {
        next.run(request).await
    } else {
        let message = "This request comes from a page of another site. Send it from this site, or with a bearer token.";
        ApiError::from(Error::new(ErrorCode::Forbidden, message)).into_response()
    }
}
