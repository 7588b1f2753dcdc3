//! Starting: the master key is checked before anything is changed, then the database is brought up to date and the fleet starts.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use ::history::Engine;
use domain::{Secret, servers::Via};
use store::Store;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use vault::{Created, MasterKey, MasterKeyError, Vault};

use crate::{
    Accounts, AuditLog, Groups, History, HistoryLimits, Inner, Limits, Live, Maintenance, Metrics, Monitor,
    Notifications, Outgoing, Servers, Tags,
    alerts::{
        self, Alerts, DryRuns,
        desk::Desk,
        recorder::{FlightRecorder, Requests},
        tally::Tally,
    },
    audit::Deed,
    clock,
    fleet::Fleet,
    history::{disk::Disk, keeper, limits},
    notifications::{Bell, Events},
    request::Origin,
};

/// The database's file in the data folder.
const DATABASE: &str = "servers.db";
/// The setting by which a wrong master key is noticed.
const KEY_CHECK: &str = "key_check";
/// The setting that says that this machine was added once; deleting it is for good.
const SELF_ADDED: &str = "self_added";

/// What the program is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the database lies.
    pub data_dir: PathBuf,
    /// Where the master key comes from.
    pub master_key: KeySource,
    /// Add the machine that the monitor runs on when the database is new.
    pub watch_self: bool,
    /// The token by which Prometheus may scrape without an account.
    pub metrics_token: Option<Secret>,
    /// The bounds within which servers are watched.
    pub limits: Limits,
    /// Where messages may be sent.
    pub outgoing: Outgoing,
    /// What history may take; `None` for a program that does something else and leaves history alone.
    pub history: Option<HistoryLimits>,
}

/// Where the master key comes from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// The key itself, from the environment.
    Text(Secret),
    /// A file, which the first start makes.
    File(PathBuf),
}

/// Why the program does not start. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The key in the environment is no key.
    #[error("MONITOR_MASTER_KEY cannot be used: {0}")]
    KeyText(MasterKeyError),
    /// The key file cannot be used.
    #[error("the master key file {path} cannot be used: {cause}")]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: MasterKeyError,
    },
    /// There are sealed secrets, but no key.
    #[error(
        "the master key is missing: {database} holds secrets that were sealed with one, but there is no key file {path} \
         and MONITOR_MASTER_KEY is not set. Put the key back; nothing was changed"
    )]
    MissingKey {
        /// The database.
        database: PathBuf,
        /// Where the key file was looked for.
        path: PathBuf,
    },
    /// The key is not the one that the secrets were sealed with.
    #[error(
        "the master key is not the one that {database} was sealed with. Start with the right key (MONITOR_MASTER_KEY or \
         the key file); nothing was changed"
    )]
    WrongKey {
        /// The database.
        database: PathBuf,
    },
    /// The database cannot be used.
    #[error("the database {path} cannot be used: {cause}")]
    Database {
        /// The database.
        path: PathBuf,
        /// What the database said.
        cause: store::Error,
    },
    /// Something else failed; the log says more.
    #[error("{0}")]
    Other(#[from] domain::Error),
}

/// Brings the database up to date and nothing else.
///
/// # Errors
/// When the database cannot be used.
pub async fn migrate(data_dir: &Path) -> Result<(), StartError> {
    let path = data_dir.join(DATABASE);
    let failed = |cause| StartError::Database { path: path.clone(), cause };
    let store = Store::open(&path).await.map_err(failed)?;
    store.migrate().await.map_err(failed)?;
    store.close().await.map_err(failed)
}

impl Monitor {
    /// Starts all services.
    ///
    /// # Errors
    /// When key or database cannot be used. A wrong or missing key changes nothing on disk.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let path = options.data_dir.join(DATABASE);
        let failed = |cause| StartError::Database { path: path.clone(), cause };
        let check = stored_key_check(&path).await.map_err(failed)?;
        let (key, key_file_created) = master_key(&options.master_key, check.is_some(), &path)?;
        let vault = Arc::new(Vault::new(&key));
        if check.is_some_and(|check| vault.verify_check_value(&check).is_err()) {
            return Err(StartError::WrongKey { database: path });
        }
        let store = Store::open(&path).await.map_err(failed)?;
        store.migrate().await.map_err(failed)?;
        let check = vault.check_value().map_err(|cause| {
            tracing::error!(%cause, "could not seal the key's check value");
            domain::Error::internal()
        })?;
        store.settings().set_if_absent(KEY_CHECK, &check, clock::now_ms()).await.map_err(failed)?;
        let store = Arc::new(store);
        let (events, recorder) = Events::new();
        let audit = AuditLog::new(Arc::clone(&store), events.clone());
        let bell = Arc::new(Bell::default());
        let notifications = Notifications::new(
            Arc::clone(&store),
            Arc::clone(&vault),
            audit.clone(),
            Arc::clone(&bell),
            options.outgoing,
        )?;
        if options.watch_self {
            add_self(&store, &audit).await?;
        }
        let accounts = Accounts::new(Arc::clone(&store), audit.clone(), &vault).await?;
        let servers = store.servers().list().await.map_err(failed)?;
        let engine = Arc::new(Engine::new(Arc::clone(&store)));
        if options.history.is_some() {
            engine.recover().await.map_err(|cause| {
                tracing::error!(%cause, "what was in the journal of history could not be taken back");
                domain::Error::internal()
            })?;
        }
        let desk = Arc::new(Desk::default());
        alerts::begin(&store, &desk).await?;
        let recordings = Arc::new(Requests::default());
        let maintenance = Maintenance::new(Arc::clone(&store), audit.clone(), Arc::clone(&bell));
        let fleet = Fleet::start(
            Arc::clone(&store),
            Arc::clone(&vault),
            Arc::clone(&engine),
            Arc::clone(&desk),
            options.limits,
            servers,
        );
        let fleet = Arc::new(fleet);
        let alerts = Alerts::new(
            Arc::clone(&store),
            Arc::clone(&desk),
            audit.clone(),
            Arc::clone(&bell),
            Arc::clone(&fleet),
            Arc::clone(&recordings),
        );
        let servers = Servers::new(Arc::clone(&store), vault, audit.clone(), Arc::clone(&fleet), Arc::clone(&bell));
        let servers = Arc::new(servers);
        let live = Live::new(Arc::clone(&fleet), Arc::clone(&store), Arc::clone(&servers), Arc::clone(&bell));
        let live = Arc::new(live);
        let tally = Tally::begin(Arc::clone(&store), Arc::clone(&fleet), Arc::clone(&bell)).await.map_err(failed)?;
        let (tasks, stop, stop_history) = (TaskTracker::new(), CancellationToken::new(), CancellationToken::new());
        tasks.spawn(live.publisher().run(stop.clone()));
        let flight_recorder = Arc::new(FlightRecorder::new(recordings, Arc::clone(&fleet), Arc::clone(&store)));
        tasks.spawn(Arc::clone(&flight_recorder).run(stop.clone()));
        tasks.spawn(alerts::certificates::run(Arc::clone(&desk), Arc::clone(&fleet), stop.clone()));
        tasks.spawn(alerts::keeper::run(
            desk,
            Arc::clone(&fleet),
            Arc::clone(&store),
            Arc::clone(&bell),
            flight_recorder,
            events.clone(),
            stop.clone(),
        ));
        tasks.spawn(tally.run(stop.clone()));
        notifications.run(&fleet, &tasks, events, &stop);
        tasks.spawn(recorder.run(Arc::clone(&store), bell, stop.clone()));
        let is_recording = options.history.is_some();
        let limits = limits::Current::load(&store, options.history.unwrap_or_default()).await?;
        let place = limits::Place {
            store: Arc::clone(&store),
            fleet: Arc::clone(&fleet),
            limits: Arc::new(limits),
            disk: Disk::of(&options.data_dir),
        };
        if is_recording {
            tasks.spawn(keeper::flush(Arc::clone(&engine), stop_history.clone()));
            tasks.spawn(keeper::Keeper::new(Arc::clone(&engine), &place).tidy(stop.clone()));
        }
        let history = History::new(Arc::clone(&engine), Arc::clone(&servers), audit.clone(), place);
        let dry_runs = DryRuns::new(Arc::clone(&engine), Arc::clone(&fleet));
        let groups = Groups::new(Arc::clone(&store), audit.clone(), Arc::clone(&fleet));
        let tags = Tags::new(Arc::clone(&store), audit.clone(), Arc::clone(&fleet));
        let metrics =
            Metrics::new(Arc::clone(&store), Arc::clone(&fleet), Arc::clone(&live), engine, options.metrics_token);
        let inner = Inner {
            store,
            fleet,
            accounts,
            servers,
            groups,
            tags,
            alerts,
            dry_runs,
            maintenance,
            notifications,
            audit,
            live,
            history,
            metrics,
            key_file_created,
            tasks,
            stop,
            stop_history,
        };
        Ok(Self { inner: Arc::new(inner) })
    }
}

/// By what a wrong key is noticed, if the database is there and has it. Changes nothing.
async fn stored_key_check(path: &Path) -> Result<Option<String>, store::Error> {
    match Store::open_existing_read_only(path).await? {
        Some(store) => {
            let check = store.settings().get(KEY_CHECK).await;
            store.close().await?;
            check
        }
        None => Ok(None),
    }
}

fn master_key(
    source: &KeySource,
    is_sealed: bool,
    database: &Path,
) -> Result<(MasterKey, Option<PathBuf>), StartError> {
    match source {
        KeySource::Text(text) => {
            let key = MasterKey::from_text(text.expose()).map_err(StartError::KeyText)?;
            Ok((key, None))
        }
        KeySource::File(path) if is_sealed && !path.exists() => {
            Err(StartError::MissingKey { database: database.to_owned(), path: path.clone() })
        }
        KeySource::File(path) => {
            let loaded = MasterKey::load_or_create_file(path);
            let (key, created) = loaded.map_err(|cause| StartError::KeyFile { path: path.clone(), cause })?;
            Ok((key, matches!(created, Created::Yes).then(|| path.clone())))
        }
    }
}

/// Adds the machine that the monitor runs on, once.
async fn add_self(store: &Store, audit: &AuditLog) -> domain::Result<()> {
    if store.settings().get(SELF_ADDED).await?.is_some() {
        return Ok(());
    }
    let hostname = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = domain::text::name(&hostname).unwrap_or_else(|_| "This machine".to_owned());
    let this = store::servers::NewServer {
        name,
        host: "localhost".to_owned(),
        port: domain::servers::DEFAULT_PORT,
        description: "The machine that Server Monitor runs on".to_owned(),
        via: Via::Local,
        interval_secs: domain::servers::DEFAULT_INTERVAL_SECS,
        ..store::servers::NewServer::default()
    };
    let server = store.servers().create(this, clock::now_ms()).await?;
    let id = server.id;
    store.settings().set(SELF_ADDED, &id.to_string(), clock::now_ms()).await?;
    let deed = Deed {
        action: "server.create",
        target_type: "server",
        target_id: id.to_string(),
        detail: "this machine, at the first start".to_owned(),
        ..Deed::default()
    };
    audit.note_anonymous("", &Origin::program(), deed).await;
    Ok(())
}
