//! What is said of an incident wherever it is shown.

use domain::{
    alerts::{Incident, Severity},
    unit::Unit,
};

use crate::{Texts, format, ui::StateMark};

/// The mark of a severity.
pub fn mark(severity: Severity) -> StateMark {
    match severity {
        Severity::Warning => StateMark::Warning,
        Severity::Critical => StateMark::Critical,
    }
}

/// The series with its value, such as `CPU 95.3 %`.
pub fn what(texts: Texts, incident: &Incident) -> String {
    let (key, name) = (&incident.series, series(texts, &incident.series));
    match incident.value {
        Some(value) if !key.is_empty() => format!("{name} {}", Unit::of(key).write_measured(value)),
        _ => name,
    }
}

/// What a series is called: by its name and what it is of, and by its key where it has no name.
pub fn series(texts: Texts, key: &str) -> String {
    let (metric, instance) = key.split_once(':').unwrap_or((key, ""));
    let instance = instance.to_owned();
    let name = match metric {
        "cpu.busy" => text!(texts, series.cpu, instance = instance).to_string(),
        "memory.used_percent" => text!(texts, series.memory).to_owned(),
        "memory.available" => text!(texts, series.memory_available).to_owned(),
        "swap.used_percent" => text!(texts, series.swap).to_owned(),
        "filesystem.used_percent" => text!(texts, series.filesystem, instance = instance).to_string(),
        "filesystem.available" => text!(texts, series.filesystem_available, instance = instance).to_string(),
        "filesystem.full_hours" => text!(texts, series.filesystem_full, instance = instance).to_string(),
        "load.one" => text!(texts, series.load_one).to_owned(),
        "load.five" => text!(texts, series.load_five).to_owned(),
        "load.fifteen" => text!(texts, series.load_fifteen).to_owned(),
        "sensor.temperature" => text!(texts, series.temperature, instance = instance).to_string(),
        "certificate" => text!(texts, series.certificate, instance = instance).to_string(),
        "process" => text!(texts, series.process, instance = instance).to_string(),
        "unit" => text!(texts, series.unit, instance = instance).to_string(),
        _ => key.to_owned(),
    };
    // What it is of is not always said, as of the fullest file system.
    name.trim_end().to_owned()
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
