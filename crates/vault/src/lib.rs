//! Sealing of secrets and password hashing: the only crate with crypto primitives.
//!
//! Everything is derived from one [`MasterKey`]: the key that seals secrets at rest ([`Vault::seal`]), its id, and the
//! keys that sign tokens ([`Vault::signing_key`]). Where the master key comes from and what is sealed is not this crate's job.

mod master_key;
pub mod password;
mod random;
mod vault;

pub use master_key::{Created, MasterKey, MasterKeyError};
pub use random::{RandomError, constant_time_eq, random_token};
pub use vault::{SealError, Vault};
