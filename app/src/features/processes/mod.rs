//! The processes that take the most, now and at a moment.

pub mod api;
mod table;
mod then;

pub use table::ProcessTable;
pub use then::ProcessesThen;
