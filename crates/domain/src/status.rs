//! Whether a server answers, and if not, why, since when and when it is tried again.

use serde::{Deserialize, Serialize};

/// Whether a server answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It answers.
    Online,
    /// It does not, and the reason says why.
    Offline,
    /// It has not been tried yet, or its collection is paused.
    #[default]
    Unknown,
}

impl Status {
    /// The name as stored and sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Offline => "offline",
            Self::Unknown => "unknown",
        }
    }
}

impl std::str::FromStr for Status {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Online, Self::Offline, Self::Unknown]
            .into_iter()
            .find(|status| status.name() == text)
            .ok_or_else(|| "must be one of online, offline, unknown".to_owned())
    }
}

/// What kind of trouble keeps a server from answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReasonCode {
    /// The first connection is being made.
    Connecting,
    /// The host name has no address.
    NameNotResolved,
    /// Nothing listens on the port.
    ConnectionRefused,
    /// The network has no way to the host.
    Unreachable,
    /// The host does not answer in time.
    TimedOut,
    /// What answers does not speak SSH.
    NotSsh,
    /// Nobody has confirmed the host key yet.
    HostKeyUnknown,
    /// The host key is another than the confirmed one.
    HostKeyChanged,
    /// The server refused the password or key.
    LoginRefused,
    /// The private key cannot be used: unreadable, or its passphrase is missing or wrong.
    KeyUnusable,
    /// Logged in, but no command can be run: a forced command, or no usable shell.
    CommandRefused,
    /// Logged in, but there is no `/proc` to read.
    NoProc,
    /// What came back is not what the probe sends, or too much of it.
    BadReport,
    /// The server through which it is reached does not answer, or makes no connections to others.
    JumpHost,
    /// The connection was there and ended.
    ConnectionLost,
    /// The server stopped answering on an open connection.
    NoAnswer,
    /// The stored secret cannot be opened.
    SecretUnreadable,
    /// Something failed on our side.
    Internal,
}

/// Why a server does not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reason {
    /// The kind of trouble.
    pub code: ReasonCode,
    /// What happened and what to do, in plain words.
    pub message: String,
}

/// A server's connection as it is now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Connection {
    /// Whether it answers.
    pub status: Status,
    /// Why not.
    pub reason: Option<Reason>,
    /// Since when it is so, in Unix milliseconds.
    pub since_ms: Option<i64>,
    /// When it is tried again, in Unix milliseconds, if it waits for that.
    pub next_try_ms: Option<i64>,
}
