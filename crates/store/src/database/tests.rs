//! The settings that must hold on every connection, and that readers cannot write.

use sea_orm::{
    ConnectionTrait, DatabaseConnection,
    sqlx::{self, AssertSqlSafe, Row},
};

use super::{READERS, Store};

/// The value of a pragma on as many connections at once as the pool has.
async fn pragma(connection: &DatabaseConnection, connections: u32, name: &str) -> Vec<String> {
    let pool = connection.get_sqlite_connection_pool();
    let mut held = Vec::new();
    let mut values = Vec::new();
    for _ in 0..connections {
        let mut connection = pool.acquire().await.unwrap();
        let query = sqlx::query(AssertSqlSafe(format!("PRAGMA {name}")));
        let row = query.fetch_one(&mut *connection).await.unwrap();
        values.push(row.try_get::<String, _>(0).or_else(|_| row.try_get::<i64, _>(0).map(|n| n.to_string())).unwrap());
        held.push(connection);
    }
    values
}

#[tokio::test]
async fn every_connection_has_the_settings_that_the_store_relies_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("servers.db")).await.unwrap();
    for (connection, connections) in [(&store.writer, 1), (&store.reader, READERS)] {
        for (name, value) in
            [("foreign_keys", "1"), ("journal_mode", "wal"), ("busy_timeout", "5000"), ("synchronous", "1")]
        {
            let values = pragma(connection, connections, name).await;
            assert_eq!(values, vec![value; connections as usize], "{name}");
        }
    }
    assert_eq!(pragma(&store.writer, 1, "query_only").await, ["0"]);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("servers.db")).await.unwrap();
    store.migrate().await.unwrap();
    let insert = "INSERT INTO system_settings VALUES ('a', 'b', 1)";
    assert!(store.reader().execute_unprepared(insert).await.is_err());
    assert!(store.writer().execute_unprepared(insert).await.is_ok());
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_transaction_that_is_dropped_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("servers.db")).await.unwrap();
    store.migrate().await.unwrap();
    let transaction = store.begin().await.unwrap();
    transaction.execute_unprepared("INSERT INTO system_settings VALUES ('a', 'b', 1)").await.unwrap();
    drop(transaction);
    assert_eq!(store.settings().get("a").await.unwrap(), None);
    store.settings().set("a", "c", 1).await.unwrap();
    store.close().await.unwrap();
}
