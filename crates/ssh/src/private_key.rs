//! Reading private keys: OpenSSH's own form, PKCS#8, PKCS#1 (RSA) and SEC1 (ECDSA), plain or encrypted.
//!
//! The text comes from a person's clipboard and is bounded in everything that costs time or memory to open.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::Kdf as Pbes2Kdf;
use russh::keys::ssh_key::Kdf;
use russh::keys::{Algorithm, HashAlg, PrivateKey};
use zeroize::Zeroizing;

/// Bytes of the longest text that is looked at: an RSA key of 16384 bits takes 13 kB.
const TEXT_LIMIT: usize = 32 * 1024;

/// The shortest RSA key that still counts as safe, in bits.
const RSA_MIN_BITS: u32 = 2048;

/// Most rounds of OpenSSH's key derivation (`ssh-keygen -a`, 16 or 24 by itself): some seconds of CPU.
const BCRYPT_MAX_ROUNDS: u32 = 1000;

/// Most rounds of PBKDF2 (OpenSSL takes 2048 by itself): some seconds of CPU.
const PBKDF2_MAX_ROUNDS: u32 = 5_000_000;

/// Most memory that scrypt may take, in bytes.
const SCRYPT_MAX_MEMORY: u64 = 128 * 1024 * 1024;

/// What a private key is, without anything secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its type, such as `ssh-ed25519`, `ecdsa-sha2-nistp256` or `ssh-rsa`.
    pub algorithm: String,
    /// The public key's SHA-256 fingerprint, as OpenSSH prints it.
    pub fingerprint: String,
}

/// Why a private key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is no private key, or a damaged one.
    #[error("it cannot be read: paste the whole file, from the BEGIN line to the END line")]
    Unreadable,
    /// The key is encrypted.
    #[error("it is encrypted: its passphrase is needed")]
    PassphraseMissing,
    /// The passphrase is another one.
    #[error("the passphrase is wrong")]
    PassphraseWrong,
    /// A private key, but of a kind that is not used here.
    #[error("it is not supported: {what}")]
    Unsupported {
        /// What it is, and where it helps, what to do.
        what: String,
    },
}

/// Says what a private key is, or why it cannot be used. Takes up to some seconds of CPU for an encrypted key.
/// A passphrase that the key does not need is ignored.
///
/// # Errors
/// See [`KeyError`].
pub fn check_private_key(pem: &str, passphrase: Option<&str>) -> Result<KeyInfo, KeyError> {
    let key = read(pem, passphrase)?;
    Ok(KeyInfo {
        algorithm: key.algorithm().as_str().to_owned(),
        fingerprint: key.fingerprint(HashAlg::Sha256).to_string(),
    })
}

/// Reads a private key and checks that it is of a kind that is used here.
pub(crate) fn read(text: &str, passphrase: Option<&str>) -> Result<PrivateKey, KeyError> {
    let passphrase = passphrase.filter(|passphrase| !passphrase.is_empty());
    let pem = Pem::find(text)?;
    let key = match pem.label {
        "OPENSSH PRIVATE KEY" => open_openssh(&pem.body()?, passphrase)?,
        "ENCRYPTED PRIVATE KEY" => {
            check_pkcs8_cost(&pem.body()?)?;
            open(&pem, Some(passphrase.ok_or(KeyError::PassphraseMissing)?))?
        }
        "RSA PRIVATE KEY" if pem.is_encrypted() => open(&pem, Some(passphrase.ok_or(KeyError::PassphraseMissing)?))?,
        "EC PRIVATE KEY" if pem.is_encrypted() => return Err(old_encryption()),
        "RSA PRIVATE KEY" | "EC PRIVATE KEY" | "PRIVATE KEY" => open(&pem, None)?,
        "DSA PRIVATE KEY" => return Err(unsupported("a DSA key, which no current server accepts")),
        label => return Err(unsupported(&format!("a key of the form \"{label}\""))),
    };
    check_kind(&key)?;
    Ok(key)
}

fn unsupported(what: &str) -> KeyError {
    KeyError::Unsupported { what: what.to_owned() }
}

fn old_encryption() -> KeyError {
    unsupported("an old way of encryption; ssh-keygen -p -f FILE rewrites it in OpenSSH's own form")
}

/// The first private key among the lines of a text. White space around lines does not count.
struct Pem<'a> {
    label: &'a str,
    lines: Vec<&'a str>,
}

impl<'a> Pem<'a> {
    fn find(text: &'a str) -> Result<Self, KeyError> {
        if text.len() > TEXT_LIMIT {
            return Err(KeyError::Unreadable);
        }
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.starts_with("PuTTY-User-Key-File-") {
            return Err(unsupported("a PuTTY key; export it from PuTTYgen as an OpenSSH key"));
        }
        if ["ssh-", "ecdsa-", "sk-", "---- BEGIN SSH2 PUBLIC"].iter().any(|start| text.starts_with(start)) {
            return Err(unsupported("a public key; the private one is needed, from the file without .pub"));
        }
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let label = lines
            .find_map(|line| {
                line.strip_prefix("-----BEGIN ")?.strip_suffix("-----").filter(|label| label.ends_with("PRIVATE KEY"))
            })
            .ok_or(KeyError::Unreadable)?;
        let end = format!("-----END {label}-----");
        let mut body = Vec::new();
        for line in lines {
            if line == end {
                return Ok(Self { label, lines: body });
            }
            body.push(line);
        }
        Err(KeyError::Unreadable)
    }

    /// Whether it is encrypted in the way of RFC 1421, with headers before the data.
    fn is_encrypted(&self) -> bool {
        self.lines.iter().any(|line| line.starts_with("Proc-Type:") && line.contains("ENCRYPTED"))
    }

    /// The data.
    fn body(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let base64 = Zeroizing::new(self.lines.concat());
        STANDARD.decode(base64.as_bytes()).map(Zeroizing::new).map_err(|_| KeyError::Unreadable)
    }

    /// The key as text again, without anything around it.
    fn text(&self) -> Zeroizing<String> {
        let (label, lines) = (self.label, Zeroizing::new(self.lines.join("\n")));
        Zeroizing::new(format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", *lines))
    }
}

fn open_openssh(body: &[u8], passphrase: Option<&str>) -> Result<PrivateKey, KeyError> {
    use russh::keys::ssh_key::Error;
    let key = PrivateKey::from_bytes(body).map_err(|error| match error {
        Error::AlgorithmUnknown | Error::AlgorithmUnsupported { .. } => unsupported("its type is unknown here"),
        _ => KeyError::Unreadable,
    })?;
    if !key.is_encrypted() {
        return Ok(key);
    }
    if matches!(key.kdf(), Kdf::Bcrypt { rounds, .. } if *rounds > BCRYPT_MAX_ROUNDS) {
        return Err(unsupported("its passphrase takes too many rounds to open"));
    }
    key.decrypt(passphrase.ok_or(KeyError::PassphraseMissing)?).map_err(|error| match error {
        Error::Crypto => KeyError::PassphraseWrong,
        Error::AlgorithmUnknown | Error::AlgorithmUnsupported { .. } => unsupported("its type is unknown here"),
        // Wrongly deciphered data is not a key.
        _ => KeyError::PassphraseWrong,
    })
}

/// Opens one of the ASN.1 forms.
fn open(pem: &Pem<'_>, passphrase: Option<&str>) -> Result<PrivateKey, KeyError> {
    use russh::keys::Error;
    if pem.is_encrypted() && !pem.lines.iter().any(|line| line.starts_with("DEK-Info: AES-128-CBC,")) {
        return Err(old_encryption());
    }
    russh::keys::decode_secret_key(&pem.text(), passphrase).map_err(|error| match error {
        Error::UnsupportedKeyType { .. } | Error::UnknownAlgorithm(_) => unsupported("its type is unknown here"),
        // A wrong passphrase shows in bad padding or, seldom, in data that is no key.
        _ if passphrase.is_some() => KeyError::PassphraseWrong,
        _ => KeyError::Unreadable,
    })
}

/// Refuses keys whose text asks for a costly key derivation.
fn check_pkcs8_cost(body: &[u8]) -> Result<(), KeyError> {
    let info = EncryptedPrivateKeyInfoRef::try_from(body).map_err(|_| KeyError::Unreadable)?;
    let EncryptionScheme::Pbes2(parameters) = info.encryption_algorithm else {
        return Err(old_encryption());
    };
    let affordable = match &parameters.kdf {
        Pbes2Kdf::Pbkdf2(pbkdf2) => pbkdf2.iteration_count <= PBKDF2_MAX_ROUNDS,
        Pbes2Kdf::Scrypt(scrypt) => {
            let memory = scrypt.cost_parameter.saturating_mul(u64::from(scrypt.block_size)).saturating_mul(128);
            memory <= SCRYPT_MAX_MEMORY && scrypt.parallelization <= 16
        }
        _ => false,
    };
    if affordable { Ok(()) } else { Err(unsupported("its passphrase takes too many rounds to open")) }
}

fn check_kind(key: &PrivateKey) -> Result<(), KeyError> {
    match key.algorithm() {
        Algorithm::Ed25519 | Algorithm::Ecdsa { .. } => Ok(()),
        Algorithm::Rsa { .. } => {
            let bits = key.public_key().key_data().rsa().map_or(0, |rsa| rsa.key_size());
            if bits >= RSA_MIN_BITS {
                Ok(())
            } else {
                Err(unsupported(&format!("an RSA key of {bits} bits, at least {RSA_MIN_BITS} are needed")))
            }
        }
        Algorithm::SkEd25519 | Algorithm::SkEcdsaSha2NistP256 => {
            Err(unsupported("a security key, which somebody would have to touch at every login"))
        }
        other => Err(unsupported(&format!("a key of type {other}"))),
    }
}

#[cfg(test)]
#[path = "private_key_tests.rs"]
mod tests;
