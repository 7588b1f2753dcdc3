//! Section `[storage]`: where the program keeps its data.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Where the program keeps its data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Storage {
    /// The folder of the database; made when it is missing.
    pub data_dir: PathBuf,
}

impl Default for Storage {
    fn default() -> Self {
        Self { data_dir: PathBuf::from("data") }
    }
}
