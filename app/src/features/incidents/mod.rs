//! Incidents: the bell, the list, and the page of one.

mod actions;
pub mod api;
mod bell;
mod list;
mod page;
mod steps;
mod timeline;
mod words;

pub use bell::{Bell, BellState};
pub use list::IncidentsPage;
pub use page::IncidentPage;
pub use words::mark;
