//! The program's configuration: defaults, then the file, then the environment, then the command line's flags.
//!
//! One struct per section, all with `deny_unknown_fields`: a typing error is refused, not ignored.

mod environment;
mod history;
mod log;
mod metrics;
mod monitoring;
mod network;
mod outgoing;
mod secrets;
mod storage;

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

pub use environment::variables;
pub use history::History;
pub use log::{Format, Log};
pub use metrics::Metrics;
pub use monitoring::Monitoring;
pub use network::Network;
pub use outgoing::Outgoing;
pub use secrets::Secrets;
pub use storage::Storage;

/// The configuration file that is read when none is named and it is there.
pub const DEFAULT_FILE: &str = "server-monitor.toml";

/// Everything that can be set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where and how the program listens.
    pub network: Network,
    /// Where it keeps its data.
    pub storage: Storage,
    /// Which key seals stored secrets.
    pub secrets: Secrets,
    /// What it logs.
    pub log: Log,
    /// What it watches.
    pub monitoring: Monitoring,
    /// How long it keeps what it measured.
    pub history: History,
    /// Where messages may be sent.
    pub outgoing: Outgoing,
    /// Who may scrape it.
    pub metrics: Metrics,
}

/// What the command line says about the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// The configuration file to read; it has to be there.
    pub file: Option<PathBuf>,
    /// The address to listen on.
    pub listen: Option<String>,
    /// The folder for the data.
    pub data_dir: Option<PathBuf>,
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {path} cannot be read: {source}", path = path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not what is expected.
    #[error("the configuration file {path} cannot be used: {source}", path = path.display())]
    Parse {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        source: Box<toml::de::Error>,
    },
    /// An environment variable that the program does not know.
    #[error("the environment variable {name} is unknown{}", near(hint.as_deref()))]
    UnknownVariable {
        /// Its name.
        name: String,
        /// The known variable whose name is nearest.
        hint: Option<&'static str>,
    },
    /// A value that cannot be taken.
    #[error("{name} cannot be used: {problem}")]
    Value {
        /// The environment variable or flag.
        name: String,
        /// What is wrong with it, and what would be right.
        problem: String,
    },
}

fn near(hint: Option<&str>) -> String {
    hint.map(|hint| format!("; did you mean {hint}?")).unwrap_or_default()
}

impl Config {
    /// Reads the configuration from all its sources.
    ///
    /// `environment` is what the process was given; only names that begin with `MONITOR_` count.
    ///
    /// # Errors
    /// When a source cannot be read, names something unknown or has a value that cannot be taken.
    pub fn load(flags: &Flags, environment: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let mut config = match &flags.file {
            Some(path) => Self::from_file(path)?,
            None if Path::new(DEFAULT_FILE).exists() => Self::from_file(Path::new(DEFAULT_FILE))?,
            None => Self::default(),
        };
        environment::apply(&mut config, environment)?;
        if let Some(listen) = &flags.listen {
            config.network.listen = value("--listen", network::parse_listen(listen))?;
        }
        if let Some(folder) = &flags.data_dir {
            config.storage.data_dir.clone_from(folder);
        }
        Ok(config)
    }

    /// What the services are started with; without the token for scrapers, which only `serve` needs.
    pub fn monitor_options(&self) -> monitor::Options {
        monitor::Options {
            data_dir: self.storage.data_dir.clone(),
            master_key: self.secrets.source(),
            watch_self: self.monitoring.watch_self,
            metrics_token: None,
            outgoing: self.outgoing.options(),
            limits: monitor::Limits::default(),
            history: Some(self.history.limits()),
        }
    }

    /// Reads the configuration from a file alone.
    ///
    /// # Errors
    /// When the file cannot be read or parsed, or names something unknown.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        toml::from_str(&text).map_err(|source| ConfigError::Parse { path: path.to_owned(), source: Box::new(source) })
    }
}

fn value<T>(name: &str, parsed: Result<T, String>) -> Result<T, ConfigError> {
    parsed.map_err(|problem| ConfigError::Value { name: name.to_owned(), problem })
}

#[cfg(test)]
mod tests;
