//! Section `[secrets]`: the key that seals stored passwords and private keys.

use std::path::PathBuf;

use domain::Secret;
use monitor::KeySource;
use serde::{Deserialize, Serialize};

/// Which key seals stored secrets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Secrets {
    /// The key itself. It comes from the environment only: a key in a file is what `master_key_file` is for.
    #[serde(skip)]
    pub master_key: Option<Secret>,
    /// The file that holds the key; made at the first start. Not given: [`Secrets::default_file`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master_key_file: Option<PathBuf>,
}

impl Secrets {
    /// Where the key comes from: the environment, else the file.
    pub fn source(&self) -> KeySource {
        match &self.master_key {
            Some(key) => KeySource::Text(key.clone()),
            None => KeySource::File(self.master_key_file.clone().unwrap_or_else(|| Self::default_file(env_dir))),
        }
    }

    /// The key file when none is named: in the account's configuration folder, never beside the data.
    ///
    /// `folder` looks up `XDG_CONFIG_HOME` and `HOME` (XDG Base Directory Specification). A service without either keeps the
    /// key under `/etc`.
    pub fn default_file(folder: impl Fn(&str) -> Option<PathBuf>) -> PathBuf {
        folder("XDG_CONFIG_HOME")
            .or_else(|| folder("HOME").map(|home| home.join(".config")))
            .unwrap_or_else(|| PathBuf::from("/etc"))
            .join("server-monitor")
            .join("master.key")
    }
}

fn env_dir(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}
