//! Administration of accounts: the ones of other people.

use domain::{
    Error, Permission, Result, Role, UserId,
    accounts::{NewUser, User, UserChange},
};

use super::{Accounts, hashed, row};
use crate::{actor::Actor, audit::Deed, clock, request::Origin};

impl Accounts {
    /// All accounts, by name.
    ///
    /// # Errors
    /// When the actor may not see them, or the database fails.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<User>> {
        actor.require(Permission::UsersRead)?;
        Ok(self.store.users().list().await?)
    }

    /// One account. Everybody may see their own.
    ///
    /// # Errors
    /// When the actor may not see it, or there is none.
    pub async fn get(&self, actor: &Actor, id: UserId) -> Result<User> {
        if id != actor.user_id {
            actor.require(Permission::UsersRead)?;
        }
        self.store.users().by_id(id).await?.ok_or_else(|| Error::not_found("account"))
    }

    /// Adds an account.
    ///
    /// # Errors
    /// When the actor may not, a field cannot be taken, or name or address are in use.
    pub async fn create(&self, actor: &Actor, new: NewUser) -> Result<User> {
        actor.require(Permission::UsersWrite)?;
        let user = self.insert(new).await?;
        let detail = format!("{} as {}", user.username, user.role);
        self.audit.note(actor, deed("user.create", user.id, detail)).await;
        Ok(user)
    }

    /// Adds an administrator from the command line.
    ///
    /// # Errors
    /// When a field cannot be taken, or name or address are in use.
    pub async fn create_admin(&self, new: NewUser) -> Result<User> {
        let user = self.insert(NewUser { role: Role::Admin, ..new }).await?;
        self.forget_setup_code();
        let detail = format!("{} as admin, by the command line", user.username);
        self.audit.note_anonymous("", &Origin::program(), deed("user.create", user.id, detail)).await;
        Ok(user)
    }

    async fn insert(&self, new: NewUser) -> Result<User> {
        let new = new.validated()?;
        let hash = hashed(new.password.expose().to_owned()).await?;
        Ok(self.store.users().create(row(new, hash), clock::now_ms()).await?)
    }

    /// Changes an account. A new password, a new role or disabling ends its sessions at once.
    ///
    /// # Errors
    /// When the actor may not, a field cannot be taken, or it would leave no active administrator.
    pub async fn change(&self, actor: &Actor, id: UserId, change: UserChange) -> Result<User> {
        actor.require(Permission::UsersWrite)?;
        let change = change.validated()?;
        let hash = match &change.password {
            Some(password) => Some(hashed(password.expose().to_owned()).await?),
            None => None,
        };
        let before = self.store.users().by_id(id).await?.ok_or_else(|| Error::not_found("account"))?;
        // The store refuses, in one transaction, to leave no active administrator behind.
        let new_password = hash.is_some();
        let patch = store::users::UserPatch {
            email: change.email.clone(),
            password_hash: hash,
            role: change.role,
            is_active: change.is_active,
        };
        let user = self.store.users().update(id, patch).await?;
        if new_password || user.role != before.role || !user.is_active {
            self.store.sessions().delete_for_user(id).await?;
            self.user_changed(id);
        }
        self.audit.note(actor, deed("user.change", id, described(&user, &change))).await;
        Ok(user)
    }

    /// Deletes an account and ends its sessions.
    ///
    /// # Errors
    /// When the actor may not, or it is the last active administrator.
    pub async fn delete(&self, actor: &Actor, id: UserId) -> Result<()> {
        actor.require(Permission::UsersWrite)?;
        let user = self.store.users().by_id(id).await?.ok_or_else(|| Error::not_found("account"))?;
        self.store.users().delete(id).await?;
        self.user_changed(id);
        self.audit.note(actor, deed("user.delete", id, user.username)).await;
        Ok(())
    }
}

fn deed(action: &'static str, id: UserId, detail: String) -> Deed {
    Deed { action, target_type: "user", target_id: id.to_string(), detail, ..Deed::default() }
}

fn described(user: &User, change: &UserChange) -> String {
    let mut parts = vec![user.username.clone()];
    if change.email.is_some() {
        parts.push("new address".to_owned());
    }
    if change.password.is_some() {
        parts.push("new password".to_owned());
    }
    if let Some(role) = change.role {
        parts.push(format!("role {role}"));
    }
    if let Some(active) = change.is_active {
        parts.push(if active { "enabled" } else { "disabled" }.to_owned());
    }
    parts.join(", ")
}
