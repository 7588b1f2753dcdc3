//! What is being entered, one signal for each field.

use domain::{
    WindowId,
    alerts::Scope,
    maintenance::{Plan, Repeats, Schedule, Window},
};
use leptos::prelude::*;

use super::words::{DAY, HOUR};
use crate::browser;

/// How often something is, without its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Often {
    /// Once.
    Once,
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month on a date.
    Monthly,
    /// Every month on a weekday.
    MonthlyWeekday,
}

impl Often {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Once, Self::Daily, Self::Weekly, Self::Monthly, Self::MonthlyWeekday];

    /// The name in a form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::MonthlyWeekday => "monthly-weekday",
        }
    }
}

/// What is being entered.
#[derive(Clone, Copy)]
pub struct Draft {
    /// Of which maintenance; `None` for a new one.
    pub id: Option<WindowId>,
    /// What is done.
    pub name: RwSignal<String>,
    /// More about it.
    pub description: RwSignal<String>,
    /// On which servers.
    pub scope: RwSignal<Scope>,
    /// On which it was at first, and the name of that group, tag or server.
    pub first_scope: StoredValue<(Scope, String)>,
    /// The time zone whose clock counts.
    pub time_zone: RwSignal<String>,
    /// Date and time of the first.
    pub starts: RwSignal<String>,
    /// How long each lasts, in `unit`s.
    pub length: RwSignal<String>,
    /// How many minutes a unit has.
    pub unit: RwSignal<u32>,
    /// How often it is.
    pub often: RwSignal<Often>,
    /// On which days of the week.
    pub days: RwSignal<Vec<u8>>,
    /// On which day of the month.
    pub day: RwSignal<String>,
    /// On which of the month's weekdays.
    pub week: RwSignal<u8>,
    /// On which weekday of the month.
    pub weekday: RwSignal<u8>,
    /// The last date.
    pub until: RwSignal<String>,
    /// Whether it counts.
    pub is_enabled: RwSignal<bool>,
}

impl Draft {
    /// A new one: from the next full hour on, by the person's clock. Only in the browser.
    pub fn new(now_ms: i64) -> Self {
        const HOUR_MS: i64 = 60 * 60 * 1_000;
        let next = browser::local_input((now_ms / HOUR_MS + 1) * HOUR_MS);
        let schedule = Schedule {
            time_zone: browser::own_time_zone(),
            starts: next.chars().take("2026-11-30T22:00".len()).collect(),
            duration_minutes: HOUR,
            ..Schedule::default()
        };
        let plan =
            Plan { name: String::new(), description: String::new(), scope: Scope::All, schedule, is_enabled: true };
        Self::of(None, plan, String::new())
    }

    /// One that is there, with the name of its group, tag or server.
    pub fn of_window(window: &Window, scope_name: String) -> Self {
        Self::of(Some(window.id), window.plan.clone(), scope_name)
    }

    fn of(id: Option<WindowId>, plan: Plan, scope_name: String) -> Self {
        let Schedule { time_zone, starts, duration_minutes, repeats, until } = plan.schedule;
        let unit = [DAY, HOUR].into_iter().find(|unit| duration_minutes.is_multiple_of(*unit)).unwrap_or(1);
        let (mut days, mut day, mut week, mut weekday) = (vec![1], 1, 1, 1);
        let often = match repeats {
            Repeats::Once => Often::Once,
            Repeats::Daily => Often::Daily,
            Repeats::Weekly { days: on } => {
                days = on;
                Often::Weekly
            }
            Repeats::Monthly { day: on } => {
                day = on;
                Often::Monthly
            }
            Repeats::MonthlyWeekday { week: nth, weekday: on } => {
                (week, weekday) = (nth, on);
                Often::MonthlyWeekday
            }
        };
        Self {
            id,
            name: RwSignal::new(plan.name),
            description: RwSignal::new(plan.description),
            scope: RwSignal::new(plan.scope),
            first_scope: StoredValue::new((plan.scope, scope_name)),
            time_zone: RwSignal::new(time_zone),
            starts: RwSignal::new(starts),
            length: RwSignal::new((duration_minutes / unit).to_string()),
            unit: RwSignal::new(unit),
            often: RwSignal::new(often),
            days: RwSignal::new(days),
            day: RwSignal::new(day.to_string()),
            week: RwSignal::new(week),
            weekday: RwSignal::new(weekday),
            until: RwSignal::new(until.unwrap_or_default()),
            is_enabled: RwSignal::new(plan.is_enabled),
        }
    }

    /// When it is, following what is entered. What cannot be read is 0, which is refused.
    pub fn schedule(self) -> Schedule {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a float becomes the nearest number"
        )]
        let duration_minutes = match self.length.get().trim().parse::<f64>() {
            Ok(length) => (length * f64::from(self.unit.get())).round() as u32,
            Err(_) => 0,
        };
        let repeats = match self.often.get() {
            Often::Once => Repeats::Once,
            Often::Daily => Repeats::Daily,
            Often::Weekly => Repeats::Weekly { days: self.days.get() },
            Often::Monthly => Repeats::Monthly { day: self.day.get().trim().parse().unwrap_or(0) },
            Often::MonthlyWeekday => Repeats::MonthlyWeekday { week: self.week.get(), weekday: self.weekday.get() },
        };
        Schedule {
            time_zone: self.time_zone.get(),
            starts: self.starts.get(),
            duration_minutes,
            repeats,
            until: Some(self.until.get()).filter(|until| !until.is_empty()),
        }
    }

    /// All that was entered.
    pub fn plan(self) -> Plan {
        untrack(|| Plan {
            name: self.name.get(),
            description: self.description.get(),
            scope: self.scope.get(),
            schedule: self.schedule(),
            is_enabled: self.is_enabled.get(),
        })
    }
}
