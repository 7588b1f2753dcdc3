//! What is being entered of a channel.

use domain::{
    alerts::Severity,
    notify::{Kind, Language, QuietHours, Templates},
};
use leptos::prelude::*;

use super::{
    api::ChannelView,
    fields::{Entry, FieldSpec},
};

/// What is entered; one signal for each field, so that changing the kind keeps what kinds share.
#[derive(Clone, Copy)]
pub struct Draft {
    /// Of which channel; `None` for a new one.
    pub id: Option<i64>,
    /// Whether its secret is there.
    pub has_secret: bool,
    /// Its name.
    pub name: RwSignal<String>,
    /// Its kind.
    pub kind: RwSignal<Kind>,
    values: StoredValue<Vec<(&'static str, RwSignal<String>)>>,
    /// Its secret; empty for the one that is there.
    pub secret: RwSignal<String>,
    /// Whether it is on.
    pub is_enabled: RwSignal<bool>,
    /// The time zone of its readers.
    pub time_zone: RwSignal<String>,
    /// The language of its readers.
    pub language: RwSignal<Language>,
    /// Whether it has quiet hours.
    pub is_quiet: RwSignal<bool>,
    /// When they begin.
    pub quiet_from: RwSignal<String>,
    /// When they are over.
    pub quiet_until: RwSignal<String>,
    /// On which days of the week they begin.
    pub quiet_days: RwSignal<Vec<u8>>,
    /// Whether something is told all the same.
    pub quiet_except: RwSignal<bool>,
    /// What is told in quiet hours if anything is.
    except: Severity,
    /// Its own title.
    pub title: RwSignal<String>,
    /// Its own text.
    pub text: RwSignal<String>,
}

/// The names of all fields of all kinds.
const NAMES: [&str; 16] = [
    "host",
    "security",
    "port",
    "username",
    "from",
    "to",
    "chat_id",
    "api_url",
    "url",
    "event_types",
    "retry_max",
    "timeout",
    "topic",
    "server_url",
    "content_type",
    "body",
];

impl Draft {
    /// What is stored of a channel.
    pub fn of(channel: &ChannelView) -> Self {
        let value = |name: &str| {
            let found = channel.fields.iter().find(|(field, _)| field == name);
            RwSignal::new(found.map(|(_, value)| value.clone()).unwrap_or_default())
        };
        let quiet = channel.quiet.clone();
        let minute = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let (from, until) = quiet.as_ref().map_or((22 * 60, 7 * 60), |quiet| (quiet.from_minute, quiet.until_minute));
        Self {
            id: channel.id,
            has_secret: channel.has_secret,
            name: RwSignal::new(channel.name.clone()),
            kind: RwSignal::new(channel.kind),
            values: StoredValue::new(NAMES.iter().map(|name| (*name, value(name))).collect()),
            secret: RwSignal::new(String::new()),
            is_enabled: RwSignal::new(channel.is_enabled),
            time_zone: RwSignal::new(channel.time_zone.clone()),
            language: RwSignal::new(channel.language),
            is_quiet: RwSignal::new(quiet.is_some()),
            quiet_from: RwSignal::new(minute(from)),
            quiet_until: RwSignal::new(minute(until)),
            quiet_days: RwSignal::new(quiet.as_ref().map_or_else(|| (1..=7).collect(), |quiet| quiet.days.clone())),
            quiet_except: RwSignal::new(quiet.as_ref().is_none_or(|quiet| quiet.except.is_some())),
            except: quiet.and_then(|quiet| quiet.except).unwrap_or(Severity::Critical),
            title: RwSignal::new(channel.templates.title.clone()),
            text: RwSignal::new(channel.templates.text.clone()),
        }
    }

    /// What is entered into a field of its kind.
    pub fn value(self, name: &str) -> RwSignal<String> {
        let found =
            self.values.with_value(|values| values.iter().find(|(field, _)| *field == name).map(|(_, value)| *value));
        found.unwrap_or(self.name)
    }

    /// Its own texts.
    pub fn templates(self) -> Templates {
        Templates { title: self.title.get_untracked(), text: self.text.get_untracked() }
    }

    /// What was entered, and its secret if one was.
    pub fn read(self, needed: &[FieldSpec]) -> (ChannelView, Option<String>) {
        let minute = |text: String| {
            let (hours, minutes) = text.split_once(':')?;
            Some(hours.parse::<u16>().ok()? * 60 + minutes.parse::<u16>().ok()?)
        };
        let quiet = self.is_quiet.get_untracked().then(|| QuietHours {
            days: self.quiet_days.get_untracked(),
            from_minute: minute(self.quiet_from.get_untracked()).unwrap_or(u16::MAX),
            until_minute: minute(self.quiet_until.get_untracked()).unwrap_or(u16::MAX),
            except: self.quiet_except.get_untracked().then_some(self.except),
        });
        let fields = needed.iter().map(|field| {
            let typed = self.value(field.name).get_untracked();
            let is_security = field.entry == Entry::Security && typed.is_empty();
            (field.name.to_owned(), if is_security { "starttls".to_owned() } else { typed })
        });
        let channel = ChannelView {
            id: self.id,
            name: self.name.get_untracked(),
            kind: self.kind.get_untracked(),
            fields: fields.collect(),
            has_secret: self.has_secret,
            is_enabled: self.is_enabled.get_untracked(),
            time_zone: self.time_zone.get_untracked(),
            language: self.language.get_untracked(),
            quiet,
            templates: self.templates(),
            health: domain::notify::Health::default(),
        };
        (channel, Some(self.secret.get_untracked()).filter(|secret| !secret.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use domain::notify::Health;

    use super::*;

    #[test]
    fn quiet_hours_that_nobody_touched_stay_as_they_are() {
        let quiet =
            QuietHours { days: vec![1, 2, 5], from_minute: 65, until_minute: 0, except: Some(Severity::Warning) };
        let channel = ChannelView {
            id: Some(3),
            name: "Chat".to_owned(),
            kind: Kind::Slack,
            fields: Vec::new(),
            has_secret: true,
            is_enabled: true,
            time_zone: "Asia/Kathmandu".to_owned(),
            language: Language::default(),
            quiet: Some(quiet.clone()),
            templates: Templates::default(),
            health: Health::default(),
        };
        Owner::new().with(|| {
            let draft = Draft::of(&channel);
            draft.name.set("Chat 2".to_owned());
            let (read, secret) = draft.read(&[]);
            assert_eq!((read, secret), (ChannelView { name: "Chat 2".to_owned(), ..channel.clone() }, None));
            draft.quiet_except.set(false);
            assert_eq!(draft.read(&[]).0.quiet, Some(QuietHours { except: None, ..quiet }));
        });
    }
}
