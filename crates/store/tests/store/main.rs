//! The queries against a real database, one module per area.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

#[macro_use]
mod fixture;

mod alerts;
mod audit;
mod file;
mod groups;
mod known_hosts;
mod maintenance;
mod servers;
mod sessions;
mod settings;
mod tags;
mod users;
mod writers;
