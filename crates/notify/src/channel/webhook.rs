//! Events as signed JSON for programs of one's own.

use std::{fmt::Write, time::Duration};

use async_trait::async_trait;
use domain::{
    Error, Secret,
    alerts::Severity,
    notify::{Event, Message, Payload},
};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use sha2::Sha256;
use url::Url;

use super::{Channel, Note, url_of};
use crate::{
    Answer, Failure,
    http::{Http, Request},
};

/// How many seconds an answer may take at most.
const TIMEOUT_MAX_SECS: u32 = 60;

pub(super) struct Webhook {
    url: Url,
    timeout: Duration,
    secret: Option<Secret>,
}

impl Webhook {
    pub fn new(url: &str, timeout: u32, secret: Option<&Secret>) -> domain::Result<Self> {
        if !(1..=TIMEOUT_MAX_SECS).contains(&timeout) {
            return Err(Error::invalid("timeout", format!("must be 1 to {TIMEOUT_MAX_SECS} seconds")));
        }
        Ok(Self { url: url_of("url", url)?, timeout: Duration::from_secs(timeout.into()), secret: secret.cloned() })
    }
}

/// What is posted: the same fields for every type of event.
fn body(note: &Note<'_>) -> Value {
    let timestamp = jiff::Timestamp::from_millisecond(note.at_ms).map(|at| at.to_string()).unwrap_or_default();
    let event = match note.payload {
        Payload::Event(event) => (**event).clone(),
        Payload::Incidents(message) => of_incidents(message, &note.text.text),
    };
    let meta = match note.payload {
        Payload::Event(event) => json!({ "detail": event.detail }),
        Payload::Incidents(message) => json!({
            "rule": message.rule, "title": note.text.title, "text": note.text.text, "link": note.text.link, "incidents": message.items,
            "behind": message.behind,
        }),
    };
    json!({
        "event_id": note.event_id,
        "event_type": event.event_type,
        "timestamp": timestamp,
        "user_id": event.user_id,
        "username": event.username,
        "server_id": event.server_id,
        "server_name": event.server_name,
        "target_type": event.target_type,
        "target_id": event.target_id,
        "action": event.action,
        "meta": meta,
        "ip": event.ip,
        "user_agent": event.user_agent,
        "severity": event.severity,
    })
}

/// The fields of an event about incidents; the server's where it is one.
fn of_incidents(message: &Message, text: &str) -> Event {
    let one = match message.items.as_slice() {
        [one] => Some(one),
        _ => None,
    };
    let severity = match message.severity {
        Severity::Warning => "warning",
        Severity::Critical => "critical",
    };
    Event {
        event_type: message.occasion.event_type().to_owned(),
        at_ms: message.at_ms,
        server_id: one.and_then(|item| item.server_id).map(|id| id.0),
        server_name: one.map(|item| item.server.clone()).unwrap_or_default(),
        target_type: "incident".to_owned(),
        target_id: one.map(|item| item.incident.to_string()).unwrap_or_default(),
        action: message.occasion.event_type().to_owned(),
        detail: text.to_owned(),
        severity: severity.to_owned(),
        ..Event::default()
    }
}

/// `sha256=` and the HMAC-SHA256 (RFC 2104) of a body in hexadecimal digits.
fn signature(secret: &Secret, body: &[u8]) -> Result<String, Failure> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
        .map_err(|_| Failure::refusal("the secret cannot be used for signing"))?;
    mac.update(body);
    let mut text = "sha256=".to_owned();
    for byte in mac.finalize().into_bytes() {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

#[async_trait]
impl Channel for Webhook {
    async fn send(&self, note: &Note<'_>, http: &Http) -> Result<Answer, Failure> {
        let mut request = Request { timeout: self.timeout, ..Request::json(self.url.clone(), &body(note)) };
        let mut header = |name: &'static str, value: &str| {
            let value =
                HeaderValue::from_str(value).map_err(|_| Failure::refusal(format!("{name} cannot carry {value:?}")))?;
            request.headers.insert(HeaderName::from_static(name), value);
            Ok(())
        };
        header("x-sm-event-id", note.event_id)?;
        header("x-sm-event-type", note.payload.event_type())?;
        if let Some(secret) = &self.secret {
            let signature = signature(secret, &request.body)?;
            request.headers.insert(
                HeaderName::from_static("x-sm-signature"),
                HeaderValue::from_str(&signature).unwrap_or(HeaderValue::from_static("")),
            );
        }
        http.post(request).await
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_rfc_4231() {
        let said = signature(&Secret::new("Jefe"), b"what do ya want for nothing?").unwrap();
        assert_eq!(said, "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
