//! Entities and queries: the only crate that knows the database.
//!
//! [`Store`] is the open database; each area has a handle of its own with its queries: [`Store::users`], [`Store::servers`] and so on.
//! Rules, permissions and the audit trail of a change are not its job: services call it after they have checked. It has no clock: callers
//! pass the time. What changes several rows does so in one transaction.

mod database;
mod entity;
mod error;

pub mod alerts;
pub mod audit;
pub mod groups;
pub mod history;
pub mod incident_list;
pub mod incidents;
pub mod known_hosts;
pub mod maintenance;
pub mod notify;
mod open_incidents;
pub mod recordings;
pub mod servers;
pub mod sessions;
pub mod settings;
pub mod tags;
pub mod users;

pub use database::Store;
pub use error::{DatabaseError, Error, Result};
