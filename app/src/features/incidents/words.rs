//! What is said of an incident wherever it is shown.

use domain::alerts::{Incident, Severity};

use crate::{Texts, format, ui::StateMark};

/// The mark of a severity.
pub fn mark(severity: Severity) -> StateMark {
    match severity {
        Severity::Warning => StateMark::Warning,
        Severity::Critical => StateMark::Critical,
    }
}

/// The series with its value, such as `cpu.busy 95.3`.
pub fn what(incident: &Incident) -> String {
    match incident.value {
        Some(value) if !incident.series.is_empty() => format!("{} {}", incident.series, format::significant(value)),
        _ => incident.series.clone(),
    }
}

/// How long it lasted, or lasts until now.
pub fn lasted(incident: &Incident, now_ms: i64) -> String {
    format::duration(format::age_secs(incident.ended_at_ms.unwrap_or(now_ms), incident.since_ms))
}

/// Whether it is over, who took it on, or that nobody did.
pub fn standing(texts: Texts, incident: &Incident) -> String {
    if incident.ended_at_ms.is_some() {
        text!(texts, incidents.over).to_owned()
    } else if !incident.acknowledged_by.is_empty() {
        text!(texts, incidents.taken_by, name = incident.acknowledged_by.clone()).to_string()
    } else {
        text!(texts, incidents.open).to_owned()
    }
}

/// As much is shown before and after an incident.
pub const AROUND_MS: i64 = 30 * 60 * 1_000;

/// The time around an incident, as far as it is in the past.
pub fn around(incident: &Incident, now_ms: i64) -> (i64, i64) {
    let from = incident.since_ms - AROUND_MS;
    (from, (incident.ended_at_ms.unwrap_or(now_ms) + AROUND_MS).min(now_ms).max(from + AROUND_MS))
}

/// Where the charts of the server around the incident are.
pub fn charts_address(incident: &Incident, now_ms: i64) -> Option<String> {
    let server = incident.server_id?;
    let (from, to) = around(incident, now_ms);
    Some(format!("/servers/{server}?from={from}&to={to}"))
}
