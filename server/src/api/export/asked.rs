//! What an export is asked for.

use domain::{Error, Result, ServerId};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use monitor::ExportQuery;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Aggregate;

/// Which series of which servers over which time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// The servers' ids, separated by commas; all servers when not given.
    server_id: String,
    /// The series' keys, separated by commas, such as `cpu.busy,disk.read_bytes:sda`; all that there are when not given.
    series: String,
    /// From when, in Unix milliseconds; a day before the end when not given.
    from: Option<i64>,
    /// Until when, not included, in Unix milliseconds; now when not given.
    to: Option<i64>,
    /// From when, as RFC 3339 or as a date (UTC), in place of `from`.
    start_date: Option<String>,
    /// Until when, as RFC 3339 or as a date (UTC) that is included, in place of `to`.
    end_date: Option<String>,
    /// The most points of a series.
    points: Option<u32>,
    /// The time between two points, in milliseconds; as finely as it is kept when neither this nor `points` is given.
    step: Option<i64>,
    /// What a point says of its time.
    #[param(inline)]
    pub(super) aggregate: Aggregate,
}

impl Asked {
    /// The same, as the service takes it.
    pub(super) fn query(self) -> Result<ExportQuery> {
        Ok(ExportQuery {
            servers: listed(&self.server_id)
                .map(|id| id.parse().map(ServerId).map_err(|_| not_an_id()))
                .collect::<Result<_>>()?,
            series: listed(&self.series).map(str::to_owned).collect(),
            from_ms: moment("start_date", self.start_date.as_deref(), self.from, false)?,
            to_ms: moment("end_date", self.end_date.as_deref(), self.to, true)?,
            points: self.points,
            step_ms: self.step,
        })
    }
}

fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

fn not_an_id() -> Error {
    Error::invalid("server_id", "must be a number, or several separated by commas")
}

/// A moment in either form. A date as an end means the end of that day.
fn moment(field: &str, date: Option<&str>, unix_ms: Option<i64>, is_end: bool) -> Result<Option<i64>> {
    let Some(text) = date else { return Ok(unix_ms) };
    if unix_ms.is_some() {
        return Err(Error::invalid(field, "cannot be given together with the same moment in Unix milliseconds"));
    }
    let unreadable =
        || Error::invalid(field, "must be a moment such as 2026-11-23T12:00:00Z or a date such as 2026-11-23");
    // A plus in an address stands for a space.
    let stamp = match text.replace(' ', "+").parse::<Timestamp>() {
        Ok(stamp) => stamp,
        Err(_) => {
            let date: Date = text.parse().map_err(|_| unreadable())?;
            let date = if is_end { date.tomorrow().map_err(|_| unreadable())? } else { date };
            date.to_zoned(TimeZone::UTC).map_err(|_| unreadable())?.timestamp()
        }
    };
    Ok(Some(stamp.as_millisecond()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn moments_are_taken_in_every_form() {
        for (text, is_end, unix_ms) in [
            ("2026-11-23T12:00:00Z", false, 1_795_435_200_000),
            ("2026-11-23T13:00:00 01:00", false, 1_795_435_200_000),
            ("2026-11-23T12:00:00.250Z", true, 1_795_435_200_250),
            ("2026-11-23", false, 1_795_392_000_000),
            ("2026-11-22", true, 1_795_392_000_000),
        ] {
            assert_eq!(moment("d", Some(text), None, is_end).unwrap(), Some(unix_ms), "{text}");
        }
        assert_eq!(moment("d", None, Some(5), false).unwrap(), Some(5));
        for (text, unix_ms) in [("yesterday", None), ("2026-13-01", None), ("2026-11-23", Some(1))] {
            assert_eq!(moment("d", Some(text), unix_ms, false).unwrap_err().fields.len(), 1, "{text}");
        }
    }
}
