//! What was refused of a form: said at its fields, and at its end what no field says.

use domain::error::FieldError;
use leptos::prelude::*;

use crate::{Texts, error::AppError};

/// Why a form was refused, and which of its fields say so themselves.
#[derive(Clone, Copy)]
pub struct Refusal {
    error: Signal<Option<AppError>>,
    fields: RwSignal<Vec<String>>,
}

impl Refusal {
    /// What was refused at the last attempt.
    pub fn new(error: impl Into<Signal<Option<AppError>>>) -> Self {
        Self { error: error.into(), fields: RwSignal::default() }
    }

    /// Another refusal of the same form.
    #[must_use]
    pub fn with(self, error: impl Into<Signal<Option<AppError>>>) -> Self {
        Self { error: error.into(), ..self }
    }

    /// What is wrong with a field, for the field to say it as long as it is there.
    pub fn at(self, name: impl Into<String>) -> Signal<Option<String>> {
        let Self { error, fields } = self;
        let name = name.into();
        let own = name.clone();
        fields.update(|fields| fields.push(own.clone()));
        on_cleanup(move || {
            fields.try_update(|fields| {
                if let Some(place) = fields.iter().position(|one| *one == own) {
                    fields.swap_remove(place);
                }
            });
        });
        Signal::derive(move || error.get().and_then(|error| error.field(&name)))
    }

    /// What went wrong and is said at no field.
    pub fn elsewhere(self, texts: Texts) -> Option<String> {
        let error = self.error.get()?;
        match &error {
            AppError::Refused { fields, .. } if !fields.is_empty() => {
                let is_said = |field: &&FieldError| self.fields.with(|said| said.contains(&field.field));
                let unsaid = fields.iter().filter(|field| !is_said(field));
                let words: Vec<_> = unsaid.map(|field| format!("{}: {}", field.field, field.message)).collect();
                (!words.is_empty()).then(|| words.join(" "))
            }
            _ => Some(error.message(texts)),
        }
    }
}

impl From<Signal<Option<AppError>>> for Refusal {
    fn from(error: Signal<Option<AppError>>) -> Self {
        Self::new(error)
    }
}
