//! What a server function answers when it does not do what was asked.

use domain::{Error, ErrorCode, FieldError};
use leptos::server_fn::{
    codec::PostcardEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use crate::Texts;

/// Why a server function has no value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum AppError {
    /// The service refused or failed.
    Refused {
        /// The kind of failure.
        code: ErrorCode,
        /// What happened and what to do.
        message: String,
        /// The fields at fault.
        fields: Vec<FieldError>,
        /// What the person had typed, by field, for a form that is shown again without any wasm. Never a secret.
        typed: Vec<(String, String)>,
    },
    /// No answer came back.
    NotReached,
    /// Request or answer could not be read: most likely page and server are of two versions.
    Garbled,
}

impl AppError {
    /// The same error, remembering what was typed into the form.
    #[must_use]
    pub fn with_typed(self, values: &[(&str, &str)]) -> Self {
        match self {
            Self::Refused { code, message, fields, .. } => Self::Refused {
                code,
                message,
                fields,
                typed: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            },
            other => other,
        }
    }

    /// The service's code, if it was the service that refused.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::NotReached | Self::Garbled => None,
        }
    }

    /// Whether nobody is logged in.
    pub fn is_unauthenticated(&self) -> bool {
        self.code() == Some(ErrorCode::Unauthenticated)
    }

    /// What happened, for the person.
    pub fn message(&self, texts: Texts) -> String {
        match self {
            Self::Refused { message, .. } => message.clone(),
            Self::NotReached => text!(texts, error.not_reached).to_owned(),
            Self::Garbled => text!(texts, error.garbled).to_owned(),
        }
    }

    /// What happened, unless it is said at the fields anyway.
    pub fn message_beside_fields(&self, texts: Texts) -> Option<String> {
        match self {
            Self::Refused { fields, .. } if !fields.is_empty() => None,
            _ => Some(self.message(texts)),
        }
    }

    /// What is wrong with one field.
    pub fn field(&self, name: &str) -> Option<String> {
        let Self::Refused { fields, .. } = self else { return None };
        fields.iter().find(|field| field.field == name).map(|field| field.message.clone())
    }

    /// What was typed into one field.
    pub fn typed(&self, name: &str) -> Option<String> {
        let Self::Refused { typed, .. } = self else { return None };
        typed.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone())
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        // Its own type leaves out what is empty, which the encoding between server and browser cannot express.
        let Error { code, message, fields, .. } = error;
        Self::Refused { code, message, fields, typed: Vec::new() }
    }
}

impl FromServerFnError for AppError {
    type Encoder = PostcardEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::NotReached,
            _ => Self::Garbled,
        }
    }
}
