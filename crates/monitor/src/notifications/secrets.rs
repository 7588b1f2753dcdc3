//! The secrets of channels: sealed at rest, opened when something is sent.

use std::sync::Arc;

use domain::{Error, Result, Secret};
use vault::Vault;

/// Seals and opens the secrets of channels.
#[derive(Debug, Clone)]
pub(super) struct Secrets(Arc<Vault>);

impl Secrets {
    pub fn new(vault: Arc<Vault>) -> Self {
        Self(vault)
    }

    /// Seals the secret of the channel with this `uid`.
    pub fn seal(&self, uid: &str, secret: &Secret) -> Result<String> {
        self.0.seal(secret.expose().as_bytes(), &context(uid)).map_err(|cause| failed(uid, &cause))
    }

    /// Opens it.
    pub fn open(&self, uid: &str, sealed: &str) -> Result<Secret> {
        let opened = self.0.open(sealed, &context(uid)).map_err(|cause| failed(uid, &cause))?;
        Ok(Secret::new(String::from_utf8_lossy(&opened)))
    }
}

fn context(uid: &str) -> String {
    format!("channels/{uid}/secret")
}

fn failed(uid: &str, cause: &vault::SealError) -> Error {
    tracing::error!(channel = uid, %cause, "the secret of a channel cannot be sealed or opened");
    Error::internal()
}
