//! What people do about incidents, and what happened in the life of one.

use serde::{Deserialize, Serialize};

use crate::{
    alerts::{Incident, Scope},
    error::{Error, Result},
    ids::{IncidentId, RuleId, SilenceId},
    recording::RecordingStatus,
    text,
};

/// The longest silence, in minutes: 90 days.
pub const SILENCE_MAX_MINUTES: u32 = 90 * 24 * 60;

/// What somebody does about an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Takes it on: nobody else is told any more, and nobody is reminded.
    Acknowledge {
        /// Why, or what will be done; may be empty.
        #[serde(default)]
        reason: String,
    },
    /// Says who works on it.
    Assign {
        /// The account's name; nobody when empty.
        assignee: String,
    },
    /// Says how urgent it is.
    Prioritise {
        /// 1 to 4, as in P1 to P4.
        priority: u8,
    },
    /// Says at which of the guide's steps the work on it is.
    Step {
        /// The step.
        step: Step,
    },
    /// Writes something down.
    Note {
        /// What.
        text: String,
    },
    /// Says that it is over. It begins again only when it was good in between.
    Resolve {
        /// What was done; may be empty.
        #[serde(default)]
        text: String,
    },
    /// Has nobody told of this rule and server for a while.
    Silence {
        /// For how many minutes.
        minutes: u32,
        /// Why; may be empty.
        #[serde(default)]
        reason: String,
    },
}

impl Act {
    /// The act with its texts trimmed.
    ///
    /// # Errors
    /// When something makes no sense; the field is named.
    pub fn validated(mut self) -> Result<Self> {
        match &mut self {
            Self::Acknowledge { reason } => trim("reason", reason, false)?,
            Self::Note { text } => trim("text", text, true)?,
            Self::Resolve { text } => trim("text", text, false)?,
            Self::Assign { assignee } => trim("assignee", assignee, false)?,
            Self::Prioritise { priority } if !(1..=4).contains(priority) => {
                return Err(Error::invalid("priority", "must be 1 to 4"));
            }
            Self::Prioritise { .. } | Self::Step { .. } => {}
            Self::Silence { minutes, reason } => {
                check_minutes(*minutes)?;
                trim("reason", reason, false)?;
            }
        }
        Ok(self)
    }
}

fn trim(field: &'static str, said: &mut String, is_needed: bool) -> Result<()> {
    if is_needed && said.trim().is_empty() {
        return Err(Error::invalid(field, "must not be empty"));
    }
    *said = text::description(said).map_err(|problem| Error::invalid(field, problem))?;
    Ok(())
}

fn check_minutes(minutes: u32) -> Result<()> {
    if (1..=SILENCE_MAX_MINUTES).contains(&minutes) {
        Ok(())
    } else {
        Err(Error::invalid("minutes", format!("must be 1 to {SILENCE_MAX_MINUTES}")))
    }
}

/// The steps by which the operations guide has people work on an incident.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// It is known.
    #[default]
    Detect,
    /// How bad it is, and for whom.
    Assess,
    /// Those whom it concerns are told.
    Communicate,
    /// It is being repaired, or worked around.
    Respond,
    /// It works again, and that was verified.
    Resolve,
    /// What is to be learnt from it.
    Review,
}

impl Step {
    /// All of them, in their order.
    pub const ALL: [Self; 6] =
        [Self::Detect, Self::Assess, Self::Communicate, Self::Respond, Self::Resolve, Self::Review];

    /// Its name, as in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Detect => "detect",
            Self::Assess => "assess",
            Self::Communicate => "communicate",
            Self::Respond => "respond",
            Self::Resolve => "resolve",
            Self::Review => "review",
        }
    }

    /// The step of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }

    /// The step at which work on an incident is: the one that somebody said last, else what follows from what was done.
    pub fn of(incident: &Incident, said: Option<Self>) -> Self {
        said.unwrap_or(match (incident.ended_at_ms, incident.acknowledged_at_ms) {
            (Some(_), _) => Self::Resolve,
            (None, Some(_)) => Self::Assess,
            (None, None) => Self::Detect,
        })
    }
}

/// What happened in the life of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Something went wrong, though not for long enough yet.
    Wrong,
    /// The rule fired.
    Began,
    /// A channel was told; the detail is the channel's name.
    Told,
    /// A channel is being told; the detail is its name.
    Telling,
    /// A channel could not be told; the detail is its name.
    NotTold,
    /// Nobody acknowledged in time, so the next step came.
    Escalated,
    /// Somebody took it on.
    Acknowledged,
    /// Somebody works on it, or nobody any more.
    Assigned,
    /// Its priority was set.
    Prioritised,
    /// Work on it came to another step; the detail is its name.
    Step,
    /// Somebody wrote something down.
    Note,
    /// Somebody silenced it; the detail says until when and why.
    Silenced,
    /// Somebody said that it is over.
    Resolved,
    /// It was over.
    Ended,
}

/// Something in the life of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry {
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// What.
    pub kind: EntryKind,
    /// Who did it; empty where it was the program.
    pub person: String,
    /// More in words.
    pub detail: String,
}

/// The incident that has another one as its consequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cause {
    /// Its id.
    pub id: IncidentId,
    /// The name of its rule.
    pub rule_name: String,
    /// The name of its server.
    pub server_name: String,
}

/// All that is known of an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dossier {
    /// The incident.
    pub incident: Incident,
    /// At which step work on it is.
    pub step: Step,
    /// What it is only a consequence of: of that people are told, and not of this.
    pub cause: Option<Cause>,
    /// What happened, the earliest first.
    pub timeline: Vec<Entry>,
    /// The level at which its rule fires, if it is still there and has one.
    pub fire: Option<f64>,
    /// The name of the level by which people are told.
    pub level: String,
    /// Until when nobody is told of it, in Unix milliseconds, if so.
    pub silenced_until_ms: Option<i64>,
    /// Until when its server is in maintenance, in Unix milliseconds, if so.
    pub maintenance_until_ms: Option<i64>,
    /// Whether there is a recording of the server at the moment it began.
    pub recording: RecordingStatus,
}

/// For a while nobody is told of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Silence {
    /// Its id.
    pub id: SilenceId,
    /// On which servers.
    pub scope: Scope,
    /// Of which rule; of all when not given.
    pub rule_id: Option<RuleId>,
    /// Since when, in Unix milliseconds.
    pub from_ms: i64,
    /// Until when, in Unix milliseconds.
    pub until_ms: i64,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub person: String,
}

impl Silence {
    /// The silence with its text trimmed.
    ///
    /// # Errors
    /// When something makes no sense; the field is named.
    pub fn validated(mut self) -> Result<Self> {
        let minutes = (self.until_ms - self.from_ms) / 60_000;
        check_minutes(u32::try_from(minutes).unwrap_or(0))?;
        trim("reason", &mut self.reason, false)?;
        Ok(self)
    }
}
