//! Escalation: who is told at once, and who when nobody acknowledged.

use serde::{Deserialize, Serialize};

use crate::{
    alerts::{Condition, Severity},
    error::{Error, Result},
    ids::{ChannelId, LevelId},
};

/// The longest wait before a step, in seconds: two days.
pub const DELAY_MAX_SECS: u32 = 2 * 24 * 60 * 60;
/// How many steps a level has at most.
pub const STEPS_MAX: usize = 10;
/// How often it may be reminded at most, in seconds: every five minutes.
const REMINDER_MIN_SECS: u32 = 5 * 60;

/// Who is told after a while.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    /// How long nobody may have acknowledged, in seconds; 0 for at once.
    pub after_secs: u32,
    /// Who is told then.
    pub channels: Vec<ChannelId>,
}

/// How often those who were told are told again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reminder {
    /// Every so many seconds, until somebody acknowledges or it is over.
    pub every_secs: u32,
}

/// A level of escalation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Level {
    /// Its id; 1, 2 and 3 are the usual ones.
    pub id: LevelId,
    /// Its name.
    pub name: String,
    /// Who is told when.
    pub steps: Vec<Step>,
    /// Whether they are reminded; not when not given.
    pub reminder: Option<Reminder>,
    /// Whether those who were told are told as well when it is over.
    pub tells_end: bool,
}

/// The level of an incident whose rule names none: from the operations guide, 1 for a warning, 2 for what is critical, 3 for a server that is down.
pub fn usual_level(condition: &Condition, severity: Severity) -> LevelId {
    match (condition, severity) {
        (Condition::Offline | Condition::CutOff | Condition::HostKeyChanged, Severity::Critical) => LevelId(3),
        (_, Severity::Critical) => LevelId(2),
        (_, Severity::Warning) => LevelId(1),
    }
}

impl Level {
    /// Whether it is one of the three that are always there.
    pub fn is_usual(&self) -> bool {
        (1..=3).contains(&self.id.0)
    }

    /// The level with its steps in the order of their time.
    ///
    /// # Errors
    /// When something makes no sense; the field is named.
    pub fn validated(mut self) -> Result<Self> {
        self.name = self.name.trim().to_owned();
        if self.name.is_empty() || self.name.chars().count() > super::NAME_MAX {
            return Err(Error::invalid("name", format!("must have 1 to {} characters", super::NAME_MAX)));
        }
        if self.steps.len() > STEPS_MAX {
            return Err(Error::invalid("steps", format!("must be {STEPS_MAX} at most")));
        }
        for step in &mut self.steps {
            if step.after_secs > DELAY_MAX_SECS {
                return Err(Error::invalid("after_secs", format!("must be 0 to {DELAY_MAX_SECS} seconds")));
            }
            step.channels.sort_unstable();
            step.channels.dedup();
        }
        self.steps.sort_by_key(|step| step.after_secs);
        if self.reminder.is_some_and(|reminder| !(REMINDER_MIN_SECS..=DELAY_MAX_SECS).contains(&reminder.every_secs)) {
            let message = format!("must be {REMINDER_MIN_SECS} to {DELAY_MAX_SECS} seconds");
            return Err(Error::invalid("every_secs", message));
        }
        Ok(self)
    }
}
