//! Every migration can be applied, taken back and applied again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may stop at the first surprise")]

use migrations::{Migrator, MigratorTrait, SchemaManager};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

const TABLES: [&str; 25] = [
    "users",
    "sessions",
    "groups",
    "tags",
    "servers",
    "server_tag_map",
    "known_hosts",
    "audit_logs",
    "system_settings",
    "monitoring_history",
    "history_usage",
    "history_journal",
    "alert_rules",
    "alert_states",
    "incidents",
    "channels",
    "escalation_levels",
    "incident_notices",
    "deliveries",
    "delivery_incidents",
    "incident_events",
    "silences",
    "incident_reads",
    "maintenance_windows",
    "incident_recordings",
];

async fn empty() -> DatabaseConnection {
    Database::connect("sqlite::memory:").await.unwrap()
}

async fn tables(database: &DatabaseConnection) -> Vec<&'static str> {
    let mut found = Vec::new();
    for table in TABLES {
        if SchemaManager::new(database).has_table(table).await.unwrap() {
            found.push(table);
        }
    }
    found
}

/// How each table is made, and each index.
async fn shape(database: &DatabaseConnection) -> Vec<String> {
    let ask = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name NOT IN ('seaql_migrations', 'sqlite_sequence') ORDER BY sql";
    let rows = database.query_all_raw(Statement::from_string(DbBackend::Sqlite, ask)).await.unwrap();
    rows.iter().map(|row| row.try_get::<String>("", "sql").unwrap()).collect()
}

#[tokio::test]
async fn all_tables_come_go_and_come_back() {
    let database = empty().await;
    Migrator::up(&database, None).await.unwrap();
    assert_eq!(tables(&database).await, TABLES);
    Migrator::down(&database, None).await.unwrap();
    assert!(tables(&database).await.is_empty());
    Migrator::up(&database, None).await.unwrap();
    assert_eq!(tables(&database).await, TABLES);
}

#[tokio::test]
async fn each_migration_takes_back_exactly_what_it_made() {
    let database = empty().await;
    let steps = Migrator::migrations().len();
    let mut before = vec![shape(&database).await];
    for _ in 0..steps {
        Migrator::up(&database, Some(1)).await.unwrap();
        let now = shape(&database).await;
        assert_ne!(&now, before.last().unwrap(), "every migration changes something");
        before.push(now);
    }
    before.pop();
    while let Some(expected) = before.pop() {
        Migrator::down(&database, Some(1)).await.unwrap();
        assert_eq!(shape(&database).await, expected);
    }
}

#[tokio::test]
async fn applying_twice_changes_nothing() {
    let database = empty().await;
    Migrator::up(&database, None).await.unwrap();
    database.execute_unprepared("INSERT INTO system_settings VALUES ('a', 'b', 1)").await.unwrap();
    Migrator::up(&database, None).await.unwrap();
    assert!(database.execute_unprepared("UPDATE system_settings SET value = 'c'").await.unwrap().rows_affected() == 1);
}

#[tokio::test]
async fn what_is_looked_up_often_has_an_index() {
    let database = empty().await;
    Migrator::up(&database, None).await.unwrap();
    let manager = SchemaManager::new(&database);
    for (table, index) in [
        ("servers", "idx_servers_status"),
        ("monitoring_history", "idx_monitoring_history_server"),
        ("servers", "idx_servers_group_id"),
        ("server_tag_map", "idx_server_tag_map_tag_id"),
        ("sessions", "idx_sessions_user_id"),
        ("audit_logs", "idx_audit_logs_created_at_ms"),
        ("audit_logs", "idx_audit_logs_user_id"),
        ("audit_logs", "idx_audit_logs_action"),
    ] {
        assert!(manager.has_index(table, index).await.unwrap(), "{index}");
    }
}

#[test]
fn migrations_are_listed_in_the_order_of_their_names() {
    let names: Vec<_> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    assert!(names.is_sorted(), "{names:?}");
}
