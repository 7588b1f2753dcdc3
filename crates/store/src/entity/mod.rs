//! The tables as sea-orm sees them. They stay inside this crate: callers get domain types.

pub mod alert_rule;
pub mod alert_state;
pub mod audit_log;
pub mod channel;
pub mod delivery;
pub mod delivery_incident;
pub mod escalation_level;
pub mod group;
pub mod history_block;
pub mod history_journal;
pub mod history_usage;
pub mod incident;
pub mod incident_event;
pub mod incident_notice;
pub mod incident_read;
pub mod known_host;
pub mod maintenance_window;
pub mod server;
pub mod server_tag;
pub mod session;
pub mod setting;
pub mod silence;
pub mod tag;
pub mod user;
