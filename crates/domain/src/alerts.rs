//! Rules about values, and what came of them.

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    ids::{GroupId, IncidentId, LevelId, RuleId, ServerId, TagId},
    text,
};

/// The longest that a rule may wait, in seconds: a day.
pub const WAIT_MAX_SECS: u32 = 24 * 60 * 60;
/// The longest name of a rule, in characters.
pub const NAME_MAX: usize = 100;
/// The longest key of a series, in characters.
pub const SERIES_MAX: usize = 300;
/// The longest time ahead that is looked for a full file system, in hours: 30 days.
pub const HOURS_MAX: u32 = 720;
/// The longest time before a certificate ends, in days.
pub const DAYS_MAX: u32 = 365;

/// How bad it is when a rule fires.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look.
    #[default]
    Warning,
    /// Needs a person now.
    Critical,
}

/// Which way a value is bad.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Comparison {
    /// At the level or above it.
    #[default]
    Above,
    /// At the level or below it.
    Below,
}

/// When a value is bad and when it is good again. Between the two levels it stays what it was.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Threshold {
    /// Which way it is bad.
    pub comparison: Comparison,
    /// From here on it is bad.
    pub fire: f64,
    /// On the other side of this it is good again: not above `fire` where high values are bad, not below it where low ones are.
    pub clear: f64,
}

impl Threshold {
    /// Whether a value is bad.
    pub fn is_bad(&self, value: f64) -> bool {
        match self.comparison {
            Comparison::Above => value >= self.fire,
            Comparison::Below => value <= self.fire,
        }
    }

    /// Whether a value is good again. One at the level to clear is not yet, unless both levels are the same: there it is the level to fire that decides.
    pub fn is_good(&self, value: f64) -> bool {
        match self.comparison {
            Comparison::Above => value < self.clear,
            Comparison::Below => value > self.clear,
        }
    }
}

/// What a rule looks at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Condition {
    /// A value crosses a level.
    Value {
        /// The series' key, such as `cpu.busy` or `filesystem.used_percent:/`; with `:*` each that there is by itself.
        series: String,
        /// The levels.
        #[serde(flatten)]
        threshold: Threshold,
    },
    /// The server does not answer.
    Offline,
    /// The server answers, and yet a series has no value.
    NoData {
        /// The series' key.
        series: String,
    },
    /// The server was started anew.
    Reboot,
    /// A file system is full within some hours if it goes on filling as of late.
    FullWithin {
        /// The mount point; each local file system by itself when `*`.
        #[serde(default = "each")]
        mount: String,
        /// In how many hours at the latest, 1 to 720.
        hours: u32,
    },
    /// A systemd unit has failed.
    UnitFailed {
        /// Its name, such as `nginx.service`; each unit by itself when `*`.
        #[serde(default = "each")]
        unit: String,
    },
    /// No process of a name runs.
    ProcessMissing {
        /// The name, as `ps -o comm` shows it; what is longer than 15 characters is told from others by these.
        process: String,
    },
    /// The machine that the monitor runs on reaches none of the servers that it watches, and there are some. Looked at there only.
    CutOff,
    /// The server shows another host key than the one that a person trusts.
    HostKeyChanged,
    /// The certificate that the server shows to those who connect with TLS ends soon, or cannot be used any more.
    CertificateEnds {
        /// The port at which it is shown.
        #[serde(default = "https")]
        port: u16,
        /// The name that is asked for; the server's host when empty.
        #[serde(default)]
        name: String,
        /// How many days before its end, 1 to 365.
        days: u32,
    },
}

/// In place of what was measured: each that there is by itself.
pub const EACH: &str = "*";

fn each() -> String {
    EACH.to_owned()
}

fn https() -> u16 {
    443
}

/// On which servers a rule looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All of them.
    #[default]
    All,
    /// Those of a group.
    Group(GroupId),
    /// Those with a tag.
    Tag(TagId),
    /// One.
    Server(ServerId),
}

impl Scope {
    /// Whether a server is one of them.
    pub fn covers(self, server: ServerId, group: Option<GroupId>, tags: &[TagId]) -> bool {
        match self {
            Self::All => true,
            Self::Group(id) => group == Some(id),
            Self::Tag(id) => tags.contains(&id),
            Self::Server(id) => server == id,
        }
    }
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// Its name.
    pub name: String,
    /// What it looks at.
    pub condition: Condition,
    /// On which servers.
    pub scope: Scope,
    /// How bad it is when it fires.
    pub severity: Severity,
    /// For how many seconds it has to be bad before the rule fires; 0 for at once.
    pub for_secs: u32,
    /// For how many seconds it has to be good before it is over; 0 for at once.
    pub clear_secs: u32,
    /// Whether it is on.
    pub is_enabled: bool,
    /// Who is told; `None` for the usual level of what it looks at.
    #[serde(default)]
    pub level_id: Option<LevelId>,
}

impl Rule {
    /// Who is told when it fires.
    pub fn level(&self) -> LevelId {
        self.level_id.unwrap_or_else(|| crate::notify::usual_level(&self.condition, self.severity))
    }

    /// How urgent it is when it fires, as in P1 to P4, until a person says otherwise.
    pub fn priority(&self) -> u8 {
        match (&self.condition, self.severity) {
            (Condition::Offline | Condition::CutOff | Condition::HostKeyChanged, Severity::Critical) => 1,
            (_, Severity::Critical) => 2,
            (_, Severity::Warning) => 3,
        }
    }

    /// The rule with its name trimmed.
    ///
    /// # Errors
    /// When something about it makes no sense; the field is named.
    pub fn validated(mut self) -> Result<Self> {
        self.name = self.name.trim().to_owned();
        if self.name.is_empty() || self.name.chars().count() > NAME_MAX {
            return Err(Error::invalid("name", format!("must have 1 to {NAME_MAX} characters")));
        }
        for (field, secs) in [("for_secs", self.for_secs), ("clear_secs", self.clear_secs)] {
            if secs > WAIT_MAX_SECS {
                return Err(Error::invalid(field, format!("must be 0 to {WAIT_MAX_SECS} seconds")));
            }
        }
        self.condition.check()?;
        Ok(self)
    }
}

impl Condition {
    /// Whether what it looks at makes sense; texts are trimmed.
    fn check(&mut self) -> Result<()> {
        match self {
            Self::Value { series, threshold } => {
                check_series(series)?;
                threshold.check()
            }
            Self::NoData { series } => check_series(series),
            Self::FullWithin { mount, hours } => {
                trim("mount", mount, "name a mount point, such as / or *")?;
                if mount != EACH && !mount.starts_with('/') {
                    return Err(Error::invalid("mount", "must be a path, such as /srv, or * for each file system"));
                }
                check_range("hours", *hours, 1..=HOURS_MAX)
            }
            Self::UnitFailed { unit } => trim("unit", unit, "name a unit, such as nginx.service, or *"),
            Self::ProcessMissing { process } => trim("process", process, "name a process, such as postgres"),
            Self::CertificateEnds { port, name, days } => {
                *name = name.trim().to_owned();
                if *port == 0 {
                    return Err(Error::invalid("port", "must be 1 to 65535"));
                }
                if !name.is_empty() {
                    *name = text::host(name).map_err(|problem| Error::invalid("name", problem))?;
                }
                check_range("days", *days, 1..=DAYS_MAX)
            }
            Self::Offline | Self::Reboot | Self::CutOff | Self::HostKeyChanged => Ok(()),
        }
    }
}

fn check_series(series: &mut String) -> Result<()> {
    let what = "name a series, such as cpu.busy or filesystem.used_percent:*";
    trim("series", series, what)?;
    if series.contains(',') { Err(Error::invalid("series", what)) } else { Ok(()) }
}

fn trim(field: &'static str, text: &mut String, what: &'static str) -> Result<()> {
    *text = text.trim().to_owned();
    let is_fine = !text.is_empty() && text.chars().count() <= SERIES_MAX && !text.contains(char::is_control);
    if is_fine { Ok(()) } else { Err(Error::invalid(field, what)) }
}

fn check_range(field: &'static str, value: u32, range: std::ops::RangeInclusive<u32>) -> Result<()> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(Error::invalid(field, format!("must be {} to {}", range.start(), range.end())))
}

impl Threshold {
    fn check(&self) -> Result<()> {
        if !self.fire.is_finite() {
            return Err(Error::invalid("fire", "must be a number"));
        }
        let is_turned = match self.comparison {
            Comparison::Above => self.clear > self.fire,
            Comparison::Below => self.clear < self.fire,
        };
        if is_turned || !self.clear.is_finite() {
            let side = if self.comparison == Comparison::Above { "above" } else { "below" };
            return Err(Error::invalid("clear", format!("must not be {side} the level at which the rule fires")));
        }
        Ok(())
    }
}

/// What a rule thinks of a series.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Nothing is wrong.
    #[default]
    Quiet,
    /// Something is wrong, though not for long enough.
    Pending {
        /// Since when, in Unix milliseconds.
        since_ms: i64,
    },
    /// The rule has fired.
    Firing {
        /// Since when something is wrong, in Unix milliseconds.
        since_ms: i64,
        /// Since when nothing is wrong any more, though not for long enough, in Unix milliseconds.
        good_since_ms: Option<i64>,
    },
}

/// Something that went wrong on a server, from when a rule fired until it was over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// The rule that fired; `None` when it was deleted since.
    pub rule_id: Option<RuleId>,
    /// The rule's name when it fired.
    pub rule_name: String,
    /// The server; `None` when it was deleted since.
    pub server_id: Option<ServerId>,
    /// The server's name when the rule fired.
    pub server_name: String,
    /// The series that it is about; empty where it is about the server itself.
    pub series: String,
    /// How bad it is.
    pub severity: Severity,
    /// The value that made the rule fire.
    pub value: Option<f64>,
    /// Since when something was wrong, in Unix milliseconds.
    pub since_ms: i64,
    /// When the rule fired, in Unix milliseconds.
    pub began_at_ms: i64,
    /// When it was over, in Unix milliseconds; `None` while it is not.
    pub ended_at_ms: Option<i64>,
    /// Who is told.
    pub level_id: LevelId,
    /// How urgent it is, from 1 to 4 as in P1 to P4.
    pub priority: u8,
    /// When somebody took it on, in Unix milliseconds.
    pub acknowledged_at_ms: Option<i64>,
    /// Who did; empty when nobody.
    pub acknowledged_by: String,
    /// What that person said.
    pub reason: String,
    /// Who works on it; empty when nobody.
    pub assignee: String,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn rule() -> Rule {
        Rule {
            id: RuleId(1),
            name: " CPU is busy ".to_owned(),
            condition: Condition::Value {
                series: "cpu.busy".to_owned(),
                threshold: Threshold { comparison: Comparison::Above, fire: 90.0, clear: 85.0 },
            },
            scope: Scope::All,
            severity: Severity::Critical,
            for_secs: 60,
            clear_secs: 60,
            is_enabled: true,
            level_id: None,
        }
    }

    #[test]
    fn a_rule_that_makes_no_sense_names_the_field() {
        assert_eq!(rule().validated().unwrap().name, "CPU is busy");
        let field = |rule: Rule| rule.validated().unwrap_err().fields.first().map(|field| field.field.clone()).unwrap();
        assert_eq!(field(Rule { name: " ".to_owned(), ..rule() }), "name");
        assert_eq!(field(Rule { for_secs: WAIT_MAX_SECS + 1, ..rule() }), "for_secs");
        assert_eq!(field(Rule { condition: Condition::NoData { series: String::new() }, ..rule() }), "series");
        let levels = |comparison, fire, clear| Rule {
            condition: Condition::Value {
                series: "load.one".to_owned(),
                threshold: Threshold { comparison, fire, clear },
            },
            ..rule()
        };
        assert_eq!(field(levels(Comparison::Above, 90.0, 91.0)), "clear");
        assert_eq!(field(levels(Comparison::Below, 10.0, 9.0)), "clear");
        assert_eq!(field(levels(Comparison::Below, f64::NAN, 9.0)), "fire");
        for (condition, wrong) in [
            (Condition::FullWithin { mount: "srv".to_owned(), hours: 4 }, "mount"),
            (Condition::FullWithin { mount: "/srv".to_owned(), hours: 0 }, "hours"),
            (Condition::UnitFailed { unit: " ".to_owned() }, "unit"),
            (Condition::ProcessMissing { process: String::new() }, "process"),
            (Condition::CertificateEnds { port: 0, name: String::new(), days: 14 }, "port"),
            (Condition::CertificateEnds { port: 443, name: "a b".to_owned(), days: 14 }, "name"),
            (Condition::CertificateEnds { port: 443, name: String::new(), days: 366 }, "days"),
        ] {
            assert_eq!(field(Rule { condition, ..rule() }), wrong);
        }
        assert!(levels(Comparison::Below, 10.0, 12.0).validated().is_ok());
        assert!(levels(Comparison::Above, 90.0, 90.0).validated().is_ok());
    }

    #[test]
    fn a_scope_covers_its_servers() {
        let (server, group, tags) = (ServerId(1), Some(GroupId(2)), [TagId(3), TagId(4)]);
        for (scope, is_covered) in [
            (Scope::All, true),
            (Scope::Group(GroupId(2)), true),
            (Scope::Group(GroupId(9)), false),
            (Scope::Tag(TagId(4)), true),
            (Scope::Tag(TagId(5)), false),
            (Scope::Server(ServerId(1)), true),
            (Scope::Server(ServerId(2)), false),
        ] {
            assert_eq!(scope.covers(server, group, &tags), is_covered, "{scope:?}");
        }
        assert!(!Scope::Group(GroupId(2)).covers(server, None, &tags));
    }

    #[test]
    fn a_rule_reads_as_a_person_would_write_it() {
        let json = serde_json::to_value(rule()).unwrap();
        assert_eq!(json["condition"]["kind"], "value");
        assert_eq!(json["condition"]["fire"], 90.0);
        assert_eq!(json["scope"], "all");
        assert_eq!(serde_json::from_value::<Rule>(json).unwrap(), rule());
    }
}
