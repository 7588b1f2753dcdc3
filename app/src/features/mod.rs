//! The pages, one folder each: server functions in `api`, the page, and its parts.

pub mod audit;
pub mod dashboard;
pub mod history;
pub mod incidents;
pub mod labels;
pub mod login;
pub mod maintenance;
pub mod notifications;
pub mod processes;
pub mod rules;
pub mod servers;
pub mod setup;
pub mod storage;
