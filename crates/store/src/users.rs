//! Accounts. Names and addresses are unique without regard to case.

use std::fmt;

use domain::{Role, UserId, accounts::User};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, Set, sea_query::Expr,
};

use crate::{
    Error, Result, Store,
    entity::{session, user},
    error::conflict,
    settings,
};

/// A row that every making of a first administrator writes before it looks, so that two at once follow one another on any database.
const FIRST_ADMIN_LOCK: &str = "first_admin";

const UNIQUE: &[(&str, &str)] = &[("username", "username"), ("email", "email")];

/// An account with the hash of its password, for logging in.
#[derive(Clone, PartialEq, Eq)]
pub struct UserWithHash {
    /// The account.
    pub user: User,
    /// The hash of its password, as a PHC string.
    pub password_hash: String,
}

impl fmt::Debug for UserWithHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserWithHash").field("user", &self.user).finish_non_exhaustive()
    }
}

/// What a new account is made of.
#[derive(Clone, PartialEq, Eq)]
pub struct NewUser {
    /// The name to log in with.
    pub username: String,
    /// The address to log in with.
    pub email: String,
    /// The hash of its password, as a PHC string.
    pub password_hash: String,
    /// What the person may be here.
    pub role: Role,
}

/// A change to an account; what is `None` stays.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UserPatch {
    /// A new address.
    pub email: Option<String>,
    /// The hash of a new password.
    pub password_hash: Option<String>,
    /// A new role.
    pub role: Option<Role>,
    /// Whether the account may log in; `false` also ends its sessions.
    pub is_active: Option<bool>,
}

/// The queries on accounts.
#[derive(Debug, Clone, Copy)]
pub struct Users<'a>(pub(crate) &'a Store);

impl Users<'_> {
    /// Adds an account.
    ///
    /// # Errors
    /// [`Error::Conflict`] with `username` or `email` when that is in use.
    pub async fn create(&self, new: NewUser, now_ms: i64) -> Result<User> {
        insert(self.0.writer(), new, now_ms).await
    }

    /// Adds the first account, an administrator whatever `new` says. Of two calls at once one wins.
    ///
    /// # Errors
    /// [`Error::Conflict`] with `username` when there is any account already.
    pub async fn create_first_admin(&self, new: NewUser, now_ms: i64) -> Result<User> {
        let transaction = self.0.begin().await?;
        settings::put(&transaction, FIRST_ADMIN_LOCK, "", now_ms).await?;
        if user::Entity::find().count(&transaction).await? > 0 {
            return Err(Error::Conflict { field: "username" });
        }
        let user = insert(&transaction, NewUser { role: Role::Admin, ..new }, now_ms).await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// The account with this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_id(&self, id: UserId) -> Result<Option<User>> {
        user::Entity::find_by_id(id.0).one(self.0.reader()).await?.map(to_user).transpose()
    }

    /// The account with this name or e-mail address, in any case, with its hash.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_login(&self, username_or_email: &str) -> Result<Option<UserWithHash>> {
        let login = username_or_email.to_lowercase();
        let found = user::Entity::find()
            .filter(
                Condition::any().add(user::Column::UsernameLower.eq(&login)).add(user::Column::EmailLower.eq(&login)),
            )
            .one(self.0.reader())
            .await?;
        found.map(|row| Ok(UserWithHash { password_hash: row.password_hash.clone(), user: to_user(row)? })).transpose()
    }

    /// All accounts by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<User>> {
        let rows = user::Entity::find().order_by_asc(user::Column::UsernameLower).all(self.0.reader()).await?;
        rows.into_iter().map(to_user).collect()
    }

    /// Changes an account, and ends its sessions when it is disabled.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] with `email`; [`Error::LastAdmin`] when no active administrator would be left.
    pub async fn update(&self, id: UserId, patch: UserPatch) -> Result<User> {
        let transaction = self.0.begin().await?;
        let before = user::Entity::find_by_id(id.0).one(&transaction).await?.ok_or(Error::NotFound)?;
        let was_admin = is_active_admin(&before);
        let ends_sessions = patch.is_active == Some(false);
        let mut row = user::ActiveModel::from(before);
        if let Some(email) = patch.email {
            row.email_lower = Set(email.to_lowercase());
            row.email = Set(email);
        }
        if let Some(hash) = patch.password_hash {
            row.password_hash = Set(hash);
        }
        if let Some(role) = patch.role {
            row.role = Set(role.name().to_owned());
        }
        if let Some(is_active) = patch.is_active {
            row.is_active = Set(is_active);
        }
        let row = row.update(&transaction).await.map_err(|error| conflict(error, UNIQUE))?;
        if was_admin && count_active_admins(&transaction).await? == 0 {
            return Err(Error::LastAdmin);
        }
        if ends_sessions {
            session::Entity::delete_many().filter(session::Column::UserId.eq(id.0)).exec(&transaction).await?;
        }
        transaction.commit().await?;
        to_user(row)
    }

    /// Notes that the person logged in.
    ///
    /// # Errors
    /// When the database fails. An account that is gone is none.
    pub async fn set_last_login(&self, id: UserId, at_ms: i64) -> Result<()> {
        user::Entity::update_many()
            .col_expr(user::Column::LastLoginMs, Expr::value(at_ms))
            .filter(user::Column::Id.eq(id.0))
            .exec(self.0.writer())
            .await?;
        Ok(())
    }

    /// How many accounts there are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count(&self) -> Result<u64> {
        Ok(user::Entity::find().count(self.0.reader()).await?)
    }

    /// How many administrators may log in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_active_admins(&self) -> Result<u64> {
        count_active_admins(self.0.reader()).await
    }

    /// Deletes an account with its sessions. The audit log keeps its entries.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::LastAdmin`] when no active administrator would be left.
    pub async fn delete(&self, id: UserId) -> Result<()> {
        let transaction = self.0.begin().await?;
        let before = user::Entity::find_by_id(id.0).one(&transaction).await?.ok_or(Error::NotFound)?;
        user::Entity::delete_by_id(id.0).exec(&transaction).await?;
        if is_active_admin(&before) && count_active_admins(&transaction).await? == 0 {
            return Err(Error::LastAdmin);
        }
        transaction.commit().await?;
        Ok(())
    }
}

async fn insert(connection: &impl ConnectionTrait, new: NewUser, now_ms: i64) -> Result<User> {
    let row = user::ActiveModel {
        id: NotSet,
        username_lower: Set(new.username.to_lowercase()),
        username: Set(new.username),
        email_lower: Set(new.email.to_lowercase()),
        email: Set(new.email),
        password_hash: Set(new.password_hash),
        role: Set(new.role.name().to_owned()),
        is_active: Set(true),
        last_login_ms: Set(None),
        created_at_ms: Set(now_ms),
    };
    to_user(row.insert(connection).await.map_err(|error| conflict(error, UNIQUE))?)
}

fn is_active_admin(row: &user::Model) -> bool {
    row.is_active && row.role == Role::Admin.name()
}

async fn count_active_admins(connection: &impl ConnectionTrait) -> Result<u64> {
    Ok(user::Entity::find()
        .filter(user::Column::Role.eq(Role::Admin.name()))
        .filter(user::Column::IsActive.eq(true))
        .count(connection)
        .await?)
}

/// A row as the domain knows it.
pub(crate) fn to_user(row: user::Model) -> Result<User> {
    let role: Role = row.role.parse().map_err(|_| Error::unreadable("role"))?;
    Ok(User {
        id: UserId(row.id),
        username: row.username,
        email: row.email,
        role,
        is_active: row.is_active,
        last_login_ms: row.last_login_ms,
        created_at_ms: row.created_at_ms,
        permissions: role.permissions().to_vec(),
    })
}
