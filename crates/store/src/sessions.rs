//! Login sessions: what ties a token to an account, so that ending the row ends the access.

use domain::{SessionId, UserId, accounts::User};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    Result, Store,
    entity::{session, user},
    error::reference,
    users::to_user,
};

/// A login session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id, which its token carries.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// When it began, in Unix milliseconds.
    pub created_at_ms: i64,
    /// When it ends, in Unix milliseconds.
    pub expires_at_ms: i64,
    /// When it was last used, in Unix milliseconds.
    pub last_used_ms: i64,
    /// The address it was begun from.
    pub ip: String,
    /// The browser or tool that began it, as it named itself.
    pub user_agent: String,
}

/// The queries on login sessions.
#[derive(Debug, Clone, Copy)]
pub struct Sessions<'a>(pub(crate) &'a Store);

impl Sessions<'_> {
    /// Adds a session.
    ///
    /// # Errors
    /// [`crate::Error::UnknownReference`] with `user_id` when the account is gone.
    pub async fn create(&self, new: Session) -> Result<()> {
        let row = session::ActiveModel {
            id: Set(new.id.0),
            user_id: Set(new.user_id.0),
            created_at_ms: Set(new.created_at_ms),
            expires_at_ms: Set(new.expires_at_ms),
            last_used_ms: Set(new.last_used_ms),
            ip: Set(new.ip),
            user_agent: Set(new.user_agent),
        };
        session::Entity::insert(row)
            .exec_without_returning(self.0.writer())
            .await
            .map_err(|error| reference(error, "user_id"))?;
        Ok(())
    }

    /// A session that lasts beyond `now_ms`, with its account if that may log in; else `None`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_with_user(&self, id: &SessionId, now_ms: i64) -> Result<Option<(Session, User)>> {
        let found = session::Entity::find_by_id(id.0.as_str())
            .find_also_related(user::Entity)
            .filter(session::Column::ExpiresAtMs.gt(now_ms))
            .filter(user::Column::IsActive.eq(true))
            .one(self.0.reader())
            .await?;
        match found {
            Some((session, Some(user))) => Ok(Some((to_session(session), to_user(user)?))),
            _ => Ok(None),
        }
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// When the database fails. A session that is gone is none.
    pub async fn touch(&self, id: &SessionId, now_ms: i64) -> Result<()> {
        session::Entity::update_many()
            .col_expr(session::Column::LastUsedMs, Expr::value(now_ms))
            .filter(session::Column::Id.eq(id.0.as_str()))
            .exec(self.0.writer())
            .await?;
        Ok(())
    }

    /// Ends a session; whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete(&self, id: &SessionId) -> Result<bool> {
        Ok(session::Entity::delete_by_id(id.0.as_str()).exec(self.0.writer()).await?.rows_affected > 0)
    }

    /// Ends all sessions of an account; how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_for_user(&self, id: UserId) -> Result<u64> {
        let sessions = session::Entity::delete_many().filter(session::Column::UserId.eq(id.0));
        Ok(sessions.exec(self.0.writer()).await?.rows_affected)
    }

    /// Deletes the sessions that ended by `now_ms`; how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_expired(&self, now_ms: i64) -> Result<u64> {
        let sessions = session::Entity::delete_many().filter(session::Column::ExpiresAtMs.lte(now_ms));
        Ok(sessions.exec(self.0.writer()).await?.rows_affected)
    }
}

fn to_session(row: session::Model) -> Session {
    Session {
        id: SessionId(row.id),
        user_id: UserId(row.user_id),
        created_at_ms: row.created_at_ms,
        expires_at_ms: row.expires_at_ms,
        last_used_ms: row.last_used_ms,
        ip: row.ip,
        user_agent: row.user_agent,
    }
}
