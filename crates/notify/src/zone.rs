//! Time zones: how a moment reads there, and when hours of the day are.

use domain::notify::QuietHours;
use jiff::{Timestamp, ToSpan, civil::Weekday, tz::TimeZone};

/// A time zone by its name, such as `Europe/Berlin`.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

/// There is no time zone of this name.
#[derive(Debug, thiserror::Error)]
#[error("there is no time zone {0:?}; name one such as Europe/Berlin or UTC")]
pub struct ZoneError(String);

impl Zone {
    /// The zone with this name; UTC where it is empty.
    ///
    /// # Errors
    /// When there is none.
    pub fn named(name: &str) -> Result<Self, ZoneError> {
        if name.is_empty() {
            return Ok(Self::utc());
        }
        TimeZone::get(name).map(Self).map_err(|_| ZoneError(name.to_owned()))
    }

    /// UTC.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// A moment in Unix milliseconds as it reads there, such as `2026-11-24 15:04 CET`.
    pub fn text(&self, at_ms: i64) -> String {
        match Timestamp::from_millisecond(at_ms) {
            Ok(at) => at.to_zoned(self.0.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string(),
            Err(_) => at_ms.to_string(),
        }
    }

    /// When the quiet hours that a moment lies in are over, both in Unix milliseconds; `None` when it lies in none.
    ///
    /// Hours are those of the clock on the wall: where it jumps over one, what would begin or end in it does so at the jump; where an hour comes
    /// twice, it begins at the first and ends at the first.
    pub fn quiet_until(&self, quiet: &QuietHours, at_ms: i64) -> Option<i64> {
        let now = Timestamp::from_millisecond(at_ms).ok()?.to_zoned(self.0.clone());
        let ends_next_day = quiet.until_minute <= quiet.from_minute;
        // Those of today, and those that began yesterday.
        [0, 1].into_iter().find_map(|days_ago| {
            let day = now.date().checked_sub(days_ago.days()).ok()?;
            if !quiet.days.contains(&weekday(day.weekday())) {
                return None;
            }
            let last = if ends_next_day { day.tomorrow().ok()? } else { day };
            let begins = self.moment(day, quiet.from_minute)?;
            let ends = self.moment(last, quiet.until_minute)?;
            (begins..ends).contains(&at_ms).then_some(ends)
        })
    }

    /// A minute of a day on the wall's clock, in Unix milliseconds.
    fn moment(&self, day: jiff::civil::Date, minute: u16) -> Option<i64> {
        let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
        let at = day.at(hour, minute, 0, 0);
        Some(self.0.to_ambiguous_zoned(at).compatible().ok()?.timestamp().as_millisecond())
    }
}

fn weekday(day: Weekday) -> u8 {
    day.to_monday_one_offset().unsigned_abs()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn nights() -> QuietHours {
        QuietHours { days: (1..=7).collect(), from_minute: 22 * 60, until_minute: 6 * 60 + 30, except: None }
    }

    #[test]
    fn quiet_hours_keep_to_the_clock_on_the_wall_when_summer_time_begins_and_ends() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        for (at, until) in [
            // Winter: an hour ahead of UTC.
            ("2026-01-10T20:59:00Z", None),
            ("2026-01-10T21:00:00Z", Some("2026-01-11T05:30:00Z")),
            ("2026-01-11T05:29:59Z", Some("2026-01-11T05:30:00Z")),
            ("2026-01-11T05:30:00Z", None),
            // The night in which summer time begins ends an hour earlier for UTC.
            ("2026-03-28T21:30:00Z", Some("2026-03-29T04:30:00Z")),
            ("2026-03-29T04:30:00Z", None),
            ("2026-03-29T19:59:00Z", None),
            ("2026-03-29T20:00:00Z", Some("2026-03-30T04:30:00Z")),
            // The night in which it ends is an hour longer.
            ("2026-10-24T20:00:00Z", Some("2026-10-25T05:30:00Z")),
            ("2026-10-25T05:00:00Z", Some("2026-10-25T05:30:00Z")),
            ("2026-10-25T20:30:00Z", None),
        ] {
            assert_eq!(berlin.quiet_until(&nights(), ms(at)), until.map(ms), "{at}");
        }
    }

    #[test]
    fn hours_that_the_clock_jumps_over_begin_at_the_jump() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let quiet = QuietHours { days: vec![7], from_minute: 2 * 60 + 30, until_minute: 4 * 60, except: None };
        assert_eq!(berlin.quiet_until(&quiet, ms("2026-03-29T01:40:00Z")), Some(ms("2026-03-29T02:00:00Z")));
        assert_eq!(berlin.quiet_until(&quiet, ms("2026-03-29T00:40:00Z")), None);
        let twice = QuietHours { from_minute: 2 * 60, until_minute: 2 * 60 + 30, ..quiet };
        assert_eq!(berlin.quiet_until(&twice, ms("2026-10-25T00:10:00Z")), Some(ms("2026-10-25T00:30:00Z")));
        assert_eq!(berlin.quiet_until(&twice, ms("2026-10-25T01:10:00Z")), None, "the second time it is over");
    }

    #[test]
    fn only_the_named_days_are_quiet() {
        let quiet = QuietHours { days: vec![6], ..nights() };
        let utc = Zone::named("").unwrap();
        assert!(utc.quiet_until(&quiet, ms("2026-11-28T23:00:00Z")).is_some(), "a Saturday");
        assert!(utc.quiet_until(&quiet, ms("2026-11-29T05:00:00Z")).is_some(), "the night after it");
        assert!(utc.quiet_until(&quiet, ms("2026-11-29T23:00:00Z")).is_none(), "a Sunday");
    }

    #[test]
    fn a_moment_reads_as_it_does_there() {
        assert_eq!(Zone::named("Europe/Berlin").unwrap().text(ms("2026-07-01T12:05:00Z")), "2026-07-01 14:05 CEST");
        assert_eq!(Zone::named("UTC").unwrap().text(ms("2026-07-01T12:05:00Z")), "2026-07-01 12:05 UTC");
        assert!(Zone::named("Berlin").unwrap_err().to_string().contains("Europe/Berlin"));
    }
}
