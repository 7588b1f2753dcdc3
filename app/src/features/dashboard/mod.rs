//! The dashboard: is anything wrong, and where?

pub mod api;
mod cards;
mod cells;
mod choice;
mod fleet_list;
mod heat;
mod order;
mod page;
mod past;
mod past_bar;
mod summary;
mod table;
mod toolbar;
mod trouble;
mod window;

pub use page::DashboardPage;
pub use trouble::{NextTry, TryNow};
