//! Incidents: the bell, the list, the page of one, and what rows say of them.

mod actions;
pub mod api;
mod around;
mod at_once;
mod bell;
mod filters;
mod list;
mod open_link;
mod page;
mod recorder;
mod steps;
mod timeline;
mod turns;
mod wanted;
mod words;

pub use bell::{Bell, ask_while_lost};
pub use list::IncidentsPage;
pub use open_link::{OpenLink, all_words};
pub use page::IncidentPage;
pub use words::mark;
