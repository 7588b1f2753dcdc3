//! Random bytes from the operating system, and comparison that does not tell by its time where two values differ.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The operating system could not give random bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes: {0}")]
pub struct RandomError(String);

/// Fills `buffer` with random bytes from the operating system.
pub(crate) fn fill(buffer: &mut [u8]) -> Result<(), RandomError> {
    getrandom::fill(buffer).map_err(|error| RandomError(error.to_string()))
}

/// A random token of `bytes` random bytes (16 or more for anything that must not be guessed), as base64url without padding.
///
/// # Errors
/// When the operating system gives no random bytes.
pub fn random_token(bytes: usize) -> Result<String, RandomError> {
    let mut buffer = Zeroizing::new(vec![0; bytes]);
    fill(&mut buffer)?;
    Ok(URL_SAFE_NO_PAD.encode(buffer.as_slice()))
}

/// Whether two values are equal, in a time that depends on their lengths only.
#[must_use]
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test shall panic")]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_the_asked_length_and_never_repeat() {
        let first = random_token(32).unwrap();
        assert_eq!(first.len(), 43);
        assert!(first.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        assert_ne!(first, random_token(32).unwrap());
        assert_eq!(random_token(0).unwrap(), "");
    }

    #[test]
    fn equality_is_equality() {
        for (left, right) in [("", ""), ("a", "a"), ("a", "b"), ("a", "ab"), ("", "a")] {
            assert_eq!(constant_time_eq(left.as_bytes(), right.as_bytes()), left == right, "{left:?} {right:?}");
        }
    }
}
