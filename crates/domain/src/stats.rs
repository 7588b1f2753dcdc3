//! The five counts that health checks and status pages read without logging in.

use serde::{Deserialize, Serialize};

/// How many servers there are and how they do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Overview {
    /// All servers.
    pub total_servers: u32,
    /// Those that answer.
    pub online_servers: u32,
    /// Those that do not.
    pub offline_servers: u32,
    /// Those not yet tried, or paused.
    pub unknown_servers: u32,
    /// Open incidents that nobody has acknowledged.
    pub unread_alerts: u32,
}
