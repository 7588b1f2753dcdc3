//! The host keys that a person trusts, by host and port, and by the server through which it is reached, since the same address is another machine there. Host names have no case (RFC 4343), so they are kept in lower case.

use domain::{ServerId, servers::HostKey};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};

use crate::{Result, Store, entity::known_host};

/// A trusted host key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownHost {
    /// The host name or address, in lower case.
    pub host: String,
    /// The SSH port.
    pub port: u16,
    /// The key.
    pub key: HostKey,
    /// The name of the account that trusted it.
    pub trusted_by: String,
    /// When, in Unix milliseconds.
    pub trusted_at_ms: i64,
}

/// The queries on trusted host keys.
#[derive(Debug, Clone, Copy)]
pub struct KnownHosts<'a>(pub(crate) &'a Store);

impl KnownHosts<'_> {
    /// The fingerprints trusted for a host and port, reached directly or through another server.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trusted(&self, host: &str, port: u16, through: Option<ServerId>) -> Result<Vec<String>> {
        trusted(self.0.reader(), &place(host, through), port).await
    }

    /// Trusts one more key. One that is trusted already stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trust(&self, host: &str, port: u16, key: &HostKey, by: &str, now_ms: i64) -> Result<()> {
        add(self.0.writer(), host, port, key, by, now_ms).await
    }

    /// Trusts one key in place of all that were trusted before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace(&self, host: &str, port: u16, key: &HostKey, by: &str, now_ms: i64) -> Result<()> {
        let transaction = self.0.begin().await?;
        replace(&transaction, host, port, key, by, now_ms).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// All trusted keys by host and port.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<KnownHost>> {
        let rows = known_host::Entity::find()
            .order_by_asc(known_host::Column::Host)
            .order_by_asc(known_host::Column::Port)
            .order_by_asc(known_host::Column::Id)
            .all(self.0.reader())
            .await?;
        Ok(rows.into_iter().map(to_known_host).collect())
    }
}

/// The fingerprints trusted for a host and port, the oldest first.
pub(crate) async fn trusted(connection: &impl ConnectionTrait, host: &str, port: u16) -> Result<Vec<String>> {
    Ok(known_host::Entity::find()
        .select_only()
        .column(known_host::Column::Fingerprint)
        .filter(of(host, port))
        .order_by_asc(known_host::Column::Id)
        .into_tuple()
        .all(connection)
        .await?)
}

/// Trusts one more key.
pub(crate) async fn add(
    connection: &impl ConnectionTrait,
    host: &str,
    port: u16,
    key: &HostKey,
    by: &str,
    now_ms: i64,
) -> Result<()> {
    let row = known_host::ActiveModel {
        id: NotSet,
        host: Set(host.to_lowercase()),
        port: Set(i32::from(port)),
        algorithm: Set(key.algorithm.clone()),
        fingerprint: Set(key.fingerprint.clone()),
        trusted_by: Set(by.to_owned()),
        trusted_at_ms: Set(now_ms),
    };
    let keep =
        OnConflict::columns([known_host::Column::Host, known_host::Column::Port, known_host::Column::Fingerprint])
            .do_nothing()
            .to_owned();
    known_host::Entity::insert(row).on_conflict(keep).exec_without_returning(connection).await?;
    Ok(())
}

/// Trusts one key in place of all that were trusted before; to be called in a transaction.
pub(crate) async fn replace(
    connection: &impl ConnectionTrait,
    host: &str,
    port: u16,
    key: &HostKey,
    by: &str,
    now_ms: i64,
) -> Result<()> {
    known_host::Entity::delete_many().filter(of(host, port)).exec(connection).await?;
    add(connection, host, port, key, by, now_ms).await
}

/// The name under which the keys of a host are kept.
pub(crate) fn place(host: &str, through: Option<ServerId>) -> String {
    let host = host.to_lowercase();
    through.map_or(host.clone(), |through| format!("{host} through {through}"))
}

fn of(host: &str, port: u16) -> Condition {
    Condition::all()
        .add(known_host::Column::Host.eq(host.to_lowercase()))
        .add(known_host::Column::Port.eq(i32::from(port)))
}

fn to_known_host(row: known_host::Model) -> KnownHost {
    KnownHost {
        host: row.host,
        port: u16::try_from(row.port).unwrap_or_default(),
        key: HostKey { algorithm: row.algorithm, fingerprint: row.fingerprint },
        trusted_by: row.trusted_by,
        trusted_at_ms: row.trusted_at_ms,
    }
}
