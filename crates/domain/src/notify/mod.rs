//! Channels that messages go to, who is told when, and the messages themselves.

mod channel;
mod language;
mod level;
mod message;
mod target;

pub use channel::{Channel, Configured, Health, NAME_MAX, QuietHours, Templates};
pub use language::Language;
pub use level::{DELAY_MAX_SECS, Level, Reminder, STEPS_MAX, Step, usual_level};
pub use message::{Event, Item, Message, Notice, Occasion, Payload};
pub use target::{Kind, SecretField, Security, Target};
