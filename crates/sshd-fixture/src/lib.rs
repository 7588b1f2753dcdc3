//! A real OpenSSH server on 127.0.0.x for the tests of every crate.
//!
//! Each [`Sshd`] has its own configuration, keys, port and log in a temporary folder, and is ended, with every session it
//! has, when it is dropped. Log-in is as the user that runs the tests, or as a [`TempUser`] where a password or another
//! login shell is needed (root only). Works in synchronous and asynchronous tests alike: every call is short.

mod keys;
mod options;
mod processes;
mod sshd;
mod user;

pub use keys::KeyKind;
pub use options::Options;
pub use sshd::Sshd;
pub use user::{TempUser, is_root};
