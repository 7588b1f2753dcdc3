//! Opening the database: the file, its connections and their settings, and the migrations.

use std::{
    fs::{DirBuilder, OpenOptions},
    io::ErrorKind,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqliteTransactionMode,
    SqlxSqliteConnector, TransactionOptions, TransactionTrait,
    sqlx::{
        self,
        sqlite::{SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
    },
};
use tokio::time;

use crate::{
    Result, alerts::Alerts, audit::Audit, groups::Groups, history::History, incidents::Incidents,
    known_hosts::KnownHosts, maintenance::Maintenance, notify::Notify, recordings::Recordings, servers::Servers,
    sessions::Sessions, settings::Settings, tags::Tags, users::Users,
};

/// How long a statement waits for another process's write to end.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long opening waits before it tries a busy file again.
const BUSY_PAUSE: Duration = Duration::from_millis(20);
/// How long a query waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// The size of a new file's pages: most series of a block of history fit into one.
const PAGE_BYTES: u32 = 8_192;
/// Connections that only read. SQLite lets them read while one writes.
const READERS: u32 = 4;

/// The open database. Cheap to clone; all clones share their connections.
#[derive(Debug, Clone)]
pub struct Store {
    /// SQLite takes one writer at a time, so there is one connection that writes: writers queue for it in order and never fail as "locked".
    writer: DatabaseConnection,
    reader: DatabaseConnection,
}

impl Store {
    /// Opens the SQLite file at `path`, and makes it (mode 0600) and its folder (mode 0700) when they are missing. It does not migrate.
    ///
    /// # Errors
    /// When the file cannot be made or opened, or is no database.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        create(path)?;
        let options = connection(path).synchronous(SqliteSynchronous::Normal);
        // The write-ahead log is a property of the file: the writer turns it on, and the readers that follow find it on.
        // So is, when the file is new, that deleted history gives its space back.
        let first = options.clone().auto_vacuum(SqliteAutoVacuum::Incremental).page_size(PAGE_BYTES);
        let writer = connect(first.journal_mode(SqliteJournalMode::Wal), 1).await?;
        let reader = connect(options.pragma("query_only", "ON"), READERS).await?;
        Ok(Self { writer, reader })
    }

    /// Opens the SQLite file at `path` for reading alone, `None` when there is none. It changes no byte of the file and needs no migrations:
    /// this is how a start checks the master key before it changes anything.
    ///
    /// # Errors
    /// When the file cannot be opened or is no database.
    pub async fn open_existing_read_only(path: impl AsRef<Path>) -> Result<Option<Self>> {
        let path = path.as_ref();
        if !path.try_exists()? {
            return Ok(None);
        }
        // Without a write-ahead log beside it nobody has the file open, and as an immutable one not even empty side files are made for it.
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let is_at_rest = !PathBuf::from(log).try_exists()?;
        let options = connection(path).read_only(true).immutable(is_at_rest);
        let reader = connect(options, 1).await?;
        Ok(Some(Self { writer: reader.clone(), reader }))
    }

    /// Applies the migrations that are missing, all or none. Of two processes that start at once one waits for the other.
    ///
    /// # Errors
    /// When one fails, or the database was made by a newer version that has migrations unknown to this one.
    pub async fn migrate(&self) -> Result<()> {
        let transaction = self.begin().await?;
        Migrator::up(&transaction, None).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The name of the newest migration that was applied; `None` before the first one. Changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn schema_version(&self) -> Result<Option<String>> {
        let applied = Migrator::get_applied_migrations_read_only(&self.reader).await?;
        Ok(applied.last().map(|migration| migration.name().to_owned()))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        self.reader.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Folds the write-ahead log into the file, as far as readers let it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn checkpoint(&self) -> Result<()> {
        self.writer.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        Ok(())
    }

    /// Closes all connections, after the queries that run; SQLite folds its write-ahead log into the file.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close(&self) -> Result<()> {
        // The writer goes last: a connection that only reads cannot fold the log.
        self.reader.close_by_ref().await?;
        self.writer.close_by_ref().await?;
        Ok(())
    }

    /// Accounts.
    pub fn users(&self) -> Users<'_> {
        Users(self)
    }

    /// Login sessions.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    /// Channels, levels of escalation and messages.
    pub fn notify(&self) -> Notify<'_> {
        Notify(self)
    }

    /// Recordings of servers at the moment their incidents began.
    pub fn recordings(&self) -> Recordings<'_> {
        Recordings(self)
    }

    /// What people do about incidents, and silences.
    pub fn incidents(&self) -> Incidents<'_> {
        Incidents(self)
    }

    /// Rules and incidents.
    pub fn alerts(&self) -> Alerts<'_> {
        Alerts(self)
    }

    /// Groups of servers.
    pub fn groups(&self) -> Groups<'_> {
        Groups(self)
    }

    /// Blocks of history.
    pub fn history(&self) -> History<'_> {
        History(self)
    }

    /// Tags on servers.
    pub fn tags(&self) -> Tags<'_> {
        Tags(self)
    }

    /// Servers.
    pub fn servers(&self) -> Servers<'_> {
        Servers(self)
    }

    /// Planned maintenance.
    pub fn maintenance(&self) -> Maintenance<'_> {
        Maintenance(self)
    }

    /// Trusted host keys.
    pub fn known_hosts(&self) -> KnownHosts<'_> {
        KnownHosts(self)
    }

    /// The audit log.
    pub fn audit(&self) -> Audit<'_> {
        Audit(self)
    }

    /// The program's own settings.
    pub fn settings(&self) -> Settings<'_> {
        Settings(self)
    }

    /// For queries that only read.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For single statements that write.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// A transaction that writes. Dropped without a commit it changes nothing.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction> {
        // One that begins by reading cannot wait for another process's write when it comes to write itself (SQLITE_BUSY_SNAPSHOT).
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }
}

fn create(path: &Path) -> Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

fn connection(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).foreign_keys(true).create_if_missing(false).busy_timeout(BUSY_TIMEOUT)
}

async fn connect(options: SqliteConnectOptions, most: u32) -> Result<DatabaseConnection> {
    let pool = SqlitePoolOptions::new()
        .max_connections(most)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A file on this machine does not go away while nobody looks: its connections need no replacing.
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false);
    let give_up = Instant::now() + BUSY_TIMEOUT;
    loop {
        match pool.clone().connect_with(options.clone()).await {
            Ok(pool) => return Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool)),
            // SQLite does not wait by itself while another process turns the write-ahead log on or folds it.
            Err(error) if is_busy(&error) && Instant::now() < give_up => time::sleep(BUSY_PAUSE).await,
            Err(error) => return Err(DbErr::Conn(RuntimeErr::SqlxError(error.into())).into()),
        }
    }
}

/// Whether it is `SQLITE_BUSY` or one of its extended forms, which share their lowest byte (sqlite.org/rescode.html).
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests;
