//! The storage page: what history takes, and how long it is kept.

pub mod api;
mod banner;
mod form;
mod overview;
mod page;
mod servers;
mod tiers;

pub use banner::PausedBanner;
pub use page::StoragePage;
