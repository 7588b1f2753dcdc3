//! The words of the product: ids, types, validation, permissions, error codes and the live wire protocol.
//!
//! Everything here compiles for the browser as well as for the server and has no I/O, no clock and no randomness of its own.

pub mod accounts;
pub mod alerts;
pub mod audit;
pub mod dry_run;
pub mod error;
pub mod fleet;
pub mod format;
pub mod groups;
pub mod history;
pub mod ids;
pub mod incident_filter;
pub mod incidents;
pub mod level;
pub mod levels;
pub mod live;
pub mod maintenance;
pub mod metrics;
pub mod notify;
pub mod permission;
pub mod recording;
pub mod secret;
pub mod servers;
pub mod stats;
pub mod status;
pub mod storage;
pub mod tags;
pub mod text;
pub mod unit;

pub use error::{Error, ErrorCode, FieldError, Result};
pub use ids::{
    ChannelId, DeliveryId, GroupId, IncidentId, LevelId, RuleId, ServerId, SessionId, SilenceId, TagId, UserId,
    WindowId,
};
pub use permission::{Permission, Role};
pub use secret::Secret;
