//! A server's state as a mark and a word: colour never stands alone.

use domain::{fleet::Row, level::Level, status::Status};
use leptos::prelude::*;

use crate::{Texts, i18n::use_i18n};

/// What a person reads of a server's state: whether it answers, and if so, how it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateMark {
    /// It answers and nothing is wrong.
    Online,
    /// It answers and a value is worth a look.
    Warning,
    /// It answers and a value needs a person.
    Critical,
    /// It does not answer.
    Offline,
    /// It has not been tried yet.
    Unknown,
}

impl StateMark {
    /// The state of a row.
    pub fn of(row: &Row) -> Self {
        Self::from_parts(row.connection.status, row.level())
    }

    /// The state from whether it answers and its worst level.
    pub fn from_parts(status: Status, level: Level) -> Self {
        match (status, level) {
            (Status::Offline, _) => Self::Offline,
            (Status::Unknown, _) => Self::Unknown,
            (Status::Online, Level::Fine) => Self::Online,
            (Status::Online, Level::Warning) => Self::Warning,
            (Status::Online, Level::Critical) => Self::Critical,
        }
    }

    /// The name in the stylesheet and in the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Warning => "warning",
            Self::Critical => "critical",
            Self::Offline => "offline",
            Self::Unknown => "unknown",
        }
    }

    /// The shape of its mark, in a box of 10 by 10: a disc, a triangle, a diamond, a cross, a ring.
    pub fn shape(self) -> &'static str {
        match self {
            Self::Online => "M5 1.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
            Self::Warning => "M5 1l4.4 8H.6z",
            Self::Critical => "M5 .4L9.6 5 5 9.6.4 5z",
            Self::Offline => "M2.2.8L5 3.6 7.8.8 9.2 2.2 6.4 5l2.8 2.8-1.4 1.4L5 6.4 2.2 9.2.8 7.8 3.6 5 .8 2.2z",
            Self::Unknown => "M5 1.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zm0 1.5a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
        }
    }

    /// The word.
    pub fn word(self, texts: Texts) -> &'static str {
        match self {
            Self::Online => text!(texts, state.online),
            Self::Warning => text!(texts, state.warning),
            Self::Critical => text!(texts, state.critical),
            Self::Offline => text!(texts, state.offline),
            Self::Unknown => text!(texts, state.unknown),
        }
    }
}

/// A mark with its word; the shape of the mark differs with the state too.
#[component]
pub fn StateWord(
    /// The state.
    #[prop(into)]
    state: Signal<StateMark>,
) -> impl IntoView {
    let texts = use_i18n();
    view! {
        <span class="state" data-state=move || state.get().name()>
            <svg class="state-mark" viewBox="0 0 10 10" aria-hidden="true">
                <path d=move || state.get().shape() />
            </svg>
            <span class="state-word">{move || state.get().word(texts)}</span>
        </span>
    }
}
