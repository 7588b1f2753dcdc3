//! What is said of maintenance wherever it is shown.

use domain::{
    alerts::Scope,
    maintenance::{LAST_WEEK, Repeats, Schedule},
};

use crate::{Texts, format, ui::weekday};

/// The minutes of an hour.
pub const HOUR: u32 = 60;
/// The minutes of a day.
pub const DAY: u32 = 24 * HOUR;

/// Which of a month's weekdays.
pub fn week(texts: Texts, week: u8) -> &'static str {
    match week {
        1 => text!(texts, maintenance.first),
        2 => text!(texts, maintenance.second),
        3 => text!(texts, maintenance.third),
        4 => text!(texts, maintenance.fourth),
        _ => text!(texts, maintenance.last),
    }
}

/// The weeks that can be chosen.
pub fn weeks() -> impl Iterator<Item = u8> {
    1..=LAST_WEEK
}

/// How often it is.
pub fn repeats(texts: Texts, schedule: &Schedule) -> String {
    let often = match &schedule.repeats {
        Repeats::Once => text!(texts, maintenance.once).to_owned(),
        Repeats::Daily => text!(texts, maintenance.daily).to_owned(),
        Repeats::Weekly { days } => {
            let days: Vec<_> = days.iter().map(|day| weekday(texts, *day)).collect();
            text!(texts, maintenance.weekly_on, days = days.join(", ")).to_string()
        }
        Repeats::Monthly { day } => text!(texts, maintenance.monthly_on, day = day.to_string()).to_string(),
        Repeats::MonthlyWeekday { week: nth, weekday: day } => {
            let (week, day) = (week(texts, *nth), weekday(texts, *day));
            text!(texts, maintenance.monthly_weekday_on, week = week, day = day).to_string()
        }
    };
    match &schedule.until {
        Some(until) => format!("{often} {}", text!(texts, maintenance.until_date, date = until.clone())),
        None => often,
    }
}

/// How long each lasts.
pub fn duration(minutes: u32) -> String {
    format::duration(u64::from(minutes) * 60)
}

/// On which servers, given the name of the group, tag or server.
pub fn scope(texts: Texts, scope: Scope, name: String) -> String {
    match scope {
        Scope::All => text!(texts, maintenance.all_servers).to_owned(),
        Scope::Group(_) => text!(texts, maintenance.of_group, name = name).to_string(),
        Scope::Tag(_) => text!(texts, maintenance.of_tag, name = name).to_string(),
        Scope::Server(_) => name,
    }
}
