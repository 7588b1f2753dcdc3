//! Numbers, sizes, rates, durations and times as a person reads them. Pure: the first HTML and the browser write the same.
//!
//! The unit symbols (B, MiB, s, min, h, d, %) are those of ISO 80000 and stay the same in every language.

/// A number with its unit, apart, so that a page can set the unit smaller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// The number.
    pub number: String,
    /// The unit's symbol.
    pub unit: &'static str,
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.number)?;
        f.write_str("\u{202f}")?;
        f.write_str(self.unit)
    }
}

/// Three significant digits, at most two decimals: `0.07`, `4.56`, `45.6`, `456`, `4567`.
pub fn significant(value: f64) -> String {
    let size = value.abs();
    if !size.is_finite() {
        "–".to_owned()
    } else if size < 0.005 {
        "0".to_owned()
    } else if size < 9.995 {
        format!("{value:.2}")
    } else if size < 99.95 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

/// A percentage without its sign.
pub fn percent(value: f32) -> String {
    significant(f64::from(value))
}

fn scaled(value: f64, units: [&'static str; 6]) -> Quantity {
    let mut size = value.max(0.0);
    let mut unit = units.first().copied().unwrap_or("");
    for next in units.into_iter().skip(1) {
        // 999.5 would be written as 1000, which has a digit more than its place.
        if size < 999.5 {
            break;
        }
        size /= 1024.0;
        unit = next;
    }
    let number = if unit == "B" || unit == "B/s" { format!("{size:.0}") } else { significant(size) };
    Quantity { number, unit }
}

/// A size in bytes, in binary units.
#[allow(clippy::cast_precision_loss, reason = "three digits are shown")]
pub fn bytes(value: u64) -> Quantity {
    scaled(value as f64, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"])
}

/// Bytes per second, in binary units.
pub fn rate(value: f64) -> Quantity {
    scaled(value, ["B/s", "KiB/s", "MiB/s", "GiB/s", "TiB/s", "PiB/s"])
}

/// A number of things, in groups of three digits: `1 234`.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A duration in its two largest units: `3 d 4 h`, `12 min`, `45 s`.
pub fn duration(secs: u64) -> String {
    let (days, hours, minutes) = (secs / 86_400, secs / 3_600 % 24, secs / 60 % 60);
    if days >= 10 {
        format!("{days}\u{202f}d")
    } else if days > 0 {
        joined(days, "d", hours, "h")
    } else if hours > 0 {
        joined(hours, "h", minutes, "min")
    } else if minutes >= 10 {
        format!("{minutes}\u{202f}min")
    } else if minutes > 0 {
        joined(minutes, "min", secs % 60, "s")
    } else {
        format!("{secs}\u{202f}s")
    }
}

fn joined(large: u64, large_unit: &str, small: u64, small_unit: &str) -> String {
    if small == 0 {
        format!("{large}\u{202f}{large_unit}")
    } else {
        format!("{large}\u{202f}{large_unit} {small}\u{202f}{small_unit}")
    }
}

/// How long ago something was, in whole seconds; 0 when it lies ahead.
pub fn age_secs(now_ms: i64, then_ms: i64) -> u64 {
    u64::try_from((now_ms - then_ms) / 1_000).unwrap_or(0)
}

/// A moment as RFC 3339 writes it in UTC, for `datetime` attributes: `2026-11-23T16:12:05Z`.
pub fn rfc3339(at_ms: i64) -> String {
    let moment = Civil::of(at_ms);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second
    )
}

/// A moment for a person whose zone is not known yet: `2026-11-23 16:12:05 UTC`.
pub fn utc(at_ms: i64) -> String {
    rfc3339(at_ms).replace('T', " ").replace('Z', " UTC")
}

struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Civil {
    /// Days to a date after Howard Hinnant's `civil_from_days` (<https://howardhinnant.github.io/date_algorithms.html>): a calendar
    /// library would be a tenth of the browser part for this one conversion.
    fn of(at_ms: i64) -> Self {
        let secs = at_ms.div_euclid(1_000);
        let (days, rest) = (secs.div_euclid(86_400) + 719_468, secs.rem_euclid(86_400));
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * shifted_month + 2) / 5 + 1,
            hour: rest / 3_600,
            minute: rest / 60 % 60,
            second: rest % 60,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_significant_digits() {
        let cases = [
            (0.0, "0"),
            (0.004, "0"),
            (0.07, "0.07"),
            (4.561, "4.56"),
            (9.996, "10.0"),
            (45.67, "45.7"),
            (99.96, "100"),
            (4567.0, "4567"),
            (f64::NAN, "–"),
        ];
        for (value, text) in cases {
            assert_eq!(significant(value), text);
        }
    }

    #[test]
    fn sizes_never_show_four_digits() {
        let cases =
            [(0, "0 B"), (999, "999 B"), (1_000, "0.98 KiB"), (16_777_216, "16.0 MiB"), (u64::MAX, "16384 PiB")];
        for (value, text) in cases {
            assert_eq!(bytes(value).to_string().replace('\u{202f}', " "), text);
        }
        assert_eq!(rate(1_234_567.0).to_string().replace('\u{202f}', " "), "1.18 MiB/s");
    }

    #[test]
    fn counts_are_grouped_by_three() {
        let spaced = |value| count(value).replace('\u{202f}', " ");
        assert_eq!((spaced(7), spaced(1_000), spaced(1_234_567)), ("7".into(), "1 000".into(), "1 234 567".into()));
    }

    #[test]
    fn durations_show_their_two_largest_units() {
        let cases = [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (61, "1 min 1 s"),
            (700, "11 min"),
            (3_600, "1 h"),
            (15_120, "4 h 12 min"),
            (273_600, "3 d 4 h"),
            (8_640_000, "100 d"),
        ];
        for (secs, text) in cases {
            assert_eq!(duration(secs).replace('\u{202f}', " "), text);
        }
    }

    #[test]
    fn moments_are_written_in_utc() {
        for (at_ms, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_795_450_325_999, "2026-11-23T16:12:05Z"),
            (-1_000, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(at_ms), text);
        }
        assert_eq!(utc(0), "1970-01-01 00:00:00 UTC");
    }

    #[test]
    fn an_age_is_never_negative() {
        assert_eq!((age_secs(5_999, 1_000), age_secs(1_000, 5_000)), (4, 0));
    }
}
