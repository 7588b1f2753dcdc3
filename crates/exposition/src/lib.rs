//! What Prometheus scrapes: its text format ([`Text`]), and the servers' newest values under node_exporter's names ([`nodes`]).
//!
//! Nothing here does input or output, and nobody is asked who they are.

#![forbid(unsafe_code)]

mod instance;
mod node;
mod text;

pub use instance::instances;
pub use node::{Chunks, Measured, Node, families, nodes};
pub use text::{CONTENT_TYPE, Kind, Text};
