//! The audit log.

pub mod api;
mod page;

pub use page::AuditPage;
