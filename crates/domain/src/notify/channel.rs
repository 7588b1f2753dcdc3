//! A channel: where messages go, when it is quiet, and how they read.

use serde::{Deserialize, Serialize};

use super::{Kind, Language, Target};
use crate::{
    alerts::Severity,
    error::{Error, Result},
    ids::ChannelId,
};

/// The longest name of a channel, in characters.
pub const NAME_MAX: usize = 100;
/// The longest template, in characters.
const TEMPLATE_MAX: usize = 4_000;
/// The minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// Whether a secret is there; it is never shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Configured {
    /// Whether it is there.
    pub configured: bool,
}

/// When nobody is to be disturbed. What begins then is told afterwards, if it is not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuietHours {
    /// The days on which it begins, from 1 for Monday to 7 for Sunday.
    pub days: Vec<u8>,
    /// When it begins, in minutes after midnight of the channel's time zone.
    pub from_minute: u16,
    /// When it is over, in minutes after midnight; on the next day when that is not after `from_minute`.
    pub until_minute: u16,
    /// What is told all the same.
    pub except: Option<Severity>,
}

/// How messages read; the usual texts where empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Templates {
    /// The title or subject.
    pub title: String,
    /// The text.
    pub text: String,
}

/// How a channel does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// When a message was last taken, in Unix milliseconds.
    pub sent_at_ms: Option<i64>,
    /// How many messages wait to be sent.
    pub waiting: u32,
    /// How many were given up after a day.
    pub dead: u32,
    /// What the other side said when it last refused one; `None` when the last one was taken.
    pub failure: Option<String>,
}

/// A channel as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// An id that is never used again, by which scripts know it.
    pub uid: String,
    /// Its name.
    pub name: String,
    /// Where its messages go.
    pub target: Target,
    /// Whether its secret is there.
    pub secret: Configured,
    /// Whether it is on.
    pub is_enabled: bool,
    /// The time zone of its readers, such as `Europe/Berlin`.
    pub time_zone: String,
    /// The language of its readers.
    pub language: Language,
    /// When it is quiet; never when not given.
    pub quiet: Option<QuietHours>,
    /// How its messages read.
    pub templates: Templates,
    /// How it does.
    pub health: Health,
}

impl Channel {
    /// The channel with its texts trimmed. What the target needs beyond that is for those who know its kind.
    ///
    /// # Errors
    /// When something makes no sense; the field is named.
    pub fn validated(mut self) -> Result<Self> {
        self.name = self.name.trim().to_owned();
        if self.name.is_empty() || self.name.chars().count() > NAME_MAX {
            return Err(Error::invalid("name", format!("must have 1 to {NAME_MAX} characters")));
        }
        if let Some(quiet) = &mut self.quiet {
            quiet.days.sort_unstable();
            quiet.days.dedup();
            if quiet.days.is_empty() || quiet.days.iter().any(|day| !(1..=7).contains(day)) {
                return Err(Error::invalid("days", "name the days, from 1 for Monday to 7 for Sunday"));
            }
            for (field, minute) in [("from_minute", quiet.from_minute), ("until_minute", quiet.until_minute)] {
                if minute >= DAY_MINUTES {
                    return Err(Error::invalid(field, "must be a time of the day: 0 to 1439 minutes after midnight"));
                }
            }
        }
        for (field, template) in [("title", &self.templates.title), ("text", &self.templates.text)] {
            if template.chars().count() > TEMPLATE_MAX {
                return Err(Error::invalid(field, format!("must have at most {TEMPLATE_MAX} characters")));
            }
        }
        Ok(self)
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.target.kind()
    }
}
