//! Who asks. To have an [`Actor`] is the proof that somebody is logged in; what they may do is checked by the services.

use domain::{Error, Permission, Result, Role, SessionId, UserId};

use crate::request::Origin;

/// A logged-in person or script.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The account.
    pub user_id: UserId,
    /// The account's name.
    pub username: String,
    /// What the account may be.
    pub role: Role,
    /// The login session.
    pub session: SessionId,
    /// When the session ends by itself, in Unix milliseconds.
    pub expires_at_ms: i64,
    /// Where the request came from.
    pub origin: Origin,
}

impl Actor {
    /// Goes on only when the role allows it.
    ///
    /// # Errors
    /// [`domain::ErrorCode::Forbidden`] when it does not.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.role.allows(permission) { Ok(()) } else { Err(Error::forbidden()) }
    }
}
