//! A refused request as HTTP: one JSON envelope, `{"error", "code", "fields"}`, and the right status.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Error, ErrorCode};
use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder, ResponsesBuilder},
};

/// What a handler returns.
pub type ApiResult<T> = Result<T, ApiError>;

/// A refused or failed request, with its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    error: Error,
}

impl ApiError {
    /// An error whose status is not the one that its code stands for, because HTTP knows it more exactly.
    pub fn with_status(status: StatusCode, error: Error) -> Self {
        Self { status, error }
    }

    /// The error for a status that the router or a layer answered with.
    pub fn of_status(status: StatusCode) -> Self {
        let (code, message) = match status {
            StatusCode::NOT_FOUND => (ErrorCode::NotFound, "There is nothing at this address."),
            StatusCode::METHOD_NOT_ALLOWED => (ErrorCode::BadRequest, "This address does not take this method."),
            StatusCode::PAYLOAD_TOO_LARGE => (ErrorCode::BadRequest, "The request is too large."),
            StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
                (ErrorCode::Unavailable, "The request took too long, or the program is stopping.")
            }
            status if status.is_server_error() => return Self { status, error: Error::internal() },
            _ => (ErrorCode::BadRequest, "The request cannot be carried out as it is."),
        };
        Self { status, error: Error::new(code, message) }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, error }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let retry_after = self.error.retry_after_secs;
        let mut response = (self.status, Json(self.error)).into_response();
        let headers = response.headers_mut();
        if let Some(secs) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(secs));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl IntoResponses for ApiError {
    fn responses() -> std::collections::BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let refusal = |description: &str| {
            let schema = Ref::from_schema_name("Error");
            let content = ContentBuilder::new().schema(Some(schema)).build();
            ResponseBuilder::new().description(description).content("application/json", content).build()
        };
        let responses = ResponsesBuilder::new()
            .response("4XX", refusal("Refused; `code` and `fields` say why"))
            .response("5XX", refusal("Failed on our side, or not ready"));
        responses.build().into()
    }
}
