//! A fresh database for each test, and the rows that many tests begin with.

use domain::{Role, UserId, accounts::User};
use store::{Store, servers, users};
use tempfile::TempDir;

/// When everything here happens, in Unix milliseconds.
pub const NOW: i64 = 1_700_000_000_000;

/// A fresh, migrated database that goes away with it.
pub struct Fixture {
    pub store: Store,
    folder: TempDir,
}

impl Fixture {
    /// One in an SQLite file.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().join("servers.db")).await.unwrap();
        store.migrate().await.unwrap();
        Self { store, folder }
    }

    /// Ends it; a connection that was not given back would be noticed here.
    pub async fn end(self) {
        self.store.close().await.unwrap();
        self.folder.close().unwrap();
    }
}

/// Makes a test of each function, run on every database that the store supports.
macro_rules! on_each_database {
    ($(async fn $name:ident($store:ident) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn check($store: &store::Store) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let fixture = crate::fixture::Fixture::sqlite().await;
                check(&fixture.store).await;
                fixture.end().await;
            }
        }
    )+};
}

pub fn new_user(username: &str) -> users::NewUser {
    users::NewUser {
        username: username.to_owned(),
        email: format!("{username}@example.com"),
        password_hash: format!("hash of {username}"),
        role: Role::User,
    }
}

pub async fn user(store: &Store, username: &str, role: Role) -> User {
    store.users().create(users::NewUser { role, ..new_user(username) }, NOW).await.unwrap()
}

pub async fn user_id(store: &Store, username: &str) -> UserId {
    user(store, username, Role::User).await.id
}

pub fn new_server(name: &str) -> servers::NewServer {
    servers::NewServer {
        name: name.to_owned(),
        host: "192.0.2.10".to_owned(),
        port: 22,
        username: "root".to_owned(),
        interval_secs: 3,
        ..servers::NewServer::default()
    }
}
