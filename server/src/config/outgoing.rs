//! Section `[outgoing]`: where messages may be sent, and the address of the dashboard in them.

use monitor::Allowed;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Where messages may be sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Outgoing {
    /// Networks and hosts that messages may be sent to although they are private: addresses, networks such as `10.0.0.0/8`, or names.
    pub allow: Vec<Allow>,
    /// The address under which people reach the dashboard, for links in messages, such as `https://monitor.example.com`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
}

/// A network or a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow(Allowed);

impl std::str::FromStr for Allow {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl<'de> Deserialize<'de> for Allow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Serialize for Allow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Outgoing {
    /// The same, as the services take it.
    pub fn options(&self) -> monitor::Outgoing {
        let allow = self.allow.iter().map(|allow| allow.0.clone()).collect();
        monitor::Outgoing { allow, public_url: self.public_url.clone() }
    }
}

/// The address of the dashboard, as a person writes it.
pub(super) fn parse_public_url(text: &str) -> Result<String, String> {
    let text = text.trim().trim_end_matches('/');
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(host) if !host.is_empty() && !host.contains(char::is_whitespace) => Ok(text.to_owned()),
        _ => Err(format!("{text:?} is not an address such as https://monitor.example.com")),
    }
}
