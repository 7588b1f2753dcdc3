//! What a person wants to see of the past: in the address, so that it can be shared and gone back to.

use domain::ServerId;

use crate::routes::escape;

/// The most servers in one chart.
pub const SERVERS_MAX: usize = 8;
/// The most further charts.
const MORE_MAX: usize = 24;
/// The shortest time that is shown.
const LEAST_MS: i64 = 10_000;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// A week: what is compared with.
pub const WEEK: i64 = 7 * DAY;

/// The steps between two points.
const STEPS: [i64; 17] = [
    1_000,
    2_000,
    5_000,
    10_000,
    15_000,
    30_000,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    4 * HOUR,
    12 * HOUR,
    DAY,
];

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// The last so many milliseconds, until now.
    Last(i64),
    /// From one moment to another, in Unix milliseconds.
    Between(i64, i64),
}

impl Span {
    /// The stretches that have a button, with their names in the address.
    pub const PRESETS: [(&'static str, i64); 7] = [
        ("5m", 5 * MINUTE),
        ("1h", HOUR),
        ("6h", 6 * HOUR),
        ("24h", DAY),
        ("7d", WEEK),
        ("30d", 30 * DAY),
        ("1y", 365 * DAY),
    ];

    /// How long it is, in milliseconds.
    pub fn length_ms(self) -> i64 {
        match self {
            Self::Last(length) => length,
            Self::Between(from, to) => to - from,
        }
    }

    /// The time between two points so that there are some hundred of them.
    pub fn step_ms(self) -> i64 {
        let least = self.length_ms() / 700;
        STEPS.into_iter().find(|step| *step >= least).unwrap_or(DAY)
    }

    /// Whether it ends now.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Last(_))
    }
}

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Over which time.
    pub span: Span,
    /// Whether the same hours of the week before are drawn too.
    pub last_week: bool,
    /// Other servers in the same charts.
    pub with: Vec<ServerId>,
    /// Series that have a chart of their own beside the usual ones.
    pub more: Vec<String>,
    /// A moment that was clicked, in Unix milliseconds.
    pub at_ms: Option<i64>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { span: Span::Last(HOUR), last_week: false, with: Vec::new(), more: Vec::new(), at_ms: None }
    }
}

impl Wanted {
    /// Reads it from the address; `None` when the address is not about the past.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let number = |name: &str| get(name).and_then(|text| text.parse::<i64>().ok());
        let between = number("from").zip(number("to")).filter(|(from, to)| *from >= 0 && to - from >= LEAST_MS);
        let at_ms = number("at").filter(|at_ms| *at_ms > 0);
        let preset = get("range").map(|name| {
            let found = Span::PRESETS.into_iter().find(|(known, _)| *known == name);
            Span::Last(found.map_or(HOUR, |(_, length)| length))
        });
        let around = at_ms.map(|at_ms| Span::Between(at_ms.saturating_sub(HOUR / 2), at_ms.saturating_add(HOUR / 2)));
        let span = between.map(|(from, to)| Span::Between(from, to)).or(preset).or(around)?;
        let list = |name: &str| -> Vec<String> {
            let text = get(name).unwrap_or_default();
            let mut parts: Vec<String> = text.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect();
            parts.dedup();
            parts
        };
        let with = list("with").iter().filter_map(|id| id.parse().ok().map(ServerId)).take(SERVERS_MAX - 1).collect();
        let more = list("more").into_iter().take(MORE_MAX).collect();
        Some(Self { span, last_week: get("compare").as_deref() == Some("week"), with, more, at_ms })
    }

    /// The address of this on the page of a server.
    pub fn address(&self, server: ServerId) -> String {
        let mut address = format!("/servers/{server}?");
        match self.span {
            Span::Last(length) => {
                let name = Span::PRESETS.into_iter().find(|(_, known)| *known == length).map_or("1h", |(name, _)| name);
                address.push_str("range=");
                address.push_str(name);
            }
            Span::Between(from, to) => address.push_str(&format!("from={from}&to={to}")),
        }
        if self.last_week {
            address.push_str("&compare=week");
        }
        if !self.with.is_empty() {
            let ids: Vec<String> = self.with.iter().map(ToString::to_string).collect();
            address.push_str("&with=");
            address.push_str(&ids.join(","));
        }
        if !self.more.is_empty() {
            let keys: Vec<String> = self.more.iter().map(|key| escape(key)).collect();
            address.push_str("&more=");
            address.push_str(&keys.join(","));
        }
        if let Some(at_ms) = self.at_ms {
            address.push_str(&format!("&at={at_ms}"));
        }
        address
    }

    /// The same over another time.
    #[must_use]
    pub fn over(&self, span: Span) -> Self {
        let span = match span {
            Span::Between(from, to) if to - from < LEAST_MS => {
                let middle = from + (to - from) / 2;
                Span::Between(middle - LEAST_MS / 2, middle + LEAST_MS / 2)
            }
            other => other,
        };
        Self { span, ..self.clone() }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn read(query: &str) -> Option<Wanted> {
        let pairs: Vec<_> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        Wanted::read(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn without_a_time_the_address_is_not_about_the_past() {
        assert_eq!(read("compare=week"), None);
        assert_eq!(read("from=5"), None);
        assert_eq!(read("from=5&to=4"), None);
    }

    #[test]
    fn what_is_in_the_address_comes_back_out_of_it() {
        for query in ["range=7d", "from=1000000&to=2000000&compare=week&with=3,7", "range=5m&more=cpu.busy%3A0&at=77"] {
            let wanted = read(&query.replace("%3A", ":")).unwrap();
            assert_eq!(wanted.address(ServerId(4)), format!("/servers/4?{query}"));
        }
    }

    #[test]
    fn a_moment_alone_shows_the_hour_around_it() {
        assert_eq!(read("at=7200000").unwrap().span, Span::Between(5_400_000, 9_000_000));
    }

    #[test]
    fn no_more_than_eight_servers_are_shown() {
        assert_eq!(read("range=1h&with=1,2,3,4,5,6,7,8,9,10").unwrap().with.len(), SERVERS_MAX - 1);
    }

    #[test]
    fn a_chart_has_some_hundred_points_whatever_its_time() {
        for (name, length) in Span::PRESETS {
            let points = length / Span::Last(length).step_ms();
            assert!((280..=730).contains(&points), "{name}: {points}");
        }
        assert_eq!(Span::Last(5 * MINUTE).step_ms(), 1_000);
    }

    #[test]
    fn a_drag_of_no_length_still_shows_something() {
        let wanted = read("range=1h").unwrap().over(Span::Between(100_000, 100_100));
        assert_eq!(wanted.span, Span::Between(95_050, 105_050));
    }
}
