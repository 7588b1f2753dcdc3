//! Key pairs, made by `ssh-keygen`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// A kind of key pair, as `ssh-keygen -t` makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Ed25519.
    Ed25519,
    /// ECDSA over NIST P-256.
    Ecdsa256,
    /// ECDSA over NIST P-384.
    Ecdsa384,
    /// ECDSA over NIST P-521.
    Ecdsa521,
    /// RSA of so many bits.
    Rsa(u32),
}

impl KeyKind {
    fn arguments(self) -> Vec<String> {
        let (name, bits) = match self {
            Self::Ed25519 => ("ed25519", None),
            Self::Ecdsa256 => ("ecdsa", Some(256)),
            Self::Ecdsa384 => ("ecdsa", Some(384)),
            Self::Ecdsa521 => ("ecdsa", Some(521)),
            Self::Rsa(bits) => ("rsa", Some(bits)),
        };
        let mut arguments = vec!["-t".to_owned(), name.to_owned()];
        arguments.extend(bits.into_iter().flat_map(|bits| ["-b".to_owned(), bits.to_string()]));
        arguments
    }
}

/// Makes a key pair: `path` and `path.pub`. The private one is encrypted if `passphrase` is not empty.
pub(crate) fn make(path: &Path, kind: KeyKind, passphrase: &str) -> Result<()> {
    let _ = fs::remove_file(path);
    let output = Command::new("ssh-keygen")
        .args(kind.arguments())
        .args(["-q", "-C", "sshd-fixture", "-N", passphrase, "-f"])
        .arg(path)
        .stdin(Stdio::null())
        .output()
        .context("ssh-keygen is missing: install openssh-client")?;
    if output.status.success() { Ok(()) } else { bail!("ssh-keygen: {}", String::from_utf8_lossy(&output.stderr)) }
}

/// SHA-256 fingerprint of a public key's file.
pub(crate) fn fingerprint(path: &Path) -> Result<String> {
    let output = Command::new("ssh-keygen").arg("-lf").arg(path).args(["-E", "sha256"]).output()?;
    let line = String::from_utf8(output.stdout)?;
    line.split(' ').nth(1).map(str::to_owned).context("ssh-keygen printed no fingerprint")
}
