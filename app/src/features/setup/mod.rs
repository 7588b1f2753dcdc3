//! Making the first administrator.

pub mod api;
mod page;

pub use page::SetupPage;
