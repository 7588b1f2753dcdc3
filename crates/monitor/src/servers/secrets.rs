//! What a server is logged in to with: sealed before it is stored, opened when a connection is made.

use domain::{
    Error, Result, Secret,
    servers::{AuthMethod, Server},
    status::ReasonCode,
};
use ssh::Auth;
use store::servers::SealedSecret;
use tokio::task;
use tracing::error;
use vault::Vault;

use crate::fleet::reason::{Class, Failure};

/// A password, or a private key with its passphrase, as a person gave it.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub password: Option<Secret>,
    pub private_key: Option<Secret>,
    pub passphrase: Option<Secret>,
}

impl Given {
    /// What to log in with; `None` when nothing was given.
    pub fn auth(self) -> Option<Auth> {
        match (self.password, self.private_key) {
            (_, Some(pem)) => Some(Auth::PrivateKey { pem, passphrase: self.passphrase }),
            (Some(password), None) => Some(Auth::Password(password)),
            (None, None) => None,
        }
    }

    /// A private key that cannot be read is refused before it is stored.
    pub async fn check(&self) -> Result<()> {
        let Some(key) = self.private_key.clone() else { return Ok(()) };
        let passphrase = self.passphrase.clone();
        // Opening an encrypted key is slow on purpose: up to seconds of pure work.
        let checked =
            task::spawn_blocking(move || ssh::check_private_key(key.expose(), passphrase.as_ref().map(Secret::expose)));
        let checked = checked.await.map_err(|cause| {
            error!(%cause, "checking a private key did not end");
            Error::internal()
        })?;
        match checked {
            Ok(_) => Ok(()),
            Err(error @ (ssh::KeyError::PassphraseMissing | ssh::KeyError::PassphraseWrong)) => {
                Err(Error::invalid("passphrase", error.to_string()))
            }
            Err(error) => Err(Error::invalid("private_key", error.to_string())),
        }
    }
}

/// The same sealed, bound to the host and port it was entered for: it opens for no other.
pub(crate) fn seal(vault: &Vault, host: &str, port: u16, auth: &Auth) -> Result<SealedSecret> {
    let sealed = |secret: &Secret, what| {
        vault.seal(secret.expose().as_bytes(), &context(host, port, what)).map_err(|cause| {
            error!(server.host = host, %cause, "could not seal a secret");
            Error::internal()
        })
    };
    Ok(match auth {
        Auth::Password(password) => SealedSecret {
            auth_method: AuthMethod::Password,
            secret: Some(sealed(password, "secret")?),
            passphrase: None,
        },
        Auth::PrivateKey { pem, passphrase } => SealedSecret {
            auth_method: AuthMethod::PrivateKey,
            secret: Some(sealed(pem, "secret")?),
            passphrase: passphrase.as_ref().map(|passphrase| sealed(passphrase, "passphrase")).transpose()?,
        },
    })
}

/// What to log in to a server with.
pub(crate) fn open(vault: &Vault, server: &Server, stored: Option<SealedSecret>) -> std::result::Result<Auth, Failure> {
    let unreadable = |detail: &str| {
        let message = format!("The stored password or key cannot be used: {detail} Enter it again.");
        Failure::new(ReasonCode::SecretUnreadable, Class::NeedsPerson, message)
    };
    let opened = |sealed: &str, what| {
        let opened = vault.open(sealed, &context(&server.host, server.port, what)).map_err(|cause| {
            error!(server.id = server.id.0, %cause, "could not open a sealed secret");
            unreadable("it is damaged.")
        })?;
        let text = std::str::from_utf8(&opened).map_err(|_| unreadable("it is damaged."))?;
        Ok::<Secret, Failure>(Secret::new(text))
    };
    let stored = stored.ok_or_else(|| unreadable("there is none."))?;
    let secret = stored.secret.as_deref().ok_or_else(|| unreadable("there is none."))?;
    match stored.auth_method {
        AuthMethod::Password => Ok(Auth::Password(opened(secret, "secret")?)),
        AuthMethod::PrivateKey => Ok(Auth::PrivateKey {
            pem: opened(secret, "secret")?,
            passphrase: stored.passphrase.as_deref().map(|sealed| opened(sealed, "passphrase")).transpose()?,
        }),
        AuthMethod::None => Err(unreadable("there is none.")),
    }
}

fn context(host: &str, port: u16, what: &str) -> String {
    format!("servers/{}:{port}/{what}", host.to_lowercase())
}
