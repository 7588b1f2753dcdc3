//! Accounts and login sessions: the first administrator, logging in and out, and who somebody is.

mod admin;
mod ended;
mod throttle;
mod tokens;

use std::sync::{Arc, Mutex, PoisonError};

use domain::{
    Error, ErrorCode, Result, Role, SessionId, UserId,
    accounts::{LoggedIn, Login, NewUser, Setup, SetupStatus, User},
};
use store::Store;
use tokio::task;
use vault::Vault;

use self::{ended::Endings, throttle::Throttle, tokens::Tokens};
use crate::{
    actor::Actor,
    audit::{AuditLog, Deed},
    clock,
    request::{Caller, Origin},
};

/// For how long a login lasts, in milliseconds.
pub const SESSION_MS: i64 = 7 * 24 * 3_600 * 1_000;

/// Accounts and login sessions.
#[derive(Debug)]
pub struct Accounts {
    store: Arc<Store>,
    audit: AuditLog,
    tokens: Tokens,
    throttle: Throttle,
    endings: Endings,
    /// Asked for when the first administrator is made from another machine. Gone once there is an account.
    setup_code: Mutex<Option<String>>,
}

impl Accounts {
    /// # Errors
    /// When the database or the machine's random numbers fail.
    pub(crate) async fn new(store: Arc<Store>, audit: AuditLog, vault: &Vault) -> Result<Self> {
        let setup_code = if store.users().count().await? == 0 { Some(new_setup_code()?) } else { None };
        Ok(Self {
            store,
            audit,
            tokens: Tokens::new(vault),
            throttle: Throttle::default(),
            endings: Endings::default(),
            setup_code: Mutex::new(setup_code),
        })
    }

    /// The one-time set-up code, which the program prints at start; `None` once there is an account.
    pub fn setup_code(&self) -> Option<String> {
        self.setup_code.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the first administrator is still to be made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn setup_status(&self, origin: &Origin) -> Result<SetupStatus> {
        let needs_setup = self.setup_code().is_some() && self.store.users().count().await? == 0;
        Ok(SetupStatus { needs_setup, needs_code: needs_setup && !origin.is_this_machine })
    }

    /// Makes the first administrator and logs them in.
    ///
    /// # Errors
    /// When there is an account already, the set-up code is missing or wrong, or a field cannot be taken.
    pub async fn initialize(&self, origin: &Origin, setup: Setup) -> Result<LoggedIn> {
        if !self.setup_status(origin).await?.needs_setup {
            return Err(Error::new(ErrorCode::Conflict, "The set-up is done already. Log in instead."));
        }
        self.check_setup_code(origin, &setup)?;
        let new = NewUser { username: setup.username, email: setup.email, password: setup.password, role: Role::Admin };
        let new = new.validated()?;
        let hash = hashed(new.password.expose().to_owned()).await?;
        let user = self.store.users().create_first_admin(row(new, hash), clock::now_ms()).await?;
        self.forget_setup_code();
        let deed = Deed {
            action: "setup.initialize",
            target_type: "user",
            target_id: user.id.to_string(),
            detail: "made the first administrator".to_owned(),
            ..Deed::default()
        };
        self.audit.note_anonymous(&user.username, origin, deed).await;
        self.start_session(origin, user).await
    }

    fn check_setup_code(&self, origin: &Origin, setup: &Setup) -> Result<()> {
        if origin.is_this_machine {
            return Ok(());
        }
        let now_ms = clock::now_ms();
        self.throttle.check("setup", origin.ip, now_ms).map_err(too_many)?;
        let wanted = self.setup_code().unwrap_or_default();
        let given = setup.code.as_ref().map(|code| code.expose().trim().to_uppercase()).unwrap_or_default();
        if given.is_empty() {
            return Err(Error::invalid(
                "code",
                "is missing: you are on another machine, so give the set-up code that the program printed at start",
            ));
        }
        if wanted.is_empty() || !vault::constant_time_eq(given.as_bytes(), wanted.as_bytes()) {
            self.throttle.failed("setup", origin.ip, now_ms);
            return Err(Error::invalid("code", "is not the set-up code that the program printed at its last start"));
        }
        Ok(())
    }

    fn forget_setup_code(&self) {
        *self.setup_code.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Checks a password and starts a session.
    ///
    /// # Errors
    /// [`ErrorCode::Unauthenticated`] when account and password do not go together or the account is disabled;
    /// [`ErrorCode::TooManyRequests`] after five failures within five minutes.
    pub async fn login(&self, origin: &Origin, login: Login) -> Result<LoggedIn> {
        let name = login.username.trim().chars().take(254).collect::<String>();
        let now_ms = clock::now_ms();
        if let Err(wait_secs) = self.throttle.check(&name, origin.ip, now_ms) {
            self.note_failure(&name, origin, "auth.login_slowed").await;
            return Err(too_many(wait_secs));
        }
        let found = self.store.users().by_login(&name).await?;
        let hash = found.as_ref().map(|found| found.password_hash.clone());
        let right = verified(login.password.expose().to_owned(), hash).await?;
        match found {
            Some(found) if right && found.user.is_active => {
                self.throttle.succeeded(&name, origin.ip);
                self.store.users().set_last_login(found.user.id, now_ms).await?;
                let deed = Deed { action: "auth.login", ..Deed::default() };
                self.audit.note_anonymous(&found.user.username, origin, deed).await;
                self.start_session(origin, User { last_login_ms: Some(now_ms), ..found.user }).await
            }
            _ => {
                self.throttle.failed(&name, origin.ip, now_ms);
                self.note_failure(&name, origin, "auth.login_failed").await;
                Err(Error::new(ErrorCode::Unauthenticated, "The account and the password do not go together."))
            }
        }
    }

    async fn note_failure(&self, name: &str, origin: &Origin, action: &'static str) {
        self.audit.note_anonymous(name, origin, Deed { action, ..Deed::default() }).await;
    }

    async fn start_session(&self, origin: &Origin, user: User) -> Result<LoggedIn> {
        let id = SessionId(vault::random_token(16).map_err(no_random)?);
        let now_ms = clock::now_ms();
        let expires_at_ms = now_ms + SESSION_MS;
        let session = store::sessions::Session {
            id: id.clone(),
            user_id: user.id,
            created_at_ms: now_ms,
            expires_at_ms,
            last_used_ms: now_ms,
            ip: origin.ip_text(),
            user_agent: origin.user_agent.clone(),
        };
        self.store.sessions().create(session).await?;
        self.store.sessions().delete_expired(now_ms).await?;
        let token = self.tokens.make(user.id, &id, now_ms, expires_at_ms)?;
        Ok(LoggedIn { success: true, token, username: user.username.clone(), role: user.role, user, expires_at_ms })
    }

    /// Who a request comes from.
    ///
    /// # Errors
    /// [`ErrorCode::Unauthenticated`] when there is no token, or it is altered, expired, logged out or of a disabled account.
    pub async fn authenticate(&self, caller: &Caller) -> Result<Actor> {
        let token = caller.token.as_ref().ok_or_else(Error::unauthenticated)?;
        let (user_id, session_id) = self.tokens.read(token.expose())?;
        let found = self.store.sessions().get_with_user(&session_id, clock::now_ms()).await?;
        let (session, user) = found.ok_or_else(Error::unauthenticated)?;
        if user.id != user_id || !user.is_active {
            return Err(Error::unauthenticated());
        }
        Ok(Actor {
            user_id,
            username: user.username,
            role: user.role,
            session: session_id,
            expires_at_ms: session.expires_at_ms,
            origin: caller.origin.clone(),
        })
    }

    /// Ends the actor's session; its token is worth nothing from then on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn logout(&self, actor: &Actor) -> Result<()> {
        self.store.sessions().delete(&actor.session).await?;
        self.endings.session(&actor.session);
        self.audit.note(actor, Deed { action: "auth.logout", ..Deed::default() }).await;
        Ok(())
    }

    /// Waits until the actor's session was logged out, its account disabled or changed, or its time ran out.
    pub async fn session_ended(&self, actor: &Actor) {
        self.endings.wait_for(actor).await;
    }

    /// The actor's own account.
    ///
    /// # Errors
    /// When the database fails or the account was deleted this moment.
    pub async fn me(&self, actor: &Actor) -> Result<User> {
        self.store.users().by_id(actor.user_id).await?.ok_or_else(Error::unauthenticated)
    }

    pub(crate) fn user_changed(&self, user: UserId) {
        self.endings.user(user);
    }
}

/// An account as the store keeps it.
fn row(new: NewUser, password_hash: String) -> store::users::NewUser {
    store::users::NewUser { username: new.username, email: new.email, password_hash, role: new.role }
}

fn too_many(wait_secs: u32) -> Error {
    let message = format!("Too many failed attempts. Try again in {wait_secs} seconds.");
    Error { retry_after_secs: Some(wait_secs), ..Error::new(ErrorCode::TooManyRequests, message) }
}

fn no_random(cause: impl std::fmt::Display) -> Error {
    tracing::error!(%cause, "the machine gives no random numbers");
    Error::internal()
}

/// Eight characters that are hard to confuse, in two groups.
fn new_setup_code() -> Result<String> {
    let random = vault::random_token(64).map_err(no_random)?;
    let legible = random.chars().filter(|c| "ABCDEFGHJKMNPQRSTUVWXYZ23456789".contains(*c));
    let code: String = legible.take(8).collect();
    if code.len() < 8 {
        return new_setup_code();
    }
    let (head, tail) = code.split_at(4);
    Ok(format!("{head}-{tail}"))
}

/// Hashing takes tens of milliseconds of pure work: not on the threads that serve requests.
async fn hashed(password: String) -> Result<String> {
    let hash = task::spawn_blocking(move || vault::password::hash(&password)).await;
    match hash {
        Ok(Ok(hash)) => Ok(hash),
        Ok(Err(cause)) => {
            tracing::error!(%cause, "could not hash a password");
            Err(Error::internal())
        }
        Err(cause) => {
            tracing::error!(%cause, "hashing a password did not end");
            Err(Error::internal())
        }
    }
}

/// Takes as long for an unknown account as for a known one.
async fn verified(password: String, hash: Option<String>) -> Result<bool> {
    let check = move || match hash {
        Some(hash) => vault::password::verify(&password, &hash),
        None => {
            vault::password::dummy_verify(&password);
            false
        }
    };
    task::spawn_blocking(check).await.map_err(|cause| {
        tracing::error!(%cause, "checking a password did not end");
        Error::internal()
    })
}
