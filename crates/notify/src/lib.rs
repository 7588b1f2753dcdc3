//! Sends messages. One file per channel behind one trait; what they say is made from templates; where they may connect to is guarded.
//!
//! Nothing here waits, tries again or remembers: that is for whoever holds the outbox.

#![forbid(unsafe_code)]

mod channel;
mod escape;
mod guard;
mod http;
mod template;
mod text;
mod words;
mod zone;

use std::time::Duration;

use domain::{
    Secret,
    notify::{Language, Payload, Target, Templates},
};

pub use guard::{Allowed, Guard};
pub use http::use_ring;
pub use text::Text;
pub use zone::{Zone, ZoneError};

use crate::{channel::Note, http::Http};

/// What the other side said when it took a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer(pub String);

/// Why a message was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What happened, in words for whoever set the channel up.
    pub message: String,
    /// Whether the other side refused it, so that the same soon again is of little use.
    pub is_refusal: bool,
    /// How long the other side wants to be left alone.
    pub retry_after: Option<Duration>,
}

impl Failure {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_refusal: false, retry_after: None }
    }

    fn refusal(message: impl Into<String>) -> Self {
        Self { is_refusal: true, ..Self::new(message) }
    }
}

/// For whom a message is written.
#[derive(Debug, Clone, Copy)]
pub struct Readers<'a> {
    /// Their time zone.
    pub zone: &'a Zone,
    /// Their language, in which the usual texts are.
    pub language: Language,
    /// How they want it to read.
    pub templates: &'a Templates,
}

/// One message for one channel.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// The same however often it is tried, so that the other side can tell.
    pub event_id: &'a str,
    /// Where it goes.
    pub target: &'a Target,
    /// The target's secret.
    pub secret: Option<&'a Secret>,
    /// Who reads it.
    pub readers: Readers<'a>,
    /// What it is about.
    pub payload: &'a Payload,
    /// When it was recorded, in Unix milliseconds.
    pub at_ms: i64,
}

/// Sends messages. One for the whole program.
#[derive(Debug)]
pub struct Notifier {
    http: Http,
    public_url: Option<String>,
}

impl Notifier {
    /// Messages carry links to `public_url`, if it is known.
    ///
    /// # Errors
    /// When the system's certificates cannot be read.
    pub fn new(guard: Guard, public_url: Option<String>) -> Result<Self, Failure> {
        let public_url = public_url.map(|url| url.trim_end_matches('/').to_owned());
        Ok(Self { http: Http::new(guard)?, public_url })
    }

    /// Sends a message once.
    ///
    /// # Errors
    /// When it was not taken.
    pub async fn send(&self, outgoing: Outgoing<'_>) -> Result<Answer, Failure> {
        let channel =
            channel::of(outgoing.target, outgoing.secret).map_err(|error| Failure::refusal(error.to_string()))?;
        let text = match self.text(outgoing.payload, outgoing.readers) {
            Ok(text) => text,
            // A message in other words is better than none.
            Err(cause) => {
                tracing::warn!(%cause, "a channel's own templates cannot be used; the usual text is sent");
                text::usual(outgoing.payload, self.public_url.as_deref()).map_err(Failure::refusal)?
            }
        };
        let Outgoing { event_id, payload, at_ms, .. } = outgoing;
        channel.send(&Note { event_id, payload, at_ms, text: &text }, &self.http).await
    }

    /// How a message reads.
    ///
    /// # Errors
    /// What is wrong with a template, in words for its author.
    pub fn text(&self, payload: &Payload, readers: Readers<'_>) -> Result<Text, String> {
        text::of(payload, readers, self.public_url.as_deref())
    }
}

/// A message to look at, and to try a channel with.
pub fn example(at_ms: i64) -> domain::notify::Message {
    text::example(at_ms)
}

/// What such a message is about.
pub fn example_item(since_ms: i64) -> domain::notify::Item {
    text::example_item(since_ms)
}

/// Whether a target has all it needs, before it is kept.
///
/// # Errors
/// When something is missing or makes no sense; the field is named.
pub fn check(target: &Target, secret: Option<&Secret>) -> domain::Result<()> {
    channel::of(target, secret).map(drop)
}

/// Whether templates can be used, before they are kept.
///
/// # Errors
/// When one cannot be read; the field is named.
pub fn check_templates(templates: &Templates) -> domain::Result<()> {
    text::check(templates)
}
