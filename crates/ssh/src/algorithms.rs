//! Which algorithms are offered to a server, in which order, and how large russh's buffers are.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use russh::client::{Config, GexParams};
use russh::keys::{Algorithm, EcdsaCurve, HashAlg};
use russh::{Preferred, SshId, cipher, compression, kex, mac};

use crate::Limits;

/// Bytes that a server may send on a channel before we acknowledge: large enough that a report never waits for it.
const WINDOW: u32 = 128 * 1024;

/// Largest piece of output that we ask for; the buffer for it is kept for the connection's life.
const PACKET: u32 = 16 * 1024;

/// Pieces of output that wait to be read before the server is made to wait.
const CHANNEL_BUFFER: usize = 4;

/// Elliptic curves first: they cost the server least. sntrup761 is left out for costing some 80 ms of CPU.
const KEX: &[kex::Name] = &[
    kex::MLKEM768X25519_SHA256,
    kex::CURVE25519,
    kex::CURVE25519_PRE_RFC_8731,
    kex::ECDH_SHA2_NISTP256,
    kex::ECDH_SHA2_NISTP384,
    kex::ECDH_SHA2_NISTP521,
    kex::DH_G14_SHA256,
    kex::DH_G16_SHA512,
    kex::DH_GEX_SHA256,
    kex::EXTENSION_SUPPORT_AS_CLIENT,
    kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT,
];

const AES_FIRST: &[cipher::Name] =
    &[cipher::AES_128_GCM, cipher::AES_256_GCM, cipher::CHACHA20_POLY1305, cipher::AES_128_CTR, cipher::AES_256_CTR];

const CHACHA_FIRST: &[cipher::Name] =
    &[cipher::CHACHA20_POLY1305, cipher::AES_128_GCM, cipher::AES_256_GCM, cipher::AES_128_CTR, cipher::AES_256_CTR];

const MAC: &[mac::Name] = &[mac::HMAC_SHA256_ETM, mac::HMAC_SHA512_ETM, mac::HMAC_SHA256, mac::HMAC_SHA512];

/// A kind of host key; RSA signs with SHA-2 only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostKeyFamily {
    Ed25519,
    Ecdsa,
    Rsa,
}

impl HostKeyFamily {
    /// All of them, the best first.
    pub(crate) const ALL: [Self; 3] = [Self::Ed25519, Self::Ecdsa, Self::Rsa];

    /// The family of a key type's name.
    pub(crate) fn of(algorithm: &str) -> Self {
        if algorithm.starts_with("ecdsa-") {
            Self::Ecdsa
        } else if algorithm.starts_with("ssh-ed25519") {
            Self::Ed25519
        } else {
            Self::Rsa
        }
    }

    fn algorithms(self) -> Vec<Algorithm> {
        match self {
            Self::Ed25519 => vec![Algorithm::Ed25519],
            Self::Ecdsa => [EcdsaCurve::NistP256, EcdsaCurve::NistP384, EcdsaCurve::NistP521]
                .map(|curve| Algorithm::Ecdsa { curve })
                .into(),
            Self::Rsa => [HashAlg::Sha512, HashAlg::Sha256].map(|hash| Algorithm::Rsa { hash: Some(hash) }).into(),
        }
    }
}

/// russh's configuration for one connection.
pub(crate) fn config(limits: &Limits, families: &[HostKeyFamily]) -> Arc<Config> {
    let preferred = Preferred {
        kex: Cow::Borrowed(KEX),
        key: families.iter().flat_map(|family| family.algorithms()).collect(),
        host_key_certificates: Cow::Borrowed(&[]),
        cipher: Cow::Borrowed(if has_aes_instructions() { AES_FIRST } else { CHACHA_FIRST }),
        mac: Cow::Borrowed(MAC),
        compression: Cow::Borrowed(&[compression::NONE]),
    };
    Arc::new(Config {
        client_id: SshId::Standard(Cow::Borrowed(concat!("SSH-2.0-ServerMonitor_", env!("CARGO_PKG_VERSION")))),
        window_size: WINDOW,
        maximum_packet_size: PACKET,
        channel_buffer_size: CHANNEL_BUFFER,
        preferred,
        keepalive_interval: limits.keepalive.map(|keepalive| keepalive.interval.max(Duration::from_millis(100))),
        // Zero would mean "for ever" to russh.
        keepalive_max: limits.keepalive.map_or(0, |keepalive| keepalive.missed.max(1) as usize),
        // A group of 8192 bits, russh's own choice, costs seconds of CPU on both sides.
        gex: GexParams::new(2048, 3072, 8192).unwrap_or_default(),
        nodelay: true,
        ..Config::default()
    })
}

/// Whether this processor has AES instructions, without which ChaCha20 is the faster cipher.
fn has_aes_instructions() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("aes");
    #[cfg(target_arch = "aarch64")]
    return std::arch::is_aarch64_feature_detected!("aes");
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    false
}
