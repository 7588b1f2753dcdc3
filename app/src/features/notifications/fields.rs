//! What each kind of channel needs, as fields of a form.

use domain::notify::Kind;

use crate::Texts;

/// How a field is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// One line.
    Line,
    /// A number.
    Number,
    /// Several lines.
    Lines,
    /// One of the protections of a connection to a mail server.
    Security,
}

/// A field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    /// Its name in the REST API.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// An example, or what counts when it is empty.
    pub example: &'static str,
    /// How it is entered.
    pub entry: Entry,
}

/// What a kind needs besides its secret.
pub fn fields(texts: Texts, kind: Kind) -> Vec<FieldSpec> {
    let field = |name, label, example, entry| FieldSpec { name, label, example, entry };
    match kind {
        Kind::Email => vec![
            field("host", text!(texts, notifications.host), "smtp.example.com", Entry::Line),
            field("security", text!(texts, notifications.security), "", Entry::Security),
            field("port", text!(texts, notifications.port), "587", Entry::Number),
            field("username", text!(texts, notifications.username), "monitor@example.com", Entry::Line),
            field("from", text!(texts, notifications.from), "Server Monitor <monitor@example.com>", Entry::Line),
            field("to", text!(texts, notifications.to), "ops@example.com, ada@example.com", Entry::Line),
        ],
        Kind::Telegram => vec![
            field("chat_id", text!(texts, notifications.chat_id), "-1001234567890", Entry::Line),
            field("api_url", text!(texts, notifications.api_url), "https://api.telegram.org", Entry::Line),
        ],
        Kind::Slack | Kind::Discord | Kind::Teams => Vec::new(),
        Kind::Webhook => vec![
            field("url", text!(texts, notifications.url), "https://example.com/hook", Entry::Line),
            field(
                "event_types",
                text!(texts, notifications.event_types),
                "alert.triggered, alert.resolved",
                Entry::Line,
            ),
            field("retry_max", text!(texts, notifications.retry_max), "0", Entry::Number),
            field("timeout", text!(texts, notifications.timeout), "10", Entry::Number),
        ],
        Kind::Ntfy => vec![
            field("topic", text!(texts, notifications.topic), "operations", Entry::Line),
            field("server_url", text!(texts, notifications.server_url), "https://ntfy.sh", Entry::Line),
        ],
        Kind::Gotify => {
            vec![field("server_url", text!(texts, notifications.server_url), "https://gotify.example.com", Entry::Line)]
        }
        Kind::Pagerduty => {
            vec![field("api_url", text!(texts, notifications.api_url), "https://events.pagerduty.com", Entry::Line)]
        }
        Kind::Opsgenie => {
            vec![field("api_url", text!(texts, notifications.api_url), "https://api.opsgenie.com", Entry::Line)]
        }
        Kind::Custom => vec![
            field("url", text!(texts, notifications.url), "https://sms.example.com/send", Entry::Line),
            field("content_type", text!(texts, notifications.content_type), "application/json", Entry::Line),
            field("body", text!(texts, notifications.body), "{\"to\": \"+49…\", \"text\": {{ title }}}", Entry::Lines),
        ],
    }
}

/// What the secret of a kind is called.
pub fn secret_label(texts: Texts, kind: Kind) -> &'static str {
    match kind {
        Kind::Email => text!(texts, notifications.password),
        Kind::Telegram => text!(texts, notifications.bot_token),
        Kind::Slack | Kind::Discord | Kind::Teams => text!(texts, notifications.webhook_url),
        Kind::Webhook => text!(texts, notifications.signing_secret),
        Kind::Ntfy | Kind::Gotify => text!(texts, notifications.token),
        Kind::Pagerduty => text!(texts, notifications.routing_key),
        Kind::Opsgenie => text!(texts, notifications.api_key),
        Kind::Custom => text!(texts, notifications.authorization),
    }
}

/// The name of a kind.
pub fn kind_name(texts: Texts, kind: Kind) -> &'static str {
    match kind {
        Kind::Email => text!(texts, notifications.email),
        Kind::Telegram => "Telegram",
        Kind::Slack => "Slack",
        Kind::Webhook => text!(texts, notifications.webhook),
        Kind::Discord => "Discord",
        Kind::Teams => "Microsoft Teams",
        Kind::Ntfy => "ntfy",
        Kind::Gotify => "Gotify",
        Kind::Pagerduty => "PagerDuty",
        Kind::Opsgenie => "Opsgenie",
        Kind::Custom => text!(texts, notifications.custom),
    }
}

/// A channel as the page needs it.
#[cfg(feature = "ssr")]
pub fn view_of(channel: domain::notify::Channel) -> super::api::ChannelView {
    let kind = channel.kind();
    let json = serde_json::to_value(&channel.target).unwrap_or_default();
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => items.iter().filter_map(|item| item.as_str()).collect::<Vec<_>>().join(", "),
        // A port that is not given is the usual one.
        serde_json::Value::Number(number) if number.as_u64() == Some(0) => String::new(),
        other => other.to_string(),
    };
    let fields = json.as_object().into_iter().flatten().filter(|(name, _)| *name != "kind");
    super::api::ChannelView {
        id: Some(channel.id.0),
        name: channel.name,
        kind,
        fields: fields.map(|(name, value)| (name.clone(), text(value))).collect(),
        has_secret: channel.secret.configured,
        is_enabled: channel.is_enabled,
        time_zone: channel.time_zone,
        language: channel.language,
        quiet: channel.quiet,
        templates: channel.templates,
        health: channel.health,
    }
}

/// The target that was entered.
#[cfg(feature = "ssr")]
pub fn target_of(kind: Kind, fields: &[(String, String)]) -> domain::Result<domain::notify::Target> {
    use domain::Error;
    use serde_json::{Map, Value};
    let mut json = Map::from_iter([("kind".to_owned(), Value::from(kind.name()))]);
    for (name, text) in fields {
        let text = text.trim();
        let value = match name.as_str() {
            "to" | "event_types" => {
                text.split([',', '\n', ';']).map(str::trim).filter(|one| !one.is_empty()).map(Value::from).collect()
            }
            "port" | "retry_max" | "timeout" if text.is_empty() => continue,
            "port" => number::<u16>("port", text)?.into(),
            "retry_max" => number::<u32>("retry_max", text)?.into(),
            "timeout" => number::<u32>("timeout", text)?.into(),
            "content_type" if text.is_empty() => continue,
            _ => Value::from(text),
        };
        json.insert(name.clone(), value);
    }
    serde_json::from_value(Value::Object(json)).map_err(|_| Error::bad_request("The channel could not be read."))
}

#[cfg(feature = "ssr")]
fn number<T: std::str::FromStr>(name: &'static str, text: &str) -> domain::Result<T> {
    text.parse().map_err(|_| domain::Error::invalid(name, "must be a whole number that fits"))
}
