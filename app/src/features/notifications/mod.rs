//! Who is told: channels, levels of escalation, and from where on the usual rules fire.

pub mod api;
mod channel_draft;
mod channels;
mod editor;
mod fields;
mod level_draft;
mod levels;
mod page;
mod templates;
mod thresholds;

pub use page::NotificationsPage;
