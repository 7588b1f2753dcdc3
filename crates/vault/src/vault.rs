//! Sealed values: AES-256-GCM under a key derived from the master key.
//!
//! A sealed value is the text `v1.<key id>.<nonce>.<ciphertext and tag>`, the last two in base64url. Version, key id and
//! context are authenticated with it, so that a value copied to another row or column does not open there.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::random::{self, RandomError};
use crate::{MasterKey, constant_time_eq};

const VERSION: &str = "v1";
const NONCE_LENGTH: usize = 12;
const KEY_ID_LENGTH: usize = 8;
const CHECK_CONTEXT: &str = "master key check";
const CHECK_TEXT: &[u8] = b"server-monitor";

/// Why a value could not be sealed or opened. No variant holds anything secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The text is not a sealed value.
    #[error("not a sealed value")]
    Malformed,
    /// The value was sealed under another master key.
    #[error("sealed under another master key (id {sealed_under}, this one is {ours})")]
    WrongKey {
        /// Id of the key that the value was sealed under.
        sealed_under: String,
        /// Id of the key that was tried.
        ours: String,
    },
    /// The right key, but the value was altered, or belongs to another context.
    #[error("the sealed value was altered or belongs somewhere else")]
    Damaged,
    /// No random bytes for a nonce.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// Seals and opens secrets, and derives signing keys. Cheap to share behind an `Arc`.
pub struct Vault {
    cipher: Aes256Gcm,
    derive: Hkdf<Sha256>,
    key_id: String,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// The vault of a master key, which is not needed afterwards.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        let derive = Hkdf::<Sha256>::new(Some(b"server-monitor"), master.bytes());
        let sealing_key = derived(&derive, &["seal", VERSION]);
        let id = derived(&derive, &["key id"]);
        let key_id = id.iter().take(KEY_ID_LENGTH).map(|byte| format!("{byte:02x}")).collect();
        Self { cipher: Aes256Gcm::new((&*sealing_key).into()), derive, key_id }
    }

    /// Id of the master key: tells keys apart and reveals nothing about them.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Seals a secret for one place, such as `servers/7/password`: it opens with the same `context` only.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn seal(&self, plaintext: &[u8], context: &str) -> Result<String, SealError> {
        let mut nonce = [0; NONCE_LENGTH];
        random::fill(&mut nonce)?;
        self.seal_with_nonce(nonce, plaintext, context)
    }

    fn seal_with_nonce(&self, nonce: [u8; NONCE_LENGTH], plaintext: &[u8], context: &str) -> Result<String, SealError> {
        let aad = associated_data(&self.key_id, context);
        let payload = Payload { msg: plaintext, aad: &aad };
        // Fails for a plaintext of 64 GiB only.
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| SealError::Malformed)?;
        let (nonce, sealed) = (URL_SAFE_NO_PAD.encode(nonce), URL_SAFE_NO_PAD.encode(sealed));
        Ok(format!("{VERSION}.{}.{nonce}.{sealed}", self.key_id))
    }

    /// Opens a sealed value. What comes back is wiped from memory when dropped.
    ///
    /// # Errors
    /// [`SealError::WrongKey`] under another master key, [`SealError::Damaged`] for an altered value or another context,
    /// [`SealError::Malformed`] for anything else.
    pub fn open(&self, sealed: &str, context: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let mut parts = sealed.split('.');
        let (Some(VERSION), Some(key_id), Some(nonce), Some(body), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(SealError::Malformed);
        };
        if key_id != self.key_id {
            return Err(if is_key_id(key_id) {
                SealError::WrongKey { sealed_under: key_id.to_owned(), ours: self.key_id.clone() }
            } else {
                SealError::Malformed
            });
        }
        let nonce = URL_SAFE_NO_PAD.decode(nonce).map_err(|_| SealError::Malformed)?;
        let nonce: [u8; NONCE_LENGTH] = nonce.try_into().map_err(|_| SealError::Malformed)?;
        let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| SealError::Malformed)?;
        let aad = associated_data(key_id, context);
        let payload = Payload { msg: &body, aad: &aad };
        self.cipher.decrypt(&Nonce::from(nonce), payload).map(Zeroizing::new).map_err(|_| SealError::Damaged)
    }

    /// A key of 32 bytes for one purpose (such as `sessions`), always the same under the same master key.
    #[must_use]
    pub fn signing_key(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        derived(&self.derive, &["sign", purpose])
    }

    /// A value to keep beside the data, by which [`Self::verify_check_value`] knows the right key again.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn check_value(&self) -> Result<String, SealError> {
        self.seal(CHECK_TEXT, CHECK_CONTEXT)
    }

    /// Whether this is the key that the data was sealed under.
    ///
    /// # Errors
    /// As [`Self::open`]: [`SealError::WrongKey`] is the one to expect.
    pub fn verify_check_value(&self, check_value: &str) -> Result<(), SealError> {
        let opened = self.open(check_value, CHECK_CONTEXT)?;
        if constant_time_eq(&opened, CHECK_TEXT) { Ok(()) } else { Err(SealError::Damaged) }
    }
}

fn is_key_id(text: &str) -> bool {
    text.len() == 2 * KEY_ID_LENGTH && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// 32 bytes by HKDF-SHA256 (RFC 5869) for the purpose that the words name.
fn derived(derive: &Hkdf<Sha256>, words: &[&str]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let info: Vec<&[u8]> = words.iter().flat_map(|word| [word.as_bytes(), b"\0"]).collect();
    // HKDF-SHA256 gives up to 8160 bytes: 32 can't be too many.
    let _ = derive.expand_multi_info(&info, key.as_mut_slice());
    key
}

fn associated_data(key_id: &str, context: &str) -> Vec<u8> {
    [VERSION, key_id, context].join("\0").into_bytes()
}

#[cfg(test)]
#[path = "vault_tests.rs"]
mod tests;
