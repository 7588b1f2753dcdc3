//! Logging in and out, and who is logged in.

pub mod api;
mod gate;
mod page;

pub use gate::{GateCard, GateField};
pub use page::LoginPage;
