//! The one error that services return and every adapter maps: REST to a status, server functions to a typed error.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a service returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request was not carried out. Each maps to one HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request could not be read at all (400).
    BadRequest,
    /// Nobody is logged in, or the token is expired, altered or logged out (401).
    Unauthenticated,
    /// The role does not allow it (403).
    Forbidden,
    /// There is no such thing (404).
    NotFound,
    /// It clashes with what is there, such as a name in use (409).
    Conflict,
    /// A field has a value that cannot be taken (422).
    Invalid,
    /// Too many attempts; try again later (429).
    TooManyRequests,
    /// Our own failure; the log says more (500).
    Internal,
    /// Not ready or shutting down (503).
    Unavailable,
}

impl ErrorCode {
    /// The HTTP status that stands for this code (RFC 9110, RFC 6585).
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Invalid => 422,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field's name as in the request, such as `host`.
    pub field: String,
    /// What is wrong and what would be right, in plain words.
    pub message: String,
}

/// A refused or failed request, in words that may be shown to the person who made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Error {
    /// What happened and what to do, in plain words.
    #[serde(rename = "error")]
    pub message: String,
    /// The kind of failure.
    pub code: ErrorCode,
    /// The fields at fault, when it is [`ErrorCode::Invalid`] or [`ErrorCode::Conflict`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// When to try again, in seconds, when it is [`ErrorCode::TooManyRequests`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_secs: Option<u32>,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error {
    /// An error with a code and a message.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { message: message.into(), code, fields: Vec::new(), retry_after_secs: None }
    }

    /// The request could not be read.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadRequest, message)
    }

    /// One field is wrong.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut fields = FieldErrors::default();
        fields.add(field, message);
        fields.into_error()
    }

    /// One field clashes with what is there.
    pub fn conflict(field: impl Into<String>, message: impl Into<String>) -> Self {
        let message = message.into();
        let mut error = Self::new(ErrorCode::Conflict, message.clone());
        error.fields.push(FieldError { field: field.into(), message });
        error
    }

    /// Nobody is logged in.
    pub fn unauthenticated() -> Self {
        Self::new(ErrorCode::Unauthenticated, "Log in first: the request carries no valid session.")
    }

    /// The role does not allow it.
    pub fn forbidden() -> Self {
        Self::new(ErrorCode::Forbidden, "Your role does not allow this.")
    }

    /// There is no such thing; `what` names it, such as `server`.
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("There is no such {what}."))
    }

    /// Our own failure. The cause goes to the log, not to the caller.
    pub fn internal() -> Self {
        Self::new(ErrorCode::Internal, "Something failed on our side. The program's log says more.")
    }
}

/// Collects what is wrong with a request's fields, so that a person sees all of it at once.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Notes a wrong field.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), message: message.into() });
    }

    /// Notes a wrong field when the check failed, and hands on the value when it did not.
    pub fn check<T>(&mut self, field: &str, checked: std::result::Result<T, String>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err(message) => {
                self.add(field, message);
                None
            }
        }
    }

    /// Ok when nothing was noted.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(self.into_error()) }
    }

    fn into_error(self) -> Error {
        let message = match self.0.as_slice() {
            [only] => format!("{}: {}", only.field, only.message),
            several => format!("{} fields need another value.", several.len()),
        };
        Error { message, code: ErrorCode::Invalid, fields: self.0, retry_after_secs: None }
    }
}
