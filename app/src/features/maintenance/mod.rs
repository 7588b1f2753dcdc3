//! Planned maintenance: the page, the dialog that plans it, and what a server's page has of it.

pub mod api;
mod begin;
mod draft;
mod editor;
mod page;
mod preview;
mod repeats;
mod row;
mod when;
mod words;

pub use begin::{BeginMaintenance, InMaintenance};
pub use page::MaintenancePage;
