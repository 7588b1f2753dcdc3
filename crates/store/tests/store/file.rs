//! The SQLite file: who may read it, and looking at it without changing it.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use migrations::{Migrator, MigratorTrait};
use store::{Error, Store};

use crate::fixture::{NOW, new_server, new_user};

/// Every file of a folder with its bytes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

async fn migrated(path: &Path) -> Store {
    let store = Store::open(path).await.unwrap();
    store.migrate().await.unwrap();
    store
}

#[tokio::test]
async fn folder_and_files_are_for_their_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("deep").join("data");
    let store = migrated(&data.join("servers.db")).await;
    assert_eq!(mode(&data), 0o700);
    for path in contents(&data).keys() {
        assert_eq!(mode(path), 0o600, "{}", path.display());
    }
    store.close().await.unwrap();
}

#[tokio::test]
async fn what_was_stored_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a name with ? # % and spaces.db");
    let store = migrated(&path).await;
    let server = store.servers().create(new_server("Web 1"), NOW).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(contents(folder.path()).len(), 1, "a clean close leaves one file");
    let store = migrated(&path).await;
    assert_eq!(store.servers().list().await.unwrap(), [server]);
    store.close().await.unwrap();
}

#[tokio::test]
async fn there_is_nothing_to_look_at_before_the_first_start() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Store::open_existing_read_only(folder.path().join("data/servers.db")).await.unwrap().is_none());
    assert!(contents(folder.path()).is_empty());
}

#[tokio::test]
async fn looking_at_a_closed_database_changes_no_byte_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a name with ? # % and spaces.db");
    let store = migrated(&path).await;
    store.settings().set("key_check", "sealed", NOW).await.unwrap();
    store.close().await.unwrap();
    let before = contents(folder.path());
    let store = Store::open_existing_read_only(&path).await.unwrap().unwrap();
    assert_eq!(store.settings().get("key_check").await.unwrap().as_deref(), Some("sealed"));
    assert!(store.schema_version().await.unwrap().is_some());
    let error = store.settings().set("key_check", "other", NOW).await.unwrap_err();
    assert!(matches!(error, Error::Database(_)), "{error:?}");
    assert!(store.users().create(new_user("ada"), NOW).await.is_err());
    store.close().await.unwrap();
    assert_eq!(contents(folder.path()), before);
}

#[tokio::test]
async fn looking_after_a_crash_sees_what_is_in_the_log_and_changes_neither_file() {
    let (folder, crashed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = migrated(&folder.path().join("servers.db")).await;
    store.settings().set("key_check", "sealed", NOW).await.unwrap();
    for name in ["servers.db", "servers.db-wal"] {
        fs::copy(folder.path().join(name), crashed.path().join(name)).unwrap();
    }
    store.close().await.unwrap();
    let before = contents(crashed.path());
    let store = Store::open_existing_read_only(crashed.path().join("servers.db")).await.unwrap().unwrap();
    assert_eq!(store.settings().get("key_check").await.unwrap().as_deref(), Some("sealed"));
    store.close().await.unwrap();
    let after = contents(crashed.path());
    for (path, bytes) in before {
        assert_eq!(after.get(&path), Some(&bytes), "{}", path.display());
    }
}

#[tokio::test]
async fn looking_at_a_database_in_use_works() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("servers.db");
    let store = migrated(&path).await;
    store.settings().set("key_check", "sealed", NOW).await.unwrap();
    let beside = Store::open_existing_read_only(&path).await.unwrap().unwrap();
    assert_eq!(beside.settings().get("key_check").await.unwrap().as_deref(), Some("sealed"));
    beside.close().await.unwrap();
    store.settings().set("key_check", "still writable", NOW).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_database_without_tables_has_no_settings_and_no_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("servers.db");
    fs::write(&path, b"").unwrap();
    let store = Store::open_existing_read_only(&path).await.unwrap().unwrap();
    assert_eq!(store.settings().get("key_check").await.unwrap(), None);
    assert_eq!(store.schema_version().await.unwrap(), None);
    store.close().await.unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("servers.db");
    let text = "not a database, but long enough to have a header ".repeat(20);
    fs::write(&path, &text).unwrap();
    let looked = match Store::open_existing_read_only(&path).await {
        Ok(store) => store.unwrap().settings().get("key_check").await.err(),
        Err(error) => Some(error),
    };
    assert!(looked.unwrap().to_string().contains("not a database"));
    assert!(Store::open(&path).await.is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn the_version_is_the_newest_migration_and_the_database_answers() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("servers.db")).await.unwrap();
    assert_eq!(store.schema_version().await.unwrap(), None);
    store.migrate().await.unwrap();
    let newest = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).max();
    assert_eq!(store.schema_version().await.unwrap(), newest);
    assert!(newest.is_some());
    store.ping().await.unwrap();
    store.close().await.unwrap();
    assert!(store.ping().await.is_err());
}
