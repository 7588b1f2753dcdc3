//! How many incidents of a server are not over, as a row of the list shows them.

use serde::{Deserialize, Serialize};

use crate::{alerts::Severity, level::Level};

/// How many incidents of a server are not over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenIncidents {
    /// Critical ones that nobody has acknowledged.
    pub critical: u16,
    /// Warnings that nobody has acknowledged.
    pub warning: u16,
    /// Those that somebody has taken on, whatever their severity. They need no further person.
    pub acknowledged: u16,
}

impl OpenIncidents {
    /// Counts some more.
    pub fn add(&mut self, severity: Severity, is_acknowledged: bool, count: u64) {
        let place = match (is_acknowledged, severity) {
            (true, _) => &mut self.acknowledged,
            (false, Severity::Critical) => &mut self.critical,
            (false, Severity::Warning) => &mut self.warning,
        };
        *place = place.saturating_add(u16::try_from(count).unwrap_or(u16::MAX));
    }

    /// All of them.
    pub fn total(self) -> u32 {
        self.unacknowledged() + u32::from(self.acknowledged)
    }

    /// Those that nobody has acknowledged.
    pub fn unacknowledged(self) -> u32 {
        u32::from(self.critical) + u32::from(self.warning)
    }

    /// How bad the worst is that nobody has acknowledged.
    pub fn level(self) -> Level {
        match (self.critical, self.warning) {
            (1.., _) => Level::Critical,
            (0, 1..) => Level::Warning,
            (0, 0) => Level::Fine,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_took_something_on_makes_it_less_urgent_but_not_less() {
        let mut open = OpenIncidents::default();
        open.add(Severity::Critical, true, 2);
        assert_eq!((open.level(), open.total(), open.unacknowledged()), (Level::Fine, 2, 0));
        open.add(Severity::Warning, false, 3);
        assert_eq!((open.level(), open.total()), (Level::Warning, 5));
        open.add(Severity::Critical, false, 100_000);
        assert_eq!((open.level(), open.critical), (Level::Critical, u16::MAX));
    }
}
