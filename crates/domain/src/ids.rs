//! Identifiers as types of their own, so that a server's id is never passed where a user's is meant.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id!(
    /// A watched server.
    ServerId
);
id!(
    /// A person's account.
    UserId
);
id!(
    /// Something that went wrong.
    IncidentId
);
id!(
    /// A rule about values.
    RuleId
);
id!(
    /// Where messages go.
    ChannelId
);
id!(
    /// Who is told when.
    LevelId
);
id!(
    /// A message to one channel.
    DeliveryId
);
id!(
    /// A while in which nobody is told.
    SilenceId
);
id!(
    /// Planned maintenance.
    WindowId
);
id!(
    /// A group of servers.
    GroupId
);
id!(
    /// A tag on servers.
    TagId
);

/// A login session; the `sid` of its token. Random, 128 bits, base64url.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct SessionId(pub String);
