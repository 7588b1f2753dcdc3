//! Which incidents the list shows, as it stands in the address.

use domain::{IncidentId, RuleId, ServerId, alerts::Severity, incident_filter::IncidentFilter};
use serde::{Deserialize, Serialize};

use crate::routes::escape;

/// Which incidents the list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// What narrows it.
    pub filter: IncidentFilter,
    /// Those before this one: the next page.
    pub before: Option<IncidentId>,
}

impl Wanted {
    /// Reads it from the address. What makes no sense there narrows nothing.
    pub fn read(query: impl Fn(&str) -> Option<String>) -> Self {
        let id = |key: &str| query(key).and_then(|id| id.parse().ok());
        let filter = IncidentFilter {
            only_open: query("show").as_deref() != Some("all"),
            server: id("server").map(ServerId),
            severity: query("severity").and_then(|name| severity_of(&name)),
            priority: query("priority").and_then(|text| text.parse().ok()).filter(|number| (1..=4).contains(number)),
            acknowledged: query("acknowledged").and_then(|text| text.parse().ok()),
            rule: id("rule").map(RuleId),
            search: query("q").unwrap_or_default().chars().take(200).collect(),
        };
        Self { filter, before: id("before").map(IncidentId) }
    }

    /// The address that shows it.
    pub fn address(&self) -> String {
        let IncidentFilter { only_open, server, severity, priority, acknowledged, rule, search } = &self.filter;
        let mut address = format!("/incidents?show={}", if *only_open { "open" } else { "all" });
        let mut add = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                address.push_str(&format!("&{key}={value}"));
            }
        };
        add("q", Some(escape(search)).filter(|search| !search.is_empty()));
        add("severity", severity.map(|severity| severity_name(severity).to_owned()));
        add("priority", priority.map(|number| number.to_string()));
        add("acknowledged", acknowledged.map(|is| is.to_string()));
        add("rule", rule.map(|id| id.to_string()));
        add("server", server.map(|id| id.to_string()));
        add("before", self.before.map(|id| id.to_string()));
        address
    }

    /// The first page of what a changed filter takes.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut IncidentFilter)) -> Self {
        let mut filter = self.filter.clone();
        change(&mut filter);
        Self { filter, before: None }
    }

    /// Nothing narrowed, save whether those that are over are shown.
    #[must_use]
    pub fn cleared(&self) -> Self {
        Self { filter: IncidentFilter { only_open: self.filter.only_open, ..IncidentFilter::default() }, before: None }
    }
}

/// A severity by its name in the address.
pub fn severity_of(name: &str) -> Option<Severity> {
    [Severity::Warning, Severity::Critical].into_iter().find(|severity| severity_name(*severity) == name)
}

/// The name of a severity in the address.
pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Warning => "warning",
        Severity::Critical => "critical",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn read(address: &str) -> Wanted {
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let pairs: HashMap<_, _> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        Wanted::read(|key| pairs.get(key).map(|value| value.replace("%20", " ")))
    }

    #[test]
    fn the_address_says_all_that_narrows() {
        let filter = IncidentFilter {
            only_open: false,
            server: Some(ServerId(3)),
            severity: Some(Severity::Critical),
            priority: Some(1),
            acknowledged: Some(false),
            rule: Some(RuleId(7)),
            search: "disk full".to_owned(),
        };
        let wanted = Wanted { filter, before: Some(IncidentId(50)) };
        assert_eq!(read(&wanted.address()), wanted);
        assert_eq!(
            wanted.with(|filter| filter.priority = None).before,
            None,
            "another filter begins with its first page"
        );
        assert_eq!(wanted.cleared().address(), "/incidents?show=all");
    }

    #[test]
    fn without_anything_said_what_is_open_is_shown_and_rubbish_narrows_nothing() {
        assert_eq!(read("/incidents").address(), "/incidents?show=open");
        let rubbish = read("/incidents?show=x&server=y&priority=9&severity=fatal&acknowledged=perhaps");
        assert_eq!(rubbish.address(), "/incidents?show=open");
    }
}
