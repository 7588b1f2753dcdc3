//! The words of the protocol, shared by the script, the [`Reader`](crate::Reader) and the emulation.

/// The protocol's version; a script and a reader of different versions refuse each other.
pub const VERSION: &str = "1";
/// The most that a server may say before the hello line: banners, messages of the day, what `.bashrc` prints.
pub const HELLO_MAX_BYTES: usize = 64 * 1024;
/// The most that one report may have.
pub const REPORT_MAX_BYTES: usize = 1024 * 1024;

/// How the hello line begins.
pub(crate) const HELLO: &str = "=SM-HELLO ";
/// How a report begins.
pub(crate) const BEGIN: &str = "=SM-BEGIN ";
/// How a report ends.
pub(crate) const END: &str = "=SM-END ";
/// How a section begins.
pub(crate) const SECTION: &str = "=SM ";

/// What of a nonce is used: at most 64 ASCII letters, digits, `-` and `_`, so that no shell can mistake it.
pub(crate) fn clean_nonce(nonce: &str) -> String {
    nonce.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).take(64).collect()
}
