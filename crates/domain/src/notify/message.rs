//! What is told.

use serde::{Deserialize, Serialize};

use crate::{
    alerts::Severity,
    ids::{ChannelId, IncidentId, ServerId},
};

/// Why somebody is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// Something began.
    #[default]
    Began,
    /// Nobody acknowledged it, so that the next ones are told.
    Escalated,
    /// It is still so.
    Reminder,
    /// It is over.
    Ended,
    /// Somebody tries the channel.
    Test,
}

impl Occasion {
    /// The type of the event as webhooks name it.
    pub fn event_type(self) -> &'static str {
        match self {
            Self::Began => "alert.triggered",
            Self::Escalated => "alert.escalated",
            Self::Reminder => "alert.reminder",
            Self::Ended => "alert.resolved",
            Self::Test => "webhook.test",
        }
    }
}

/// One of the incidents that a message is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Item {
    /// The incident.
    pub incident: IncidentId,
    /// The server; `None` when it was deleted.
    pub server_id: Option<ServerId>,
    /// The server's name.
    pub server: String,
    /// The series that it is about; empty where it is about the server itself.
    pub series: String,
    /// The value that made the rule fire.
    pub value: Option<f64>,
    /// Since when something is wrong, in Unix milliseconds.
    pub since_ms: i64,
    /// When it was over, in Unix milliseconds.
    pub ended_at_ms: Option<i64>,
}

/// What is told about incidents of one rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Why.
    pub occasion: Occasion,
    /// The rule's name.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// When this was found, in Unix milliseconds.
    pub at_ms: i64,
    /// The incidents, the earliest first.
    pub items: Vec<Item>,
    /// How many other servers cannot be reached because of these.
    #[serde(default)]
    pub behind: u32,
}

/// Something that happened in the program, for webhooks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// What happened, such as `server.created`.
    pub event_type: String,
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// Who did it.
    pub user_id: Option<i64>,
    /// That person's name.
    pub username: String,
    /// The server that it is about.
    pub server_id: Option<i64>,
    /// Its name.
    pub server_name: String,
    /// The kind of thing that it is about.
    pub target_type: String,
    /// That thing's id or name.
    pub target_id: String,
    /// The deed as the audit log names it.
    pub action: String,
    /// More in plain words, without secrets.
    pub detail: String,
    /// From which address.
    pub ip: String,
    /// With which program.
    pub user_agent: String,
    /// `info`, `warning`, `error` or `critical`.
    pub severity: String,
}

/// That a channel was told of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// The incident.
    pub incident: IncidentId,
    /// The channel.
    pub channel: ChannelId,
    /// Which of those steps of its level that name the channel told it last, from 0.
    pub step: u32,
    /// When it was last told something, in Unix milliseconds.
    pub at_ms: i64,
    /// Whether it was told that it is over.
    pub is_ended: bool,
}

/// What waits to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payload {
    /// Incidents.
    Incidents(Message),
    /// An event, for webhooks.
    Event(Box<Event>),
}

impl Payload {
    /// The type of the event as webhooks name it.
    pub fn event_type(&self) -> &str {
        match self {
            Self::Incidents(message) => message.occasion.event_type(),
            Self::Event(event) => &event.event_type,
        }
    }
}
