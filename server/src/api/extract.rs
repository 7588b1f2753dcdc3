//! Reads requests: JSON bodies, query strings, ids in paths, and who sends them. What cannot be read is refused with the field named.

use std::str::FromStr;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{ChannelId, Error, GroupId, IncidentId, LevelId, RuleId, ServerId, SilenceId, TagId, UserId};
use monitor::{Actor, request::Caller};
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};

use super::{ApiError, fields};
use crate::state::AppState;

/// A JSON body, both ways.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        if !is_json(request.headers()) {
            let error = Error::bad_request("Send the body as JSON, with Content-Type: application/json.");
            return Err(ApiError::with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, error));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => ApiError::of_status(StatusCode::PAYLOAD_TOO_LARGE),
            _ => Error::bad_request("The body could not be read to its end.").into(),
        })?;
        parse_json(&bytes).map(Self).map_err(ApiError::from)
    }
}

/// Only `application/json` is taken: it is what a foreign page cannot send without asking first (Fetch standard, CORS).
fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> domain::Result<T> {
    let text = std::str::from_utf8(bytes).map_err(|_| Error::bad_request("The body is not UTF-8 text."))?;
    // The whole text first: what is no JSON at its end is not to be judged by its beginning.
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Error::bad_request(format!("The body is not JSON: look at line {line}, column {column}."))
    })?;
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(text))
        .map_err(|error| fields::refused(error.path(), &error.inner().to_string()))
}

/// The query string.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parse_query(parts.uri.query().unwrap_or_default()).map(Self).map_err(ApiError::from)
    }
}

fn parse_query<T: DeserializeOwned>(query: &str) -> domain::Result<T> {
    // `?group=` is how a form sends "any group".
    let given = form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty());
    let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
    serde_path_to_error::deserialize(reader).map_err(|error| fields::refused(error.path(), &error.inner().to_string()))
}

/// An id in the path. What is no number is no id of ours: 404.
#[derive(Debug, Clone, Copy)]
pub struct Id<T>(pub T);

/// An id in a path, and what it names.
pub trait PathId: FromStr {
    /// In words, such as `server`.
    const WHAT: &'static str;
}

impl PathId for ServerId {
    const WHAT: &'static str = "server";
}

impl PathId for RuleId {
    const WHAT: &'static str = "rule";
}

impl PathId for ChannelId {
    const WHAT: &'static str = "channel";
}

impl PathId for IncidentId {
    const WHAT: &'static str = "incident";
}

impl PathId for SilenceId {
    const WHAT: &'static str = "silence";
}

impl PathId for domain::WindowId {
    const WHAT: &'static str = "maintenance";
}

impl PathId for LevelId {
    const WHAT: &'static str = "level";
}

impl PathId for UserId {
    const WHAT: &'static str = "user";
}

impl PathId for GroupId {
    const WHAT: &'static str = "group";
}

impl PathId for TagId {
    const WHAT: &'static str = "tag";
}

impl<T: PathId, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| Error::not_found(T::WHAT))?;
        text.parse().map(Self).map_err(|_| Error::not_found(T::WHAT).into())
    }
}

/// Who sends the request, not proven: what the middleware read from its headers.
impl FromRequestParts<AppState> for Sender {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Caller>().cloned().map(Self).ok_or_else(|| Error::internal().into())
    }
}

/// Who sends a request, as its headers say; not a proof of anything.
#[derive(Debug, Clone)]
pub struct Sender(pub Caller);

/// Whoever is logged in: a handler that takes an `Actor` cannot be reached without a valid session.
impl FromRequestParts<AppState> for Actor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let Sender(caller) = Sender::from_request_parts(parts, state).await?;
        Ok(state.monitor.accounts().authenticate(&caller).await?)
    }
}

#[cfg(test)]
mod tests;
