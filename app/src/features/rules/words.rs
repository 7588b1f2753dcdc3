//! A rule in words.

use domain::{
    alerts::{Comparison, EACH, Severity},
    unit::Unit,
};

use super::{
    draft::Complaints,
    form::{Kind, RuleForm},
};
use crate::{Texts, format};

/// The name of a kind of condition.
pub fn kind_name(texts: Texts, kind: Kind) -> &'static str {
    match kind {
        Kind::Value => text!(texts, rules.kind_value),
        Kind::Offline => text!(texts, rules.kind_offline),
        Kind::NoData => text!(texts, rules.kind_no_data),
        Kind::Reboot => text!(texts, rules.kind_reboot),
        Kind::FullWithin => text!(texts, rules.kind_full_within),
        Kind::UnitFailed => text!(texts, rules.kind_unit_failed),
        Kind::ProcessMissing => text!(texts, rules.kind_process_missing),
        Kind::CutOff => text!(texts, rules.kind_cut_off),
        Kind::HostKeyChanged => text!(texts, rules.kind_host_key_changed),
        Kind::CertificateEnds => text!(texts, rules.kind_certificate_ends),
    }
}

/// What is said of what was entered and cannot be read.
pub fn complaints(texts: Texts) -> Complaints {
    Complaints {
        no_group: text!(texts, rules.choose_group),
        no_tag: text!(texts, rules.choose_tag),
        no_server: text!(texts, rules.choose_server),
        no_number: text!(texts, rules.must_be_number),
        not_whole: text!(texts, rules.must_be_whole),
        no_port: text!(texts, rules.must_be_port),
    }
}

/// What a rule looks at, and what it waits for: the first is a name, to be set as one.
pub fn condition(texts: Texts, form: &RuleForm) -> (String, String) {
    let each = form.subject == EACH;
    let (subject, mut words) = match form.kind {
        Kind::Value => {
            let level = Unit::of(&form.subject).write(form.threshold.fire);
            let words = match form.threshold.comparison {
                Comparison::Above => text!(texts, rules.says_above, level = level).to_string(),
                Comparison::Below => text!(texts, rules.says_below, level = level).to_string(),
            };
            (form.subject.clone(), words)
        }
        Kind::NoData => (form.subject.clone(), text!(texts, rules.says_no_data).to_owned()),
        Kind::FullWithin => {
            let wait = format::duration(u64::from(form.number) * 3_600);
            let words = if each {
                text!(texts, rules.says_any_full, wait = wait).to_string()
            } else {
                text!(texts, rules.says_full, wait = wait).to_string()
            };
            (if each { String::new() } else { form.subject.clone() }, words)
        }
        Kind::UnitFailed if each => (String::new(), text!(texts, rules.says_any_failed).to_owned()),
        Kind::UnitFailed => (form.subject.clone(), text!(texts, rules.says_failed).to_owned()),
        Kind::ProcessMissing => (form.subject.clone(), text!(texts, rules.says_missing).to_owned()),
        Kind::CertificateEnds => {
            let words = text!(texts, rules.says_certificate, days = form.number.to_string()).to_string();
            (format!("{}:{}", form.subject, form.port), words)
        }
        Kind::Offline | Kind::Reboot | Kind::CutOff | Kind::HostKeyChanged => {
            (String::new(), kind_name(texts, form.kind).to_owned())
        }
    };
    if form.for_secs > 0 && !form.kind.is_momentary() {
        let wait = format::duration(form.for_secs.into());
        words = text!(texts, rules.says_for, what = words, wait = wait).to_string();
    }
    (subject, words)
}

/// The word for a severity.
pub fn severity(texts: Texts, severity: Severity) -> &'static str {
    match severity {
        Severity::Warning => text!(texts, state.warning),
        Severity::Critical => text!(texts, state.critical),
    }
}
