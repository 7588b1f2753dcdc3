//! Host keys: made from a seed and the server's number, so that whoever knows both knows the fingerprints.

use russh::keys::ssh_key::private::Ed25519Keypair;
use russh::keys::{HashAlg, PrivateKey};
use sha2::{Digest, Sha256};

/// The SHA-256 fingerprint of a server's host key, as OpenSSH prints it.
pub fn fingerprint(seed: u64, number: u32) -> String {
    host_key(seed, number, true).public_key().fingerprint(HashAlg::Sha256).to_string()
}

/// A server's host key; the one that it has truly, or the one it lies with.
pub(super) fn host_key(seed: u64, number: u32, is_true: bool) -> PrivateKey {
    let mut hash = Sha256::new();
    hash.update(b"fleet simulator host key");
    hash.update(seed.to_be_bytes());
    hash.update(number.to_be_bytes());
    hash.update([u8::from(is_true)]);
    Ed25519Keypair::from_seed(&hash.finalize().into()).into()
}

/// The name that a server gives itself.
pub(super) fn hostname(number: u32) -> String {
    format!("sim-{number:05}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_has_a_key_of_its_own_that_stays() {
        assert_eq!(fingerprint(1, 7), fingerprint(1, 7));
        assert_ne!(fingerprint(1, 7), fingerprint(1, 8));
        assert_ne!(fingerprint(1, 7), fingerprint(2, 7));
        let lie = host_key(1, 7, false).public_key().fingerprint(HashAlg::Sha256).to_string();
        assert_ne!(fingerprint(1, 7), lie);
        assert!(lie.starts_with("SHA256:"));
    }
}
