//! Accounts: the first one, logging in, and what a person sees of their own.

use serde::{Deserialize, Serialize};

use crate::{Permission, Result, Role, Secret, error::FieldErrors, ids::UserId, text};

/// A person's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The name to log in with.
    pub username: String,
    /// The address to log in with or to write to.
    pub email: String,
    /// What the person may be here.
    pub role: Role,
    /// Whether the account may log in.
    pub is_active: bool,
    /// When the person last logged in, in Unix milliseconds.
    pub last_login_ms: Option<i64>,
    /// When the account was made, in Unix milliseconds.
    pub created_at_ms: i64,
    /// What the role allows.
    pub permissions: Vec<Permission>,
}

/// What is asked for the first administrator and for any further account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// 3–20 letters, digits, `_` or `-`.
    pub username: String,
    /// An e-mail address, unique among accounts.
    pub email: String,
    /// At least 10 characters.
    pub password: Secret,
    /// What the person may be here.
    pub role: Role,
}

impl NewUser {
    /// The same with its texts trimmed.
    ///
    /// # Errors
    /// Names every field that cannot be taken.
    pub fn validated(self) -> Result<Self> {
        let mut errors = FieldErrors::default();
        let username = errors.check("username", text::username(&self.username));
        let email = errors.check("email", text::email(&self.email));
        errors.check("password", text::new_password(self.password.expose()));
        errors.finish()?;
        Ok(Self { username: username.unwrap_or_default(), email: email.unwrap_or_default(), ..self })
    }
}

/// A change to an account; what is not given stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UserChange {
    /// A new e-mail address.
    pub email: Option<String>,
    /// A new password.
    pub password: Option<Secret>,
    /// A new role.
    pub role: Option<Role>,
    /// Whether the account may log in; `false` ends its sessions at once.
    pub is_active: Option<bool>,
}

impl UserChange {
    /// The same with its texts trimmed.
    ///
    /// # Errors
    /// Names every field that cannot be taken.
    pub fn validated(self) -> Result<Self> {
        let mut errors = FieldErrors::default();
        let email = self.email.as_deref().and_then(|email| errors.check("email", text::email(email)));
        if let Some(password) = &self.password {
            errors.check("password", text::new_password(password.expose()));
        }
        errors.finish()?;
        Ok(Self { email, ..self })
    }
}

/// Whether the first administrator is still to be made, and what that takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetupStatus {
    /// No account exists yet.
    pub needs_setup: bool,
    /// The caller is on another machine and also has to give the one-time set-up code that the program printed.
    pub needs_code: bool,
}

/// What `setup/initialize` takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// 3–20 letters, digits, `_` or `-`.
    pub username: String,
    /// An e-mail address.
    pub email: String,
    /// At least 10 characters.
    pub password: Secret,
    /// The one-time set-up code, when the caller is on another machine.
    #[serde(default)]
    pub code: Option<Secret>,
}

/// What a login takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The account's name or its e-mail address.
    pub username: String,
    /// The account's password.
    pub password: Secret,
}

/// What a login, or the set-up, answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoggedIn {
    /// Always true: a refused login is an error.
    pub success: bool,
    /// The bearer token, tied to a session that logging out ends.
    pub token: String,
    /// The account's name.
    pub username: String,
    /// The account's role.
    pub role: Role,
    /// The account.
    pub user: User,
    /// When the token ends, in Unix milliseconds.
    pub expires_at_ms: i64,
}

/// What `auth/verify` answers for a good token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verified {
    /// Always true: a bad token is an error.
    pub valid: bool,
    /// The account's name.
    pub username: String,
    /// The account's role.
    pub role: Role,
}
