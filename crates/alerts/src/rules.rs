//! The rules that cover a server, ready to be looked up by what they look at.

use std::collections::HashMap;

use domain::{
    RuleId,
    alerts::{Condition, EACH, Rule, Threshold},
};

use crate::watch::Waits;

/// How many bytes of a process's name the kernel keeps (`TASK_COMM_LEN` without its end).
const PROCESS_NAME_BYTES: usize = 15;

/// The rules that cover a server.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    pub(crate) by_metric: HashMap<String, Vec<ValueRule>>,
    pub(crate) offline: Vec<(RuleId, Waits)>,
    pub(crate) cut_off: Vec<(RuleId, Waits)>,
    pub(crate) no_data: Vec<NoDataRule>,
    pub(crate) reboot: Vec<RuleId>,
    pub(crate) filling: Vec<FillingRule>,
    pub(crate) units: Vec<UnitRule>,
    pub(crate) processes: Vec<ProcessRule>,
    pub(crate) host_key: Vec<(RuleId, Waits)>,
    pub(crate) certificates: Vec<CertificateRule>,
}

/// What has to be asked for because a rule looks at it, and not otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wants {
    /// Which units have failed.
    pub units: bool,
    /// The names of all processes.
    pub processes: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct ValueRule {
    pub id: RuleId,
    /// What was measured; `None` for each that there is.
    instance: Option<String>,
    pub threshold: Threshold,
    pub waits: Waits,
}

#[derive(Debug, Clone)]
pub(crate) struct NoDataRule {
    pub id: RuleId,
    pub series: String,
    pub waits: Waits,
}

#[derive(Debug, Clone)]
pub(crate) struct FillingRule {
    pub id: RuleId,
    /// The mount point; `None` for each that there is.
    mount: Option<String>,
    pub hours: f64,
    pub waits: Waits,
}

#[derive(Debug, Clone)]
pub(crate) struct UnitRule {
    pub id: RuleId,
    /// Its name as the rule has it; `None` for each that there is.
    pub unit: Option<String>,
    pub waits: Waits,
}

#[derive(Debug, Clone)]
pub(crate) struct ProcessRule {
    pub id: RuleId,
    /// As much of its name as the kernel keeps.
    pub name: String,
    pub series: String,
    pub waits: Waits,
}

/// A rule about the end of a certificate.
#[derive(Debug, Clone, PartialEq)]
pub struct CertificateRule {
    pub(crate) id: RuleId,
    /// The port at which it is shown.
    pub port: u16,
    /// The name that is asked for; the server's host when empty.
    pub name: String,
    /// How many days before its end it fires.
    pub days: f64,
    pub(crate) series: String,
    pub(crate) waits: Waits,
}

impl Rules {
    /// The rules that are on, of those that cover a server.
    pub fn new<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> Self {
        let mut made = Self::default();
        for rule in rules.into_iter().filter(|rule| rule.is_enabled) {
            made.add(rule);
        }
        made
    }

    fn add(&mut self, rule: &Rule) {
        let ms = |secs: u32| i64::from(secs) * 1_000;
        let (id, waits) = (rule.id, Waits { bad_ms: ms(rule.for_secs), good_ms: ms(rule.clear_secs) });
        match &rule.condition {
            Condition::Value { series, threshold } => {
                let (metric, instance) = split(series);
                let of_metric = self.by_metric.entry(metric.to_owned()).or_default();
                of_metric.push(ValueRule { id, instance: unless_each(instance), threshold: *threshold, waits });
            }
            Condition::Offline => self.offline.push((id, waits)),
            Condition::CutOff => self.cut_off.push((id, waits)),
            Condition::NoData { series } => self.no_data.push(NoDataRule { id, series: series.clone(), waits }),
            Condition::Reboot => self.reboot.push(id),
            Condition::FullWithin { mount, hours } => {
                self.filling.push(FillingRule { id, mount: unless_each(mount), hours: f64::from(*hours), waits });
            }
            Condition::UnitFailed { unit } => self.units.push(UnitRule { id, unit: unless_each(unit), waits }),
            Condition::ProcessMissing { process } => {
                let name = process_name(process).to_owned();
                self.processes.push(ProcessRule { id, name, series: format!("process:{process}"), waits });
            }
            Condition::HostKeyChanged => self.host_key.push((id, waits)),
            Condition::CertificateEnds { port, name, days } => {
                let series =
                    if name.is_empty() { format!("certificate:{port}") } else { format!("certificate:{name}:{port}") };
                let (port, name, days) = (*port, name.clone(), f64::from(*days));
                self.certificates.push(CertificateRule { id, port, name, days, series, waits });
            }
        }
    }

    /// What has to be asked for.
    pub fn wants(&self) -> Wants {
        Wants { units: !self.units.is_empty(), processes: !self.processes.is_empty() }
    }

    /// The rules about certificates.
    pub fn certificates(&self) -> &[CertificateRule] {
        &self.certificates
    }

    /// Whether a rule looks at a series.
    pub(crate) fn looks_at(&self, id: RuleId, series: &str) -> bool {
        let (metric, instance) = split(series);
        let of_server = || self.offline.iter().chain(&self.host_key).chain(&self.cut_off).any(|(each, _)| *each == id);
        self.by_metric.get(metric).into_iter().flatten().any(|rule| rule.id == id && rule.is_about(instance))
            || series.is_empty() && of_server()
            || self.no_data.iter().any(|rule| rule.id == id && rule.series == series)
            || metric == FULL_HOURS && self.filling.iter().any(|rule| rule.id == id && rule.is_about(instance))
            || metric == UNIT && self.units.iter().any(|rule| rule.id == id && rule.is_about(instance))
            || self.processes.iter().any(|rule| rule.id == id && rule.series == series)
            || self.certificates.iter().any(|rule| rule.id == id && rule.series == series)
    }

    /// Whether a rule looks at what is not read often, or cannot be read at times: silence is no sign then that there is nothing any more.
    pub(crate) fn is_seldom_seen(&self, id: RuleId) -> bool {
        self.units.iter().any(|rule| rule.id == id)
            || self.processes.iter().any(|rule| rule.id == id)
            || self.certificates.iter().any(|rule| rule.id == id)
    }
}

impl ValueRule {
    pub(crate) fn is_about(&self, instance: &str) -> bool {
        self.instance.as_ref().map_or(!instance.is_empty(), |meant| meant == instance)
    }
}

impl FillingRule {
    pub(crate) fn is_about(&self, mount: &str) -> bool {
        self.mount.as_ref().is_none_or(|meant| meant == mount)
    }
}

impl UnitRule {
    fn is_about(&self, unit: &str) -> bool {
        self.unit.as_ref().is_none_or(|meant| meant == unit)
    }
}

/// The series of the hours until a file system is full.
pub(crate) const FULL_HOURS: &str = "filesystem.full_hours";
/// The series of units.
pub(crate) const UNIT: &str = "unit";

fn unless_each(name: &str) -> Option<String> {
    (name != EACH).then(|| name.to_owned())
}

/// As much of a process's name as the kernel keeps.
pub(crate) fn process_name(name: &str) -> &str {
    name.get(..name.floor_char_boundary(PROCESS_NAME_BYTES)).unwrap_or(name)
}

/// A series' key as metric and what was measured.
pub(crate) fn split(series: &str) -> (&str, &str) {
    series.split_once(':').unwrap_or((series, ""))
}

/// A series' key.
pub(crate) fn join(metric: &str, instance: &str) -> String {
    if instance.is_empty() { metric.to_owned() } else { format!("{metric}:{instance}") }
}
