//! Maintenance: times at which nobody is told of incidents on some servers, planned once or again and again.
//!
//! When such times are is said by the wall's clock of a time zone. What that means in moments is not known here: `alerts` has the
//! arithmetic.

use serde::{Deserialize, Serialize};

use crate::{
    alerts::Scope,
    error::{Error, FieldErrors, Result},
    ids::WindowId,
    text,
};

/// The longest that one time of maintenance lasts, in minutes: seven days.
pub const DURATION_MAX_MINUTES: u32 = 7 * DAY_MINUTES;
/// The minutes of a day.
const DAY_MINUTES: u32 = 24 * 60;
/// The longest name of a time zone, in characters.
const ZONE_MAX: usize = 64;
/// What stands for the last such weekday of a month, in place of the first to fourth.
pub const LAST_WEEK: u8 = 5;

/// How often it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Repeats {
    /// Once.
    #[default]
    Once,
    /// Every day.
    Daily,
    /// On some days of every week.
    Weekly {
        /// From 1 for Monday to 7 for Sunday.
        days: Vec<u8>,
    },
    /// On a day of every month; on its last one in months that have fewer days.
    Monthly {
        /// 1 to 31.
        day: u8,
    },
    /// On a weekday of every month, such as its second Tuesday.
    MonthlyWeekday {
        /// Which of them: 1 to 4, or 5 for the last.
        week: u8,
        /// From 1 for Monday to 7 for Sunday.
        weekday: u8,
    },
}

/// When it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// The time zone whose clock counts, such as `Europe/Berlin`; UTC when empty.
    #[serde(default)]
    pub time_zone: String,
    /// Date and time of the first, such as `2026-11-30T22:00`; where it repeats, of the first fitting day from that date on.
    pub starts: String,
    /// How long each lasts, in minutes: 1 to seven days, and not longer than until the next.
    pub duration_minutes: u32,
    /// How often it is.
    #[serde(default)]
    pub repeats: Repeats,
    /// The last date on which it may begin, such as `2027-06-30`; for ever when not given.
    #[serde(default)]
    pub until: Option<String>,
}

/// Maintenance as a person plans it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What is done.
    pub name: String,
    /// More about it.
    pub description: String,
    /// On which servers.
    pub scope: Scope,
    /// When.
    pub schedule: Schedule,
    /// Whether it counts.
    pub is_enabled: bool,
}

/// One time of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Occurrence {
    /// When it begins, in Unix milliseconds.
    pub from_ms: i64,
    /// When it is over, in Unix milliseconds.
    pub until_ms: i64,
    /// How its begin reads in its time zone, such as `2026-11-30 22:00 CET`.
    pub from: String,
    /// How its end reads there.
    pub until: String,
}

/// Planned maintenance, and when it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Its id.
    pub id: WindowId,
    /// What was planned.
    pub plan: Plan,
    /// Who planned it.
    pub person: String,
    /// When it was planned, in Unix milliseconds.
    pub created_at_ms: i64,
    /// The time that is now, if it is on.
    pub on: Option<Occurrence>,
    /// The next one after that, if there is any.
    pub next: Option<Occurrence>,
}

impl Window {
    /// Whether it is neither on nor to come, though it is not turned off.
    pub fn is_over(&self) -> bool {
        self.plan.is_enabled && self.on.is_none() && self.next.is_none()
    }

    /// The order in which windows are shown: what is on by its end, then what comes by its begin, then what is off, then what is over.
    pub fn rank(&self) -> (u8, i64) {
        match (&self.on, &self.next) {
            (Some(on), _) => (0, on.until_ms),
            (None, Some(next)) => (1, next.from_ms),
            (None, None) if !self.plan.is_enabled => (2, -self.created_at_ms),
            (None, None) => (3, -self.created_at_ms),
        }
    }
}

impl Plan {
    /// The plan with its texts trimmed. Whether there is such a time zone is for those who know zones.
    ///
    /// # Errors
    /// Names every field that cannot be taken.
    pub fn validated(self) -> Result<Self> {
        let mut errors = FieldErrors::default();
        let name = errors.check("name", text::name(&self.name));
        let description = errors.check("description", text::description(&self.description));
        let schedule = self.schedule.checked(&mut errors);
        errors.finish()?;
        Ok(Self { name: name.unwrap_or_default(), description: description.unwrap_or_default(), schedule, ..self })
    }
}

impl Schedule {
    /// The schedule as it is kept: dates and times in one form, days in order.
    ///
    /// # Errors
    /// Names every field that cannot be taken.
    pub fn validated(self) -> Result<Self> {
        let mut errors = FieldErrors::default();
        let schedule = self.checked(&mut errors);
        errors.finish()?;
        Ok(schedule)
    }

    fn checked(mut self, errors: &mut FieldErrors) -> Self {
        self.time_zone = self.time_zone.trim().to_owned();
        if self.time_zone.chars().count() > ZONE_MAX {
            errors.add("time_zone", format!("must have at most {ZONE_MAX} characters"));
        }
        self.starts = errors.check("starts", date_time(&self.starts)).unwrap_or_default();
        self.until = match self.until.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(_) if self.repeats == Repeats::Once => None,
            Some(until) => errors.check("until", date(until)),
        };
        // Both are written so that their order as texts is their order in time.
        if self.until.as_deref().is_some_and(|until| until < self.starts.get(..DATE_LENGTH).unwrap_or_default()) {
            errors.add("until", "must not be before the first date");
        }
        let most = match self.repeats.check() {
            Ok(()) => self.repeats.least_gap_days().saturating_mul(DAY_MINUTES).min(DURATION_MAX_MINUTES),
            Err(error) => {
                errors.add("repeats", error);
                DURATION_MAX_MINUTES
            }
        };
        if self.duration_minutes == 0 || self.duration_minutes > DURATION_MAX_MINUTES {
            errors.add("duration_minutes", format!("must be 1 to {DURATION_MAX_MINUTES} minutes (seven days)"));
        } else if self.duration_minutes > most {
            errors.add("duration_minutes", format!("must be at most {most} minutes, when the next one begins"));
        }
        self
    }
}

impl Repeats {
    fn check(&mut self) -> Result<(), &'static str> {
        const DAYS: &str = "name the days, from 1 for Monday to 7 for Sunday";
        match self {
            Self::Once | Self::Daily => Ok(()),
            Self::Weekly { days } => {
                days.sort_unstable();
                days.dedup();
                let is_fine = !days.is_empty() && days.iter().all(|day| (1..=7).contains(day));
                is_fine.then_some(()).ok_or(DAYS)
            }
            Self::Monthly { day } => (1..=31).contains(day).then_some(()).ok_or("the day must be 1 to 31"),
            Self::MonthlyWeekday { week, weekday } => {
                let is_fine = (1..=LAST_WEEK).contains(week) && (1..=7).contains(weekday);
                is_fine.then_some(()).ok_or("the week must be 1 to 4, or 5 for the last, and the weekday 1 to 7")
            }
        }
    }

    /// How many days lie between two at least, of days that were checked.
    fn least_gap_days(&self) -> u32 {
        match self {
            Self::Daily => 1,
            Self::Weekly { days } => {
                let next = days.iter().skip(1).chain(days.first());
                let gap =
                    |(day, next): (&u8, &u8)| if next > day { next - day } else { (next + 7).saturating_sub(*day) };
                days.iter().zip(next).map(gap).min().unwrap_or(7).into()
            }
            Self::Once | Self::Monthly { .. } | Self::MonthlyWeekday { .. } => 28,
        }
    }
}

/// How long a date is, as in `2026-11-30`.
const DATE_LENGTH: usize = 10;

/// A date and time to the minute, such as `2026-11-30T22:00`.
fn date_time(text: &str) -> Result<String, String> {
    const SHAPE: &str = "must be a date and time, such as 2026-11-30T22:00";
    let (day, time) = text.trim().split_once(['T', ' ']).ok_or(SHAPE)?;
    let mut parts = time.split(':');
    let hour = number(parts.next(), 2).filter(|hour| *hour < 24).ok_or(SHAPE)?;
    let minute = number(parts.next(), 2).filter(|minute| *minute < 60).ok_or(SHAPE)?;
    // Some browsers add seconds.
    let is_whole = parts.next().is_none_or(|second| number(Some(second), 2) == Some(0));
    if !is_whole || parts.next().is_some() {
        return Err(SHAPE.to_owned());
    }
    Ok(format!("{}T{hour:02}:{minute:02}", date(day)?))
}

/// A date, such as `2026-11-30`.
fn date(text: &str) -> Result<String, String> {
    const SHAPE: &str = "must be a date, such as 2026-11-30";
    let mut parts = text.split('-');
    let year = number(parts.next(), 4).ok_or(SHAPE)?;
    let (month, day) = (number(parts.next(), 2).ok_or(SHAPE)?, number(parts.next(), 2).ok_or(SHAPE)?);
    if parts.next().is_some() {
        return Err(SHAPE.to_owned());
    }
    if !(2000..2200).contains(&year) {
        return Err("must be a date from 2000 to 2199".to_owned());
    }
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    };
    if !(1..=days).contains(&day) {
        return Err("must be a date that the calendar has".to_owned());
    }
    Ok(format!("{year:04}-{month:02}-{day:02}"))
}

fn number(text: Option<&str>, digits: usize) -> Option<u32> {
    let text = text?;
    let is_plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}

/// That a plan is never on.
pub fn never_on(schedule: &Schedule) -> Error {
    let field = if schedule.until.is_some() { "until" } else { "starts" };
    Error::invalid(field, "is over already: choose a later one")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn schedule() -> Schedule {
        Schedule {
            time_zone: " Europe/Berlin ".to_owned(),
            starts: "2026-11-30 22:00:00".to_owned(),
            duration_minutes: 90,
            repeats: Repeats::Weekly { days: vec![5, 1, 5] },
            until: Some(" 2027-06-30 ".to_owned()),
        }
    }

    #[test]
    fn a_schedule_is_kept_in_one_form() {
        let kept = schedule().validated().unwrap();
        let expected = Schedule {
            time_zone: "Europe/Berlin".to_owned(),
            starts: "2026-11-30T22:00".to_owned(),
            repeats: Repeats::Weekly { days: vec![1, 5] },
            until: Some("2027-06-30".to_owned()),
            ..schedule()
        };
        assert_eq!(kept, expected);
        assert_eq!(kept.clone().validated().unwrap(), kept);
        let once = Schedule { repeats: Repeats::Once, ..schedule() }.validated().unwrap();
        assert_eq!(once.until, None, "what is once has no last date");
    }

    #[test]
    fn what_makes_no_sense_names_the_field() {
        let refused = |schedule: Schedule, wanted: &str| {
            let fields = schedule.clone().validated().unwrap_err().fields;
            assert!(fields.iter().any(|field| field.field == wanted), "{schedule:?}: {fields:?}");
        };
        for starts in ["", "2026-11-30", "2026-11-30T24:00", "2026-11-30T22:60", "2026-02-29T10:00", "2026-13-01T10:00"]
            .into_iter()
            .chain(["1999-12-31T10:00", "2026-11-30T22:00:30", "2026-1-1T10:00", "+026-11-30T10:00", "2026-11-30T22"])
        {
            refused(Schedule { starts: starts.to_owned(), ..schedule() }, "starts");
        }
        for until in ["2026-11-29", "2026-06-31", "tomorrow"] {
            refused(Schedule { until: Some(until.to_owned()), ..schedule() }, "until");
        }
        for repeats in [
            Repeats::Weekly { days: vec![] },
            Repeats::Weekly { days: vec![0] },
            Repeats::Weekly { days: vec![255, 8] },
            Repeats::Monthly { day: 0 },
            Repeats::Monthly { day: 32 },
            Repeats::MonthlyWeekday { week: 6, weekday: 2 },
            Repeats::MonthlyWeekday { week: 1, weekday: 0 },
        ] {
            refused(Schedule { repeats, ..schedule() }, "repeats");
        }
        refused(Schedule { time_zone: "x".repeat(65), ..schedule() }, "time_zone");
    }

    #[test]
    fn none_lasts_longer_than_until_the_next() {
        let taken = |repeats: Repeats, duration_minutes: u32| {
            Schedule { repeats, duration_minutes, ..schedule() }.validated().is_ok()
        };
        let day = DAY_MINUTES;
        for (repeats, most) in [
            (Repeats::Once, 7 * day),
            (Repeats::Daily, day),
            (Repeats::Weekly { days: vec![3] }, 7 * day),
            (Repeats::Weekly { days: vec![1, 5] }, 3 * day),
            (Repeats::Weekly { days: vec![1, 7] }, day),
            (Repeats::Monthly { day: 31 }, 7 * day),
            (Repeats::MonthlyWeekday { week: LAST_WEEK, weekday: 7 }, 7 * day),
        ] {
            assert!(taken(repeats.clone(), most), "{repeats:?}");
            assert!(!taken(repeats.clone(), most + 1), "{repeats:?}");
            assert!(!taken(repeats.clone(), 0), "{repeats:?}");
        }
    }

    #[test]
    fn how_often_reads_well_for_scripts() {
        for (repeats, json) in [
            (Repeats::Once, r#""once""#),
            (Repeats::Daily, r#""daily""#),
            (Repeats::Weekly { days: vec![1, 4] }, r#"{"weekly":{"days":[1,4]}}"#),
            (Repeats::Monthly { day: 31 }, r#"{"monthly":{"day":31}}"#),
            (Repeats::MonthlyWeekday { week: 2, weekday: 2 }, r#"{"monthly_weekday":{"week":2,"weekday":2}}"#),
        ] {
            assert_eq!(serde_json::to_string(&repeats).unwrap(), json);
            assert_eq!(serde_json::from_str::<Repeats>(json).unwrap(), repeats);
        }
    }

    #[test]
    fn what_goes_to_the_browser_comes_back_the_same() {
        let at = Occurrence { from_ms: 1, until_ms: 2, from: "a".to_owned(), until: "b".to_owned() };
        let window = Window {
            id: WindowId(3),
            plan: Plan {
                name: "Patches".to_owned(),
                description: String::new(),
                scope: Scope::All,
                schedule: schedule(),
                is_enabled: true,
            },
            person: "ada".to_owned(),
            created_at_ms: 5,
            on: None,
            next: Some(at),
        };
        let bytes = crate::live::encode(&window).unwrap();
        assert_eq!(crate::live::decode::<Window>(&bytes).unwrap(), window);
        assert!(!window.is_over());
    }
}
