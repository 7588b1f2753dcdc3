//! When maintenance is: what a schedule by the wall's clock of a time zone means in moments.
//!
//! It begins by the clock on the wall, and lasts as long as said in real time, whatever the clock does meanwhile:
//!
//! - what would begin in an hour that the clock jumps over begins as much later as the clock jumps (02:30 is then 03:30);
//! - what would begin in an hour that comes twice begins at the first;
//! - what is on across a change is neither longer nor shorter for it.
//!
//! Where a day is too short for one that takes all of it, it ends when the next begins: no two of a series overlap.

use domain::{
    Error, Result,
    maintenance::{LAST_WEEK, Occurrence, Repeats, Schedule},
};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};

/// As many days before a moment something may have begun that is still on: the longest lasts seven, and clocks were set back by up to one.
const REACH_DAYS: i32 = 9;

/// When one begins and when it is over, in Unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// When it begins.
    pub from_ms: i64,
    /// When it is over.
    pub until_ms: i64,
}

/// All times of a schedule.
#[derive(Debug, Clone)]
pub struct Series {
    zone: TimeZone,
    first: Date,
    time: Time,
    duration_ms: i64,
    repeats: Repeats,
    /// The last date on which one may begin.
    last: Date,
}

impl Series {
    /// The times of a validated schedule.
    ///
    /// # Errors
    /// When there is no such time zone, or a date or time cannot be read; the field is named.
    pub fn new(schedule: &Schedule) -> Result<Self> {
        let zone = match schedule.time_zone.as_str() {
            "" => TimeZone::UTC,
            name => TimeZone::get(name).map_err(|_| {
                Error::invalid(
                    "time_zone",
                    format!("there is no time zone {name:?}; name one such as Europe/Berlin or UTC"),
                )
            })?,
        };
        let starts: jiff::civil::DateTime = schedule
            .starts
            .parse()
            .map_err(|_| Error::invalid("starts", "must be a date and time, such as 2026-11-30T22:00"))?;
        let until: Option<Date> = match &schedule.until {
            Some(until) => {
                Some(until.parse().map_err(|_| Error::invalid("until", "must be a date, such as 2026-11-30"))?)
            }
            None => None,
        };
        Ok(Self {
            zone,
            first: starts.date(),
            time: starts.time(),
            duration_ms: i64::from(schedule.duration_minutes) * 60_000,
            repeats: schedule.repeats.clone(),
            last: until.unwrap_or(Date::MAX),
        })
    }

    /// The one that is on at a moment, in Unix milliseconds, if any is.
    pub fn on(&self, at_ms: i64) -> Option<Span> {
        self.around(at_ms).take_while(|span| span.from_ms <= at_ms).find(|span| at_ms < span.until_ms)
    }

    /// Those that begin after a moment, in Unix milliseconds, the earliest first.
    pub fn after(&self, at_ms: i64) -> impl Iterator<Item = Span> + '_ {
        self.around(at_ms).skip_while(move |span| span.from_ms <= at_ms)
    }

    /// From when on none is on any more, in Unix milliseconds; `None` where they go on for ever.
    pub fn over_at(&self) -> Option<i64> {
        match self.repeats {
            Repeats::Once => self.begin(self.first).map(|from_ms| from_ms + self.duration_ms),
            _ if self.last == Date::MAX => None,
            // Nothing that begins on the last date is on any more so long after it, wherever it is.
            _ => self.begin(self.last).map(|from_ms| from_ms + self.duration_ms + 2 * 24 * 60 * 60 * 1_000),
        }
    }

    /// One as it reads in its time zone.
    pub fn occurrence(&self, span: Span) -> Occurrence {
        let Span { from_ms, until_ms } = span;
        Occurrence { from_ms, until_ms, from: self.text(from_ms), until: self.text(until_ms) }
    }

    /// A moment in Unix milliseconds by the wall's clock to the minute, as a schedule has it.
    pub fn wall_clock(time_zone: &str, at_ms: i64) -> Option<String> {
        let zone = if time_zone.is_empty() { TimeZone::UTC } else { TimeZone::get(time_zone).ok()? };
        let at = Timestamp::from_millisecond(at_ms).ok()?.to_zoned(zone);
        Some(at.strftime("%Y-%m-%dT%H:%M").to_string())
    }

    fn text(&self, at_ms: i64) -> String {
        match Timestamp::from_millisecond(at_ms) {
            Ok(at) => at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string(),
            Err(_) => at_ms.to_string(),
        }
    }

    /// Those that may be on at a moment and all later ones, the earliest first; none overlaps the next.
    fn around(&self, at_ms: i64) -> impl Iterator<Item = Span> + '_ {
        let here = Timestamp::from_millisecond(at_ms).ok().map(|at| at.to_zoned(self.zone.clone()).date());
        let from = here.and_then(|date| date.checked_sub(REACH_DAYS.days()).ok()).unwrap_or(self.first);
        let dates = std::iter::successors(self.date_from(from), |date| self.date_from(date.tomorrow().ok()?));
        let mut begins = dates.map_while(|date| self.begin(date)).peekable();
        std::iter::from_fn(move || {
            let from_ms = begins.next()?;
            let end_ms = from_ms + self.duration_ms;
            let until_ms = begins.peek().map_or(end_ms, |next_ms| end_ms.min(*next_ms));
            Some(Span { from_ms, until_ms })
        })
        // A day that a zone left out has its begin at the one of the day after.
        .filter(|span| span.from_ms < span.until_ms)
    }

    /// The first date, from one on, on which it begins.
    fn date_from(&self, from: Date) -> Option<Date> {
        let from = from.max(self.first);
        let date = match &self.repeats {
            Repeats::Once => (from == self.first).then_some(from)?,
            Repeats::Daily => from,
            Repeats::Weekly { days } => {
                let mut week = (0..7).filter_map(|ahead: i32| from.checked_add(ahead.days()).ok());
                week.find(|date| days.contains(&date.weekday().to_monday_one_offset().unsigned_abs()))?
            }
            Repeats::Monthly { day } => {
                let day = i8::try_from(*day).ok()?;
                in_months(from, |month| month.with().day(day.min(month.days_in_month())).build().ok())?
            }
            Repeats::MonthlyWeekday { week, weekday } => {
                let nth = if *week == LAST_WEEK { -1 } else { i8::try_from(*week).ok()? };
                let weekday = Weekday::from_monday_one_offset(i8::try_from(*weekday).ok()?).ok()?;
                in_months(from, |month| month.nth_weekday_of_month(nth, weekday).ok())?
            }
        };
        (date <= self.last).then_some(date)
    }

    /// When it begins on a date, in Unix milliseconds.
    fn begin(&self, date: Date) -> Option<i64> {
        let at = self.zone.to_ambiguous_zoned(date.to_datetime(self.time));
        Some(at.compatible().ok()?.timestamp().as_millisecond())
    }
}

/// The date that a month has, in this one or the next, that is not before another.
fn in_months(from: Date, of_month: impl Fn(Date) -> Option<Date>) -> Option<Date> {
    let this = from.first_of_month();
    let next = this.checked_add(1.month()).ok();
    [Some(this), next].into_iter().flatten().filter_map(of_month).find(|date| *date >= from)
}

#[cfg(test)]
mod tests;
