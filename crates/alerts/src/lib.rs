//! Rules over values: when something begins and when it is over. Pure functions: time is passed in, and nothing is read or written.

#![forbid(unsafe_code)]

mod server;
mod watch;

pub use server::{Event, Rules, Server};
pub use watch::{Change, Look, Waits, Watch};
