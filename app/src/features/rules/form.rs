//! A rule as a form has it: flat, because what travels between server and browser has no tagged types.

use domain::{
    LevelId,
    alerts::{Condition, EACH, Rule, Scope, Severity, Threshold},
};
use serde::{Deserialize, Serialize};

/// The kinds of conditions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "they are those of the conditions")]
pub enum Kind {
    #[default]
    Value,
    Offline,
    NoData,
    Reboot,
    FullWithin,
    UnitFailed,
    ProcessMissing,
    HostKeyChanged,
    CertificateEnds,
    CutOff,
}

impl Kind {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 10] = [
        Self::Value,
        Self::FullWithin,
        Self::Offline,
        Self::NoData,
        Self::Reboot,
        Self::UnitFailed,
        Self::ProcessMissing,
        Self::CertificateEnds,
        Self::HostKeyChanged,
        Self::CutOff,
    ];

    /// Its name in the REST API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Offline => "offline",
            Self::NoData => "no_data",
            Self::Reboot => "reboot",
            Self::FullWithin => "full_within",
            Self::UnitFailed => "unit_failed",
            Self::ProcessMissing => "process_missing",
            Self::HostKeyChanged => "host_key_changed",
            Self::CertificateEnds => "certificate_ends",
            Self::CutOff => "cut_off",
        }
    }

    /// The kind with a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it begins and ends at the same moment, so that there is nothing to wait for.
    pub fn is_momentary(self) -> bool {
        self == Self::Reboot
    }
}

/// A rule as a form has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleForm {
    /// Its id; 0 for a new one.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The kind of its condition.
    pub kind: Kind,
    /// What it looks at: the series, mount point, unit, process, or name in a certificate.
    pub subject: String,
    /// The levels of a value.
    pub threshold: Threshold,
    /// The hours in which a file system is full, or days before a certificate ends.
    pub number: u32,
    /// The port of a certificate.
    pub port: u16,
    /// On which servers.
    pub scope: Scope,
    /// How bad it is.
    pub severity: Severity,
    /// For how many seconds it has to be bad.
    pub for_secs: u32,
    /// For how many seconds it has to be good.
    pub clear_secs: u32,
    /// Whether it is on.
    pub is_enabled: bool,
    /// Who is told; `None` for the usual level.
    pub level_id: Option<LevelId>,
}

/// What a new rule begins with.
impl Default for RuleForm {
    fn default() -> Self {
        Self {
            id: 0,
            name: String::new(),
            kind: Kind::Value,
            subject: String::new(),
            threshold: Threshold { comparison: domain::alerts::Comparison::Above, fire: 90.0, clear: 85.0 },
            number: 0,
            port: 443,
            scope: Scope::All,
            severity: Severity::Warning,
            for_secs: 60,
            clear_secs: 60,
            is_enabled: true,
            level_id: None,
        }
    }
}

impl From<&Rule> for RuleForm {
    fn from(rule: &Rule) -> Self {
        let form = Self {
            id: rule.id.0,
            name: rule.name.clone(),
            scope: rule.scope,
            severity: rule.severity,
            for_secs: rule.for_secs,
            clear_secs: rule.clear_secs,
            is_enabled: rule.is_enabled,
            level_id: rule.level_id,
            ..Self::default()
        };
        match rule.condition.clone() {
            Condition::Value { series, threshold } => Self { kind: Kind::Value, subject: series, threshold, ..form },
            Condition::Offline => Self { kind: Kind::Offline, ..form },
            Condition::NoData { series } => Self { kind: Kind::NoData, subject: series, ..form },
            Condition::Reboot => Self { kind: Kind::Reboot, ..form },
            Condition::FullWithin { mount, hours } => {
                Self { kind: Kind::FullWithin, subject: mount, number: hours, ..form }
            }
            Condition::UnitFailed { unit } => Self { kind: Kind::UnitFailed, subject: unit, ..form },
            Condition::ProcessMissing { process } => Self { kind: Kind::ProcessMissing, subject: process, ..form },
            Condition::CutOff => Self { kind: Kind::CutOff, ..form },
            Condition::HostKeyChanged => Self { kind: Kind::HostKeyChanged, ..form },
            Condition::CertificateEnds { port, name, days } => {
                Self { kind: Kind::CertificateEnds, subject: name, number: days, port, ..form }
            }
        }
    }
}

impl From<RuleForm> for Rule {
    fn from(form: RuleForm) -> Self {
        // An empty field means each, where each is possible.
        let each = |subject: String| if subject.trim().is_empty() { EACH.to_owned() } else { subject };
        let condition = match form.kind {
            Kind::Value => Condition::Value { series: form.subject, threshold: form.threshold },
            Kind::Offline => Condition::Offline,
            Kind::NoData => Condition::NoData { series: form.subject },
            Kind::Reboot => Condition::Reboot,
            Kind::FullWithin => Condition::FullWithin { mount: each(form.subject), hours: form.number },
            Kind::UnitFailed => Condition::UnitFailed { unit: each(form.subject) },
            Kind::ProcessMissing => Condition::ProcessMissing { process: form.subject },
            Kind::CutOff => Condition::CutOff,
            Kind::HostKeyChanged => Condition::HostKeyChanged,
            Kind::CertificateEnds => {
                Condition::CertificateEnds { port: form.port, name: form.subject, days: form.number }
            }
        };
        Self {
            id: domain::RuleId(form.id),
            name: form.name,
            condition,
            scope: form.scope,
            severity: form.severity,
            for_secs: form.for_secs,
            clear_secs: form.clear_secs,
            is_enabled: form.is_enabled,
            level_id: form.level_id,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use domain::{
        RuleId, ServerId,
        alerts::Comparison,
        live::{decode, encode},
    };

    use super::*;

    #[test]
    fn a_rule_of_every_kind_survives_the_form_and_the_way_to_the_browser() {
        let threshold = Threshold { comparison: Comparison::Below, fire: 0.5, clear: 2.0 };
        let text = str::to_owned;
        let conditions = [
            Condition::Value { series: text("load.one"), threshold },
            Condition::Offline,
            Condition::NoData { series: text("sensor.fan:cpu") },
            Condition::Reboot,
            Condition::FullWithin { mount: text("/srv"), hours: 12 },
            Condition::UnitFailed { unit: text("*") },
            Condition::ProcessMissing { process: text("postgres") },
            Condition::HostKeyChanged,
            Condition::CutOff,
            Condition::CertificateEnds { port: 8443, name: text("shop.example.com"), days: 14 },
        ];
        for (number, condition) in (1..).zip(conditions) {
            let rule = Rule {
                id: RuleId(number),
                name: format!("rule {number}"),
                condition,
                scope: Scope::Server(ServerId(number)),
                severity: Severity::Critical,
                for_secs: 61,
                clear_secs: 7_200,
                is_enabled: false,
                level_id: Some(LevelId(2)),
            };
            let form = RuleForm::from(&rule);
            let there: RuleForm = decode(&encode(&form).unwrap()).unwrap();
            assert_eq!(Rule::from(there), rule);
            #[cfg(feature = "ssr")]
            {
                let json = serde_json::to_value(&rule.condition).unwrap();
                let kind = Kind::of_name(json["kind"].as_str().unwrap());
                assert_eq!(kind, Some(form.kind), "it has the name of the REST API");
            }
        }
        assert_eq!(Kind::ALL.len(), 10);
    }

    #[test]
    fn an_empty_field_means_each_where_each_is_possible() {
        let of = |kind| Rule::from(RuleForm { kind, number: 4, ..RuleForm::default() }).condition;
        assert_eq!(of(Kind::FullWithin), Condition::FullWithin { mount: EACH.to_owned(), hours: 4 });
        assert_eq!(of(Kind::UnitFailed), Condition::UnitFailed { unit: EACH.to_owned() });
        assert_eq!(of(Kind::ProcessMissing), Condition::ProcessMissing { process: String::new() });
    }
}
