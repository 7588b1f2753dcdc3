//! What is entered of a rule: texts as they are typed, and the form that is made of them.

use std::str::FromStr;

use domain::{
    GroupId, LevelId, Result, ServerId, TagId,
    alerts::{Comparison, EACH, Scope, Severity, Threshold},
    error::FieldErrors,
};
use leptos::prelude::*;

use super::{
    form::{Kind, RuleForm},
    series::suggested_clear,
};

/// A time as a number and its unit, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Wait {
    /// The number.
    pub number: RwSignal<String>,
    /// How many seconds one of it is.
    pub unit: RwSignal<u32>,
}

/// The units of a time, in seconds.
pub const UNITS: [u32; 3] = [1, 60, 3_600];

impl Wait {
    fn of(secs: u32) -> Self {
        let fits = |unit: &u32| secs > 0 && secs.is_multiple_of(*unit);
        let unit = UNITS.into_iter().rev().find(fits).unwrap_or(60);
        Self { number: RwSignal::new((secs / unit).to_string()), unit: RwSignal::new(unit) }
    }

    /// In seconds; `None` for what is no whole number.
    fn read(self) -> Option<u32> {
        let typed = self.number.get_untracked();
        let number = if typed.trim().is_empty() { Some(0) } else { typed.trim().parse::<u32>().ok() };
        number.and_then(|number| number.checked_mul(self.unit.get_untracked()))
    }
}

/// Which of the ways to say on which servers a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are those of a scope")]
pub enum Where {
    All,
    Group,
    Tag,
    Server,
}

/// What is said of what cannot be read.
#[derive(Debug, Clone, Copy, Default)]
#[allow(missing_docs, reason = "they are named by what is wrong")]
pub struct Complaints {
    pub no_group: &'static str,
    pub no_tag: &'static str,
    pub no_server: &'static str,
    pub no_number: &'static str,
    pub not_whole: &'static str,
    pub no_port: &'static str,
}

/// What is entered; a signal for each field, so that what a kind does not need is kept for when it is chosen again.
#[derive(Debug, Clone, Copy)]
pub struct Draft {
    id: i64,
    /// The name.
    pub name: RwSignal<String>,
    /// The kind of condition.
    pub kind: RwSignal<Kind>,
    /// The series of a value.
    pub series: RwSignal<String>,
    /// Which way a value is bad.
    pub comparison: RwSignal<Comparison>,
    /// The level at which it fires.
    pub fire: RwSignal<String>,
    /// The level at which it is over.
    pub clear: RwSignal<String>,
    /// The mount point.
    pub mount: RwSignal<String>,
    /// In how many hours.
    pub hours: RwSignal<String>,
    /// The unit.
    pub unit: RwSignal<String>,
    /// The process.
    pub process: RwSignal<String>,
    /// The port of a certificate.
    pub port: RwSignal<String>,
    /// The name in a certificate.
    pub host: RwSignal<String>,
    /// How many days before its end.
    pub days: RwSignal<String>,
    /// For how long it has to be bad.
    pub bad: Wait,
    /// For how long it has to be good.
    pub good: Wait,
    /// On which servers.
    pub place: RwSignal<Where>,
    /// The chosen group.
    pub group: RwSignal<Option<GroupId>>,
    /// The chosen tag.
    pub tag: RwSignal<Option<TagId>>,
    /// The server, as it is typed.
    pub server: RwSignal<String>,
    /// How bad it is.
    pub severity: RwSignal<Severity>,
    /// Who is told; `None` for the usual level.
    pub level: RwSignal<Option<LevelId>>,
    /// Whether it is on.
    pub is_enabled: RwSignal<bool>,
    /// The names by which servers can be typed.
    pub servers: StoredValue<Vec<(ServerId, String)>>,
    /// The level to clear that was suggested last.
    suggested: StoredValue<String>,
    complaints: Complaints,
}

impl Draft {
    /// What is stored of a rule, with the names by which servers can be typed.
    pub fn of(form: &RuleForm, servers: Vec<(ServerId, String)>, complaints: Complaints) -> Self {
        let text = |text: String| RwSignal::new(text);
        let of_kinds = |kinds: &[Kind], usual: &str| {
            text(if kinds.contains(&form.kind) && form.id != 0 { form.subject.clone() } else { usual.to_owned() })
        };
        let number = |kind: Kind, usual: u32| {
            text(if form.kind == kind && form.id != 0 { form.number } else { usual }.to_string())
        };
        let name_of = |id: ServerId| servers.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
        let (place, group, tag, server) = match form.scope {
            Scope::All => (Where::All, None, None, None),
            Scope::Group(id) => (Where::Group, Some(id), None, None),
            Scope::Tag(id) => (Where::Tag, None, Some(id), None),
            Scope::Server(id) => (Where::Server, None, None, name_of(id)),
        };
        let suggested =
            suggested_clear(&form.subject, form.threshold.fire, form.threshold.comparison == Comparison::Above);
        let is_own = form.id != 0 && (form.threshold.clear - suggested).abs() > f64::EPSILON;
        Self {
            id: form.id,
            name: text(form.name.clone()),
            kind: RwSignal::new(form.kind),
            series: of_kinds(&[Kind::Value, Kind::NoData], ""),
            comparison: RwSignal::new(form.threshold.comparison),
            fire: text(form.threshold.fire.to_string()),
            clear: text(form.threshold.clear.to_string()),
            mount: of_kinds(&[Kind::FullWithin], EACH),
            hours: number(Kind::FullWithin, 24),
            unit: of_kinds(&[Kind::UnitFailed], EACH),
            process: of_kinds(&[Kind::ProcessMissing], ""),
            port: text(form.port.to_string()),
            host: of_kinds(&[Kind::CertificateEnds], ""),
            days: number(Kind::CertificateEnds, 14),
            bad: Wait::of(form.for_secs),
            good: Wait::of(form.clear_secs),
            place: RwSignal::new(place),
            group: RwSignal::new(group),
            tag: RwSignal::new(tag),
            server: text(server.unwrap_or_default()),
            severity: RwSignal::new(form.severity),
            level: RwSignal::new(form.level_id),
            is_enabled: RwSignal::new(form.is_enabled),
            servers: StoredValue::new(servers),
            // One that a person chose stays whatever is suggested.
            suggested: StoredValue::new(if is_own { String::new() } else { form.threshold.clear.to_string() }),
            complaints,
        }
    }

    /// Lets the level to clear follow the level to fire, until a person enters one.
    pub fn suggest_clear(self) {
        Effect::new(move |ran: Option<()>| {
            let (series, fire, comparison) = (self.series.get(), self.fire.get(), self.comparison.get());
            let is_own = self.clear.with_untracked(|clear| *clear != self.suggested.get_value());
            if ran.is_none() || is_own {
                return;
            }
            if let Ok(fire) = fire.trim().parse::<f64>() {
                let clear = suggested_clear(&series, fire, comparison == Comparison::Above).to_string();
                self.suggested.set_value(clear.clone());
                self.clear.set(clear);
            }
        });
    }

    /// The form that was entered.
    ///
    /// # Errors
    /// Names the fields that are no numbers, and what was not chosen.
    pub fn read(self) -> Result<RuleForm> {
        let Complaints { no_number, not_whole, no_port, .. } = self.complaints;
        let mut errors = FieldErrors::default();
        let kind = self.kind.get_untracked();
        // What is momentary has no fields for it.
        let mut wait = |name: &str, wait: Wait| {
            let read = if kind.is_momentary() { Some(0) } else { wait.read() };
            errors.check(name, read.ok_or_else(|| not_whole.to_owned())).unwrap_or_default()
        };
        let (for_secs, clear_secs) = (wait("for_secs", self.bad), wait("clear_secs", self.good));
        let scope = errors.check("scope", self.scope()).unwrap_or_default();
        let mut form = RuleForm {
            id: self.id,
            name: self.name.get_untracked(),
            kind,
            scope,
            severity: self.severity.get_untracked(),
            for_secs,
            clear_secs,
            is_enabled: self.is_enabled.get_untracked(),
            level_id: self.level.get_untracked(),
            ..RuleForm::default()
        };
        match kind {
            Kind::Value => {
                form.subject = self.series.get_untracked();
                form.threshold = Threshold {
                    comparison: self.comparison.get_untracked(),
                    fire: errors.check("fire", number(self.fire, no_number)).unwrap_or_default(),
                    clear: errors.check("clear", number(self.clear, no_number)).unwrap_or_default(),
                };
            }
            Kind::NoData => form.subject = self.series.get_untracked(),
            Kind::FullWithin => {
                form.subject = self.mount.get_untracked();
                form.number = errors.check("hours", whole(self.hours, not_whole)).unwrap_or_default();
            }
            Kind::UnitFailed => form.subject = self.unit.get_untracked(),
            Kind::ProcessMissing => form.subject = self.process.get_untracked(),
            Kind::CertificateEnds => {
                form.subject = self.host.get_untracked();
                form.number = errors.check("days", whole(self.days, not_whole)).unwrap_or_default();
                form.port = errors.check("port", whole(self.port, no_port)).unwrap_or_default();
            }
            Kind::Offline | Kind::Reboot | Kind::CutOff | Kind::HostKeyChanged => {}
        }
        errors.finish()?;
        Ok(form)
    }

    fn scope(self) -> std::result::Result<Scope, String> {
        let Complaints { no_group, no_tag, no_server, .. } = self.complaints;
        match self.place.get_untracked() {
            Where::All => Ok(Scope::All),
            Where::Group => self.group.get_untracked().map(Scope::Group).ok_or_else(|| no_group.to_owned()),
            Where::Tag => self.tag.get_untracked().map(Scope::Tag).ok_or_else(|| no_tag.to_owned()),
            Where::Server => {
                let typed = self.server.get_untracked();
                let found = self.servers.with_value(|servers| {
                    servers.iter().find(|(_, name)| name.eq_ignore_ascii_case(typed.trim())).map(|(id, _)| *id)
                });
                found.map(Scope::Server).ok_or_else(|| no_server.to_owned())
            }
        }
    }
}

fn number(text: RwSignal<String>, complaint: &str) -> std::result::Result<f64, String> {
    let number = text.with_untracked(|text| text.trim().parse().ok());
    number.filter(|number: &f64| number.is_finite()).ok_or_else(|| complaint.to_owned())
}

fn whole<T: FromStr>(text: RwSignal<String>, complaint: &str) -> std::result::Result<T, String> {
    text.with_untracked(|text| text.trim().parse()).map_err(|_| complaint.to_owned())
}

/// The names by which servers are typed: where several have the same, with their hosts and ids.
pub fn server_names(servers: &[(ServerId, String, String)]) -> Vec<(ServerId, String)> {
    let mut count = std::collections::HashMap::new();
    for (_, name, _) in servers {
        *count.entry(name.as_str()).or_insert(0) += 1;
    }
    let name = |(id, name, host): &(ServerId, String, String)| match count.get(name.as_str()) {
        Some(1) => (*id, name.clone()),
        _ => (*id, format!("{name} ({host}, #{id})")),
    };
    servers.iter().map(name).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn servers() -> Vec<(ServerId, String)> {
        let server = |id, name: &str, host: &str| (ServerId(id), name.to_owned(), host.to_owned());
        server_names(&[server(1, "web", "192.0.2.1"), server(2, "db", "192.0.2.2"), server(3, "web", "192.0.2.3")])
    }

    fn stored(kind: Kind) -> RuleForm {
        let subject = if matches!(kind, Kind::Offline | Kind::Reboot | Kind::CutOff | Kind::HostKeyChanged) {
            ""
        } else {
            "cpu.busy"
        };
        let number = if matches!(kind, Kind::FullWithin | Kind::CertificateEnds) { 7 } else { 0 };
        let waits = if kind.is_momentary() { 0 } else { 7_200 };
        RuleForm {
            id: 4,
            name: "x".to_owned(),
            kind,
            subject: subject.to_owned(),
            number,
            scope: Scope::Server(ServerId(2)),
            for_secs: waits,
            clear_secs: waits,
            ..RuleForm::default()
        }
    }

    #[test]
    fn what_is_stored_and_not_touched_is_saved_as_it_is() {
        Owner::new().with(|| {
            for kind in Kind::ALL {
                let form = stored(kind);
                assert_eq!(Draft::of(&form, servers(), Complaints::default()).read().unwrap(), form);
            }
        });
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        Owner::new().with(|| {
            let draft = Draft::of(&RuleForm::default(), servers(), Complaints::default());
            draft.fire.set("a lot".to_owned());
            draft.clear.set(String::new());
            draft.bad.number.set("-1".to_owned());
            draft.place.set(Where::Server);
            draft.server.set("web".to_owned());
            let error = draft.read().unwrap_err();
            let fields: Vec<_> = error.fields.iter().map(|field| field.field.as_str()).collect();
            assert_eq!(fields, ["for_secs", "scope", "fire", "clear"], "and a name that several have is none");
            draft.server.set(" web (192.0.2.3, #3)".to_owned());
            draft.kind.set(Kind::Offline);
            draft.bad.number.set("2".to_owned());
            let form = draft.read().unwrap();
            assert_eq!((form.scope, form.for_secs), (Scope::Server(ServerId(3)), 120));
            draft.kind.set(Kind::Reboot);
            draft.bad.number.set("-1".to_owned());
            assert_eq!(draft.read().unwrap().for_secs, 0, "what has no field cannot be wrong");
        });
    }

    #[test]
    fn a_time_has_the_largest_unit_that_says_it_exactly() {
        Owner::new().with(|| {
            for (secs, number, unit) in
                [(0, "0", 60), (45, "45", 1), (90, "90", 1), (120, "2", 60), (7_200, "2", 3_600)]
            {
                let wait = Wait::of(secs);
                assert_eq!((wait.number.get_untracked().as_str(), wait.unit.get_untracked()), (number, unit));
                assert_eq!(wait.read(), Some(secs));
            }
        });
    }
}
