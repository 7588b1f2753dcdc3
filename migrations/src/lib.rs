//! The database's shape, step by step: one file per area, applied in the order of their names and never edited after landing.
//!
//! All times are Unix milliseconds and all ids 64-bit integers. A migration never uses entities: those show the newest shape only.

use sea_orm_migration::prelude::*;
pub use sea_orm_migration::{MigratorTrait, SchemaManager};

mod m20261123_161000_accounts;
mod m20261123_161100_labels;
mod m20261123_161200_servers;
mod m20261123_161300_known_hosts;
mod m20261123_161400_audit_logs;
mod m20261123_161500_system_settings;
mod m20261123_234500_history;
mod m20261124_100000_alerts;
mod m20261124_160000_notifications;
mod m20261124_170000_silences;
mod m20261126_110000_jump_hosts;
mod m20261126_120000_maintenance;
mod m20261126_121000_recordings;
mod m20261126_140000_channel_language;

/// Applies the migrations, or takes them back.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_161000_accounts::Migration),
            Box::new(m20261123_161100_labels::Migration),
            Box::new(m20261123_161200_servers::Migration),
            Box::new(m20261123_161300_known_hosts::Migration),
            Box::new(m20261123_161400_audit_logs::Migration),
            Box::new(m20261123_161500_system_settings::Migration),
            Box::new(m20261123_234500_history::Migration),
            Box::new(m20261124_100000_alerts::Migration),
            Box::new(m20261124_160000_notifications::Migration),
            Box::new(m20261124_170000_silences::Migration),
            Box::new(m20261126_110000_jump_hosts::Migration),
            Box::new(m20261126_120000_maintenance::Migration),
            Box::new(m20261126_121000_recordings::Migration),
            Box::new(m20261126_140000_channel_language::Migration),
        ]
    }
}
