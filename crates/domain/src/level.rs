//! How bad a value is: the levels that colour a number and put a server first.

use serde::{Deserialize, Serialize};

/// How bad something is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing to do.
    #[default]
    Fine,
    /// Worth a look.
    Warning,
    /// Needs a person now.
    Critical,
}

/// Where a percentage becomes a warning and where it becomes critical.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Warning from here on, in percent.
    pub warning: f32,
    /// Critical from here on, in percent.
    pub critical: f32,
}

/// Processor use (operations guide, default alert thresholds).
pub const CPU: Thresholds = Thresholds { warning: 80.0, critical: 90.0 };
/// Memory use (operations guide, default alert thresholds).
pub const MEMORY: Thresholds = Thresholds { warning: 75.0, critical: 85.0 };
/// Use of a file system (operations guide, default alert thresholds).
pub const DISK: Thresholds = Thresholds { warning: 80.0, critical: 90.0 };

impl Thresholds {
    /// The level of a percentage.
    pub fn level(self, percent: f32) -> Level {
        if percent >= self.critical {
            Level::Critical
        } else if percent >= self.warning {
            Level::Warning
        } else {
            Level::Fine
        }
    }
}
