//! Host keys: what a server shows to prove that it is itself, and which ones are trusted.

use russh::keys::{HashAlg, PublicKey};

/// A server's public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostKey {
    /// Its type, such as `ssh-ed25519` or `ecdsa-sha2-nistp256`.
    pub algorithm: String,
    /// `SHA256:` and base64 without padding, as OpenSSH prints it.
    pub fingerprint: String,
    /// The key in one line, as in `known_hosts` and `.pub` files.
    pub openssh: String,
}

impl HostKey {
    pub(crate) fn of(key: &PublicKey) -> Self {
        Self {
            algorithm: key.algorithm().as_str().to_owned(),
            fingerprint: key.fingerprint(HashAlg::Sha256).to_string(),
            openssh: key.to_openssh().unwrap_or_default(),
        }
    }
}

/// Which host keys are good enough to log in to. There is no "any": without trust no credential leaves this program.
/// To learn a key that is not known yet, see [`crate::inspect_host_key`].
#[derive(Debug, Clone, Copy)]
pub enum HostKeyCheck<'a> {
    /// The keys with these SHA-256 fingerprints. With none, connecting ends in [`crate::ConnectError::HostKeyUnknown`].
    Pinned(&'a [String]),
}
