//! The levels of the usual rules, under the names that the operations guide gives them.

use serde::{Deserialize, Serialize};

use crate::{
    alerts::Severity,
    error::{Error, Result},
};

/// The series of processor use.
pub const CPU: &str = "cpu.busy";
/// The series of memory use.
pub const MEMORY: &str = "memory.used_percent";
/// The series of the use of each file system.
pub const DISK: &str = "filesystem.used_percent:*";

/// From where on the usual rules fire, in percent. What is not given stays as it is; what has no rule is not given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Levels {
    /// Processor use that is a warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_warning_threshold: Option<f64>,
    /// Processor use that is critical.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_critical_threshold: Option<f64>,
    /// Memory use that is a warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_warning_threshold: Option<f64>,
    /// Memory use that is critical.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_critical_threshold: Option<f64>,
    /// Use of a file system that is a warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_warning_threshold: Option<f64>,
    /// Use of a file system that is critical.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_critical_threshold: Option<f64>,
}

/// One of the levels.
#[derive(Debug)]
pub struct Level<'a> {
    /// Its name.
    pub key: &'static str,
    /// The series that its rule looks at.
    pub series: &'static str,
    /// How bad it is when that rule fires.
    pub severity: Severity,
    /// The level itself, in percent.
    pub percent: &'a mut Option<f64>,
}

impl Levels {
    /// Each by itself, to be read or set; of one series the warning comes first.
    pub fn each(&mut self) -> [Level<'_>; 6] {
        let level = |key, series, severity, percent| Level { key, series, severity, percent };
        let (warning, critical) = (Severity::Warning, Severity::Critical);
        [
            level("cpu_warning_threshold", CPU, warning, &mut self.cpu_warning_threshold),
            level("cpu_critical_threshold", CPU, critical, &mut self.cpu_critical_threshold),
            level("memory_warning_threshold", MEMORY, warning, &mut self.memory_warning_threshold),
            level("memory_critical_threshold", MEMORY, critical, &mut self.memory_critical_threshold),
            level("disk_warning_threshold", DISK, warning, &mut self.disk_warning_threshold),
            level("disk_critical_threshold", DISK, critical, &mut self.disk_critical_threshold),
        ]
    }

    /// These, and those of `other` where these say nothing.
    #[must_use]
    pub fn or(mut self, mut other: Self) -> Self {
        for (ours, theirs) in self.each().into_iter().zip(other.each()) {
            *ours.percent = ours.percent.or(*theirs.percent);
        }
        self
    }

    /// The levels, if they make sense.
    ///
    /// # Errors
    /// When one is no percentage, or a warning would come after what is critical; the field is named.
    pub fn validated(mut self) -> Result<Self> {
        let mut warning = None;
        for Level { key, severity, percent, .. } in self.each() {
            if percent.is_some_and(|percent| !(1.0..=100.0).contains(&percent)) {
                return Err(Error::invalid(key, "must be 1 to 100 percent"));
            }
            match (severity, warning, *percent) {
                (Severity::Warning, _, percent) => warning = percent,
                (Severity::Critical, Some(warning), Some(critical)) if warning > critical => {
                    return Err(Error::invalid(key, format!("must not be below the warning, which is at {warning} %")));
                }
                (Severity::Critical, ..) => {}
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_named() {
        let usual =
            Levels { cpu_warning_threshold: Some(80.0), cpu_critical_threshold: Some(90.0), ..Levels::default() };
        assert_eq!(usual.validated().unwrap(), usual);
        let field = |levels: Levels| levels.or(usual).validated().unwrap_err().fields[0].field.clone();
        for percent in [0.0, 100.5, f64::NAN, f64::INFINITY] {
            assert_eq!(
                field(Levels { cpu_warning_threshold: Some(percent), ..Levels::default() }),
                "cpu_warning_threshold"
            );
        }
        let turned = Levels { cpu_warning_threshold: Some(95.0), ..Levels::default() };
        assert_eq!(field(turned), "cpu_critical_threshold");
        let both = Levels { cpu_critical_threshold: Some(97.0), ..turned };
        assert!(both.or(usual).validated().is_ok());
    }
}
