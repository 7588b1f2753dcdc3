//! Where the messages of a channel go.

use serde::{Deserialize, Serialize};

/// How the connection to a mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// It begins in the clear and must be turned to TLS (RFC 3207); usually port 587.
    #[default]
    Starttls,
    /// TLS from the first byte on (RFC 8314); usually port 465.
    Tls,
    /// Not at all.
    None,
}

/// The kinds of channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the name of a service; what it needs is said at `Target`")]
pub enum Kind {
    Email,
    Telegram,
    Slack,
    Webhook,
    Discord,
    Teams,
    Ntfy,
    Gotify,
    Pagerduty,
    Opsgenie,
    Custom,
}

impl Kind {
    /// All of them, the usual ones first.
    pub const ALL: [Self; 11] = [
        Self::Email,
        Self::Telegram,
        Self::Slack,
        Self::Webhook,
        Self::Discord,
        Self::Teams,
        Self::Ntfy,
        Self::Gotify,
        Self::Pagerduty,
        Self::Opsgenie,
        Self::Custom,
    ];

    /// Its name in requests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Telegram => "telegram",
            Self::Slack => "slack",
            Self::Webhook => "webhook",
            Self::Discord => "discord",
            Self::Teams => "teams",
            Self::Ntfy => "ntfy",
            Self::Gotify => "gotify",
            Self::Pagerduty => "pagerduty",
            Self::Opsgenie => "opsgenie",
            Self::Custom => "custom",
        }
    }

    /// What has to stay secret about a channel of this kind.
    pub fn secret(self) -> SecretField {
        let field = |name, is_required| SecretField { name, is_required };
        match self {
            Self::Email => field("password", false),
            Self::Telegram => field("bot_token", true),
            // Whoever knows the address may post there.
            Self::Slack | Self::Discord | Self::Teams => field("url", true),
            Self::Webhook => field("secret", false),
            Self::Ntfy => field("token", false),
            Self::Gotify => field("token", true),
            Self::Pagerduty => field("routing_key", true),
            Self::Opsgenie => field("api_key", true),
            Self::Custom => field("authorization", false),
        }
    }

    /// On which of the usual levels such a channel is told, from the operations guide: mail from warnings on, chats from what is critical
    /// on, the rest when a service is down.
    pub fn usual_levels(self) -> &'static [i64] {
        match self {
            Self::Email => &[1, 2, 3],
            Self::Telegram | Self::Slack | Self::Discord | Self::Teams | Self::Ntfy | Self::Gotify => &[2, 3],
            Self::Pagerduty | Self::Opsgenie | Self::Custom => &[3],
            // It is for events, of which it chooses itself.
            Self::Webhook => &[],
        }
    }
}

/// The secret of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretField {
    /// Its name in requests.
    pub name: &'static str,
    /// Whether nothing can be sent without it.
    pub is_required: bool,
}

/// Where the messages of a channel go, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Target {
    /// Mail by way of an SMTP server; the secret `password` goes with `username`.
    Email {
        /// The mail server's name or address.
        host: String,
        /// Its port; when 0, the usual one of `security`.
        #[serde(default)]
        port: u16,
        /// How the connection is protected.
        #[serde(default)]
        security: Security,
        /// The account; empty to send without logging in.
        #[serde(default)]
        username: String,
        /// The sender, such as `Server Monitor <monitor@example.com>`.
        from: String,
        /// Who gets it.
        to: Vec<String>,
    },
    /// A Telegram chat; the secret `bot_token` is the bot's.
    Telegram {
        /// The chat's number, or `@name` of a channel.
        chat_id: String,
        /// Another Bot API server than Telegram's own.
        #[serde(default)]
        api_url: String,
    },
    /// An incoming webhook of Slack; the secret `url` is its address.
    Slack {},
    /// Events as signed JSON for programs of one's own; the secret `secret` signs.
    Webhook {
        /// Where they are posted.
        url: String,
        /// Which types of events; all when empty.
        #[serde(default)]
        event_types: Vec<String>,
        /// How often one is tried at most; as long as a day when 0.
        #[serde(default)]
        retry_max: u32,
        /// How many seconds an answer may take, 1 to 60.
        #[serde(default = "timeout_secs")]
        timeout: u32,
    },
    /// A Discord webhook; the secret `url` is its address.
    Discord {},
    /// A workflow of Microsoft Teams; the secret `url` is its address.
    Teams {},
    /// A topic of ntfy; the secret `token` is an access token.
    Ntfy {
        /// The server; ntfy.sh when empty.
        #[serde(default)]
        server_url: String,
        /// The topic.
        topic: String,
    },
    /// An application of Gotify; the secret `token` is the application's.
    Gotify {
        /// The server.
        server_url: String,
    },
    /// A service of PagerDuty (Events API v2); the secret `routing_key` is its integration key.
    Pagerduty {
        /// Another server than PagerDuty's own.
        #[serde(default)]
        api_url: String,
    },
    /// An integration of Opsgenie, or of what speaks its language; the secret `api_key` is the integration's.
    Opsgenie {
        /// Another server than Opsgenie's own, such as <https://api.eu.opsgenie.com>.
        #[serde(default)]
        api_url: String,
    },
    /// Any HTTP API, such as that of an SMS provider; the secret `authorization` is the value of that header.
    Custom {
        /// Where it is sent.
        url: String,
        /// The content type of the body.
        #[serde(default = "content_type")]
        content_type: String,
        /// The body as a template; what is put in is quoted as JSON wants it where the content type is JSON, as a form wants it where that is a form.
        body: String,
    },
}

fn timeout_secs() -> u32 {
    10
}

fn content_type() -> String {
    "application/json".to_owned()
}

impl Target {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Email { .. } => Kind::Email,
            Self::Telegram { .. } => Kind::Telegram,
            Self::Slack {} => Kind::Slack,
            Self::Webhook { .. } => Kind::Webhook,
            Self::Discord {} => Kind::Discord,
            Self::Teams {} => Kind::Teams,
            Self::Ntfy { .. } => Kind::Ntfy,
            Self::Gotify { .. } => Kind::Gotify,
            Self::Pagerduty { .. } => Kind::Pagerduty,
            Self::Opsgenie { .. } => Kind::Opsgenie,
            Self::Custom { .. } => Kind::Custom,
        }
    }

    /// Where a secret of this target is sent to: whoever may see the secret stays the same as long as this does. `None` where it is never sent, as what
    /// only signs.
    pub fn secret_goes_to(&self) -> Option<[&str; 3]> {
        let kind = self.kind().name();
        Some(match self {
            // It signs, and stays here.
            Self::Webhook { .. } => return None,
            // The secret is the address.
            Self::Slack {} | Self::Discord {} | Self::Teams {} => [kind, "", ""],
            // Without protection anybody on the way may see it.
            Self::Email { host, security: Security::None, .. } => [kind, host, "none"],
            Self::Email { host, .. } => [kind, host, ""],
            Self::Telegram { api_url, .. } | Self::Pagerduty { api_url } | Self::Opsgenie { api_url } => {
                [kind, api_url, ""]
            }
            Self::Ntfy { server_url, .. } | Self::Gotify { server_url } => [kind, server_url, ""],
            Self::Custom { url, .. } => [kind, url, ""],
        })
    }
}
