//! Who is told: channels, levels of escalation, and from where on the usual rules fire.

pub mod api;
mod channels;
mod editor;
mod fields;
mod levels;
mod page;
mod thresholds;

pub use page::NotificationsPage;
