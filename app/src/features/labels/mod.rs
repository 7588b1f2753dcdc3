//! Groups and tags.

pub mod api;
mod editor;
mod page;

pub use page::LabelsPage;
