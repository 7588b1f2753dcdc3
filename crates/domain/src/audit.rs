//! The audit log: who did what to what, when, from where.

use serde::{Deserialize, Serialize};

use crate::ids::UserId;

/// One entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry {
    /// Its number; later entries have larger ones.
    pub id: i64,
    /// Who; `None` when nobody was logged in (a failed login) or the program itself acted.
    pub user_id: Option<UserId>,
    /// The account's name at that time, or the name that was tried.
    pub username: String,
    /// What was done, as `noun.verb`, such as `server.create` or `auth.login_failed`.
    pub action: String,
    /// The kind of thing it was done to, such as `server`; empty when to none.
    pub target_type: String,
    /// The id or name of that thing; empty when there is none.
    pub target_id: String,
    /// More about it in plain words; never a secret.
    pub detail: String,
    /// The address it came from; empty for the program itself.
    pub ip: String,
    /// The browser or tool that it came from, as it named itself; cut to 200 characters.
    pub user_agent: String,
    /// When, in Unix milliseconds.
    pub created_at_ms: i64,
}

/// Which entries are wanted; what is not given does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(deny_unknown_fields, default)]
pub struct Query {
    /// Of this account.
    pub user_id: Option<i64>,
    /// With this action, or beginning with it when it ends in a dot (`auth.`).
    pub action: Option<String>,
    /// To this kind of thing.
    pub target_type: Option<String>,
    /// Not before this time, in Unix milliseconds.
    pub from_ms: Option<i64>,
    /// Not after this time, in Unix milliseconds.
    pub to_ms: Option<i64>,
    /// At most so many, 1–500; 100 when not given.
    pub limit: Option<u32>,
    /// Leaving out the first so many.
    pub offset: Option<u32>,
}

/// A page of the audit log, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page {
    /// The entries of this page.
    pub logs: Vec<Entry>,
    /// How many this page has.
    pub count: u32,
    /// How many there are in all that fit the query.
    pub total: u64,
    /// The page's size that was used.
    pub limit: u32,
    /// How many were left out before it.
    pub offset: u32,
}
