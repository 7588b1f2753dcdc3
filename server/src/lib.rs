//! The program: command line, configuration, router, REST, WebSocket and assets. What it all does is in the services
//! ([`monitor`]); what it looks like is in [`app`].

#![forbid(unsafe_code)]
#![recursion_limit = "256"]

pub mod api;
pub mod assets;
pub mod cli;
pub mod config;
mod docs;
pub mod leptos_options;
pub mod live;
mod logging;
mod middleware;
mod pages;
pub mod program;
mod router;
mod state;
mod streams;

pub use middleware::BODY_MAX;
pub use program::Program;
