//! Hashes of people's passwords: Argon2id in PHC string form.
//!
//! One hash takes some 20 ms of CPU and 19 MiB of memory: call these from `spawn_blocking`, and not without bound.

use std::hint::black_box;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

/// The parameters that OWASP's password storage cheat sheet recommends first for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A password could not be hashed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct HashError(String);

fn argon2id() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| HashError(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The PHC string (`$argon2id$v=19$m=19456,t=2,p=1$…`) of a password, with a fresh random salt.
///
/// # Errors
/// When the operating system gives no random salt.
pub fn hash(password: &str) -> Result<String, HashError> {
    let hash = argon2id()?.hash_password(password.as_bytes()).map_err(|error| HashError(error.to_string()))?;
    Ok(hash.to_string())
}

/// Whether `password` is the one that `phc` was made of. A string that is no PHC string fits no password.
#[must_use]
pub fn verify(password: &str, phc: &str) -> bool {
    let Ok(hash) = PasswordHash::new(phc) else {
        dummy_verify(password);
        return false;
    };
    // The hash's own parameters are used, so that hashes made with earlier ones stay valid.
    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
}

/// Takes as long as [`verify`]: called for an unknown user, it hides that there is none.
pub fn dummy_verify(password: &str) {
    let mut out = [0u8; 32];
    if let Ok(argon2) = argon2id() {
        let _ = black_box(argon2.hash_password_into(password.as_bytes(), b"no such account!", &mut out));
    }
    black_box(out);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test shall panic")]
mod tests {
    use std::time::Instant;

    use super::*;

    /// From the test suite of the reference implementation (github.com/P-H-C/phc-winner-argon2, `src/test.c`).
    const REFERENCE: &str = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    #[test]
    fn a_hash_fits_its_own_password_only() {
        let phc = hash("correct horse battery staple").unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify("correct horse battery staple", &phc));
        assert!(!verify("correct horse battery stapl", &phc));
        assert!(!verify("", &phc));
        assert_ne!(phc, hash("correct horse battery staple").unwrap(), "salts must differ");
    }

    #[test]
    fn the_reference_implementations_vector_is_understood() {
        assert!(verify("password", REFERENCE));
        assert!(!verify("Password", REFERENCE));
    }

    #[test]
    fn what_is_no_hash_fits_no_password() {
        for phc in [
            "",
            "password",
            "$argon2id$",
            "$2b$12$abcdefghijklmnopqrstuv",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ",
        ] {
            assert!(!verify("password", phc), "{phc}");
        }
    }

    #[test]
    fn an_unknown_user_takes_as_long_as_a_known_one() {
        let phc = hash("something").unwrap();
        let best = |work: &dyn Fn()| {
            (0..5)
                .map(|_| {
                    let start = Instant::now();
                    work();
                    start.elapsed()
                })
                .min()
                .unwrap()
        };
        let known = best(&|| assert!(!verify("wrong", &phc)));
        let unknown = best(&|| dummy_verify("wrong"));
        assert!(unknown < known * 2 && known < unknown * 2, "known {known:?}, unknown {unknown:?}");
    }
}
