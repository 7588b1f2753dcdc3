//! What is being entered of a level of escalation, one signal for each field.

use domain::{
    ChannelId,
    notify::{Level, Reminder, Step},
};
use leptos::{prelude::*, reactive::owner::WeakOwner};

/// A time that is entered in minutes. What nobody changes stays the very seconds that it was.
#[derive(Clone, Copy)]
pub struct Minutes {
    /// As it is typed; empty for none.
    pub text: RwSignal<String>,
    stored: StoredValue<(String, Option<u32>)>,
}

impl Minutes {
    fn of(secs: Option<u32>) -> Self {
        let text = minutes(secs);
        Self { text: RwSignal::new(text.clone()), stored: StoredValue::new((text, secs)) }
    }

    fn set(self, secs: Option<u32>) {
        let text = minutes(secs);
        self.stored.set_value((text.clone(), secs));
        self.text.set(text);
    }

    /// In seconds. What is no time is more than can be taken.
    fn read(self) -> Option<u32> {
        let typed = self.text.get_untracked();
        self.stored.with_value(|(text, secs)| {
            if typed == *text {
                return *secs;
            }
            let typed = typed.trim();
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a float becomes the nearest number"
            )]
            let secs = |minutes: f64| (minutes * 60.0).round() as u32;
            (!typed.is_empty()).then(|| typed.parse().ok().filter(|minutes| *minutes >= 0.0).map_or(u32::MAX, secs))
        })
    }
}

fn minutes(secs: Option<u32>) -> String {
    match secs {
        None => String::new(),
        Some(secs) if secs.is_multiple_of(60) => (secs / 60).to_string(),
        Some(secs) => format!("{:.2}", f64::from(secs) / 60.0),
    }
}

/// What is being entered of one step.
#[derive(Clone, Copy)]
pub struct StepDraft {
    /// By which it is known while it is entered.
    pub key: u32,
    /// How long nobody may have acknowledged.
    pub after: Minutes,
    /// Who is told then.
    pub channels: RwSignal<Vec<ChannelId>>,
}

impl StepDraft {
    fn read(self) -> Step {
        let mut channels = self.channels.get_untracked();
        channels.sort_unstable();
        Step { after_secs: self.after.read().unwrap_or(u32::MAX), channels }
    }

    /// Takes channels out that are not there any more. Whether somebody is left who is told, if there was anybody.
    fn keep(self, known: &[ChannelId]) -> bool {
        let is_known = |id: &ChannelId| known.contains(id);
        if self.channels.with_untracked(|channels| channels.iter().all(is_known)) {
            return true;
        }
        self.channels.update(|channels| channels.retain(is_known));
        !self.channels.with_untracked(Vec::is_empty)
    }
}

/// What is being entered of a level.
#[derive(Clone, Copy)]
pub struct LevelDraft {
    /// Who is told when.
    pub steps: RwSignal<Vec<StepDraft>>,
    /// How often they are reminded.
    pub remind: Minutes,
    /// Whether they are told when it is over.
    pub tells_end: RwSignal<bool>,
    next: StoredValue<u32>,
    owner: StoredValue<WeakOwner>,
}

impl LevelDraft {
    /// What is stored.
    pub fn of(level: &Level) -> Self {
        let draft = Self {
            steps: RwSignal::default(),
            remind: Minutes::of(None),
            tells_end: RwSignal::default(),
            next: StoredValue::new(0),
            owner: StoredValue::new(Owner::current().unwrap_or_default().downgrade()),
        };
        draft.set(level);
        draft
    }

    fn set(self, level: &Level) {
        self.steps.set(level.steps.iter().map(|step| self.step(step.clone())).collect());
        self.remind.set(level.reminder.map(|reminder| reminder.every_secs));
        self.tells_end.set(level.tells_end);
    }

    fn step(self, step: Step) -> StepDraft {
        let key = self.next.get_value();
        self.next.set_value(key.wrapping_add(1));
        let Step { after_secs, channels } = step;
        let make = || StepDraft { key, after: Minutes::of(Some(after_secs)), channels: RwSignal::new(channels) };
        // A step is to outlive the effect or event that makes it, but not the form.
        match self.owner.with_value(WeakOwner::upgrade) {
            Some(owner) => owner.with(make),
            None => make(),
        }
    }

    /// Adds a step to be filled.
    pub fn add(self) {
        let after_secs = if self.steps.with_untracked(Vec::is_empty) { 0 } else { 600 };
        let step = self.step(Step { after_secs, channels: Vec::new() });
        self.steps.update(|steps| steps.push(step));
    }

    /// Takes a step away.
    pub fn remove(self, key: u32) {
        self.steps.update(|steps| steps.retain(|step| step.key != key));
    }

    /// The level with what was entered.
    pub fn read(self, level: &Level) -> Level {
        Level {
            steps: self.steps.with_untracked(|steps| steps.iter().map(|step| step.read()).collect()),
            reminder: self.remind.read().map(|every_secs| Reminder { every_secs }),
            tells_end: self.tells_end.get_untracked(),
            ..level.clone()
        }
    }

    /// Takes over what became of the level meanwhile. What a person has entered stays, without the channels that are gone, and with
    /// new ones where the server puts them: among those who are told at once.
    pub fn take_over(self, before: &Level, now: &Level, known: &[ChannelId]) {
        if self.read(before) == *before {
            if before != now {
                self.set(now);
            }
            return;
        }
        self.steps.update(|steps| steps.retain(|step| step.keep(known)));
        let of = |level: &Level| level.steps.iter().flat_map(|step| step.channels.clone()).collect::<Vec<_>>();
        let (old, entered) = (of(before), of(&self.read(before)));
        let new: Vec<_> = of(now).into_iter().filter(|id| !old.contains(id) && !entered.contains(id)).collect();
        if new.is_empty() {
            return;
        }
        let at_once =
            self.steps.with_untracked(|steps| steps.iter().find(|step| step.after.read() == Some(0)).copied());
        match at_once {
            Some(step) => step.channels.update(|channels| channels.extend(new)),
            None => {
                let step = self.step(Step { after_secs: 0, channels: new });
                self.steps.update(|steps| steps.insert(0, step));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::LevelId;

    use super::*;

    fn level(steps: &[(u32, &[i64])]) -> Level {
        let step = |(after_secs, channels): &(u32, &[i64])| Step {
            after_secs: *after_secs,
            channels: channels.iter().map(|id| ChannelId(*id)).collect(),
        };
        Level {
            id: LevelId(1),
            name: "Level 1".to_owned(),
            steps: steps.iter().map(step).collect(),
            reminder: Some(Reminder { every_secs: 3_601 }),
            tells_end: true,
        }
    }

    #[test]
    fn what_is_stored_and_not_touched_stays_to_the_second() {
        Owner::new().with(|| {
            let stored = level(&[(0, &[1]), (20, &[2]), (90, &[3])]);
            let draft = LevelDraft::of(&stored);
            assert_eq!(draft.read(&stored), stored);
            draft.remind.text.set(" 7.5 ".to_owned());
            assert_eq!(draft.read(&stored).reminder, Some(Reminder { every_secs: 450 }));
            draft.remind.text.set(String::new());
            assert_eq!(draft.read(&stored).reminder, None);
            for text in ["x", "-1", "1e99"] {
                draft.remind.text.set(text.to_owned());
                assert_eq!(draft.read(&stored).reminder, Some(Reminder { every_secs: u32::MAX }), "{text} is refused");
            }
        });
    }

    #[test]
    fn what_nobody_touched_becomes_what_is_stored_now() {
        Owner::new().with(|| {
            let (before, now) = (level(&[(0, &[1])]), level(&[(0, &[1, 2]), (60, &[3])]));
            let draft = LevelDraft::of(&before);
            draft.take_over(&before, &now, &[1, 2, 3].map(ChannelId));
            assert_eq!(draft.read(&now), now);
        });
    }

    #[test]
    fn what_was_entered_stays_when_channels_come_and_go() {
        Owner::new().with(|| {
            let before = level(&[(0, &[1]), (60, &[2])]);
            let draft = LevelDraft::of(&before);
            draft.add();
            draft.take_over(&before, &level(&[(0, &[1])]), &[ChannelId(1)]);
            assert_eq!(draft.read(&before).steps, level(&[(0, &[1]), (600, &[])]).steps);
            draft.take_over(&level(&[(0, &[1])]), &level(&[(0, &[1, 4])]), &[1, 4].map(ChannelId));
            assert_eq!(draft.read(&before).steps, level(&[(0, &[1, 4]), (600, &[])]).steps);
        });
    }
}
