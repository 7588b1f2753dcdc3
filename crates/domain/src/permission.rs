//! Who may do what: the one table that maps roles to permissions.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What an account may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything, accounts included.
    Admin,
    /// Runs the fleet: servers, groups and tags.
    Operator,
    /// Looks.
    User,
    /// Looks, and reads the audit log.
    Auditor,
}

impl Role {
    /// All roles, the mightiest first.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Operator, Self::User, Self::Auditor];

    /// The role's name as stored and sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Operator => "operator",
            Self::User => "user",
            Self::Auditor => "auditor",
        }
    }

    /// What the role allows. This is the table; nothing else decides.
    pub fn permissions(self) -> &'static [Permission] {
        use Permission::{
            AuditRead, IncidentsWrite, LabelsWrite, ServersDelete, ServersRead, ServersTest, ServersWrite, UsersRead,
        };
        match self {
            Self::Admin => &Permission::ALL,
            Self::Operator => &[ServersRead, ServersWrite, ServersDelete, ServersTest, LabelsWrite, IncidentsWrite],
            Self::User => &[ServersRead],
            Self::Auditor => &[ServersRead, UsersRead, AuditRead],
        }
    }

    /// Whether the role allows it.
    pub fn allows(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or_else(|| "must be one of admin, operator, user, auditor".to_owned())
    }
}

/// One thing that an account may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See servers, their values, groups and tags.
    ServersRead,
    /// Add and change servers.
    ServersWrite,
    /// Delete servers.
    ServersDelete,
    /// Try a connection and learn a host key.
    ServersTest,
    /// Create, rename, recolour and delete groups and tags.
    LabelsWrite,
    /// See all accounts.
    UsersRead,
    /// Create, change, disable and delete accounts.
    UsersWrite,
    /// Read the audit log.
    AuditRead,
    /// Acknowledge, assign, note, resolve and silence incidents, and plan maintenance.
    IncidentsWrite,
    /// Change settings of the program, such as how long history is kept.
    SettingsWrite,
}

impl Permission {
    /// All permissions.
    pub const ALL: [Self; 10] = [
        Self::ServersRead,
        Self::ServersWrite,
        Self::ServersDelete,
        Self::ServersTest,
        Self::LabelsWrite,
        Self::UsersRead,
        Self::UsersWrite,
        Self::AuditRead,
        Self::IncidentsWrite,
        Self::SettingsWrite,
    ];
}
