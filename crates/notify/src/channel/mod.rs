//! The channels: each makes of a message what its service takes.

mod custom;
mod discord;
mod email;
mod gotify;
mod ntfy;
mod opsgenie;
mod pagerduty;
mod slack;
mod teams;
mod telegram;
mod webhook;

use async_trait::async_trait;
use domain::{
    Error, Secret,
    alerts::Severity,
    notify::{Item, Payload, Target},
};
use url::Url;

use crate::{Answer, Failure, http::Http, text::Text};

/// What a channel is given to send.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Note<'a> {
    /// The same however often it is tried.
    pub event_id: &'a str,
    pub payload: &'a Payload,
    /// When it was recorded, in Unix milliseconds.
    pub at_ms: i64,
    pub text: &'a Text,
}

impl Note<'_> {
    /// A colour by how bad it is, as `0xRRGGBB`.
    fn color(&self) -> u32 {
        match (self.text.is_over, self.text.severity) {
            (true, _) => 0x2f_9e_44,
            (false, Severity::Warning) => 0xe6_77_00,
            (false, Severity::Critical) => 0xe0_31_31,
        }
    }
}

/// Sends messages to one place.
#[async_trait]
pub(crate) trait Channel: Send + Sync {
    /// Sends one once.
    async fn send(&self, note: &Note<'_>, http: &Http) -> Result<Answer, Failure>;
}

/// The channel of a target. It is made anew for each message: nothing about it is worth keeping.
pub(crate) fn of(target: &Target, secret: Option<&Secret>) -> domain::Result<Box<dyn Channel>> {
    let field = target.kind().secret();
    let secret = secret.filter(|secret| !secret.is_empty());
    let needed = || secret.ok_or_else(|| Error::invalid(field.name, "is needed; nothing can be sent without it"));
    Ok(match target {
        Target::Email { .. } => Box::new(email::Email::new(target, secret)?),
        Target::Telegram { chat_id, api_url } => Box::new(telegram::Telegram::new(chat_id, api_url, needed()?)?),
        Target::Slack {} => Box::new(slack::Slack(secret_url(needed()?)?)),
        Target::Discord {} => Box::new(discord::Discord(secret_url(needed()?)?)),
        Target::Teams {} => Box::new(teams::Teams(secret_url(needed()?)?)),
        Target::Webhook { url, event_types: _, retry_max: _, timeout } => {
            Box::new(webhook::Webhook::new(url, *timeout, secret)?)
        }
        Target::Ntfy { server_url, topic } => Box::new(ntfy::Ntfy::new(server_url, topic, secret)?),
        Target::Gotify { server_url } => Box::new(gotify::Gotify::new(server_url, needed()?)?),
        Target::Pagerduty { api_url } => Box::new(pagerduty::Pagerduty::new(api_url, needed()?)?),
        Target::Opsgenie { api_url } => Box::new(opsgenie::Opsgenie::new(api_url, needed()?)?),
        Target::Custom { url, content_type, body } => Box::new(custom::Custom::new(url, content_type, body, secret)?),
    })
}

/// The incidents of a message, for services to which each is an alert of its own; one time nothing for what is about none.
fn each_item(payload: &Payload) -> Vec<Option<&Item>> {
    match payload {
        Payload::Incidents(message) => message.items.iter().map(Some).collect(),
        Payload::Event(_) => vec![None],
    }
}

/// By what such a service knows an incident again, and what is about none by the message's id.
fn alert_key(note: &Note<'_>, item: Option<&Item>) -> String {
    item.map_or_else(|| note.event_id.to_owned(), |item| format!("server-monitor-incident-{}", item.incident))
}

/// An address of a request's field, http or https and without an account in it.
fn url_of(field: &'static str, text: &str) -> domain::Result<Url> {
    let wrong = |what: &str| Error::invalid(field, what);
    let url = Url::parse(text.trim()).map_err(|_| wrong("must be an address such as https://example.com/hook"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("must begin with https:// or http://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("must not hold a user name or a password"));
    }
    Ok(url)
}

/// An address of a service, to which paths are added; `usual` when it is not given.
fn base(field: &'static str, text: &str, usual: &str) -> domain::Result<Url> {
    let text = if text.trim().is_empty() { usual } else { text };
    let mut url = url_of(field, text)?;
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

fn joined(base: &Url, path: &str) -> domain::Result<Url> {
    base.join(path).map_err(|_| Error::invalid("url", "must be an address such as https://example.com"))
}

fn secret_url(secret: &Secret) -> domain::Result<Url> {
    url_of("url", secret.expose())
}
