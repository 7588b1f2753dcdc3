//! What a server lists when a rule wants it: units that have failed, and the names of its processes.

use crate::{
    rules::{Rules, UNIT, join, process_name},
    server::{Event, Server},
    watch::Look,
};

/// Names that a server lists.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    /// The names.
    pub names: &'a [String],
    /// Whether these are all of them: what is not in a list that was cut may still be there.
    pub is_whole: bool,
}

impl Listed<'_> {
    /// How it looks that something is not in the list.
    fn without(&self, look: Look) -> Look {
        if self.is_whole { look } else { Look::Between }
    }
}

impl Server {
    /// Takes in which units have failed.
    pub fn units(&mut self, rules: &Rules, at_ms: i64, failed: Listed<'_>) -> Vec<Event> {
        let mut events = Vec::new();
        let good = failed.without(Look::Good);
        for rule in &rules.units {
            let mut look = |unit: &str, look| {
                self.look(rule.id, join(UNIT, unit), look, at_ms, rule.waits, None, &mut events);
            };
            if let Some(meant) = &rule.unit {
                let is_bad = failed.names.iter().any(|unit| is_called(unit, meant));
                look(meant, if is_bad { Look::Bad } else { good });
                continue;
            }
            failed.names.iter().for_each(|unit| look(unit, Look::Bad));
            let begun = self.watches.keys().filter(|(id, _)| *id == rule.id);
            let is_listed = |series: &str| failed.names.iter().any(|unit| series == join(UNIT, unit));
            let over: Vec<_> = begun.map(|(_, series)| series.clone()).filter(|series| !is_listed(series)).collect();
            for series in over {
                self.look(rule.id, series, good, at_ms, rule.waits, None, &mut events);
            }
        }
        events
    }

    /// Takes in the names of all processes that run.
    pub fn processes(&mut self, rules: &Rules, at_ms: i64, running: Listed<'_>) -> Vec<Event> {
        let mut events = Vec::new();
        for rule in &rules.processes {
            let is_there = running.names.iter().any(|name| process_name(name) == rule.name);
            let look = if is_there { Look::Good } else { running.without(Look::Bad) };
            self.look(rule.id, rule.series.clone(), look, at_ms, rule.waits, None, &mut events);
        }
        events
    }
}

/// Whether a unit is meant by a name; as for systemctl, one without a kind is that of a service.
fn is_called(unit: &str, meant: &str) -> bool {
    unit == meant || !meant.contains('.') && unit.strip_suffix(".service") == Some(meant)
}

#[cfg(test)]
mod tests {
    use domain::{
        RuleId,
        alerts::{Condition, EACH, Rule, Scope, Severity},
    };

    use super::*;
    use crate::watch::Change;

    fn rules(conditions: &[Condition]) -> Rules {
        let rule = |(id, condition): (i64, &Condition)| Rule {
            id: RuleId(id),
            name: String::new(),
            condition: condition.clone(),
            scope: Scope::All,
            severity: Severity::Critical,
            for_secs: 0,
            clear_secs: 0,
            is_enabled: true,
            level_id: None,
        };
        Rules::new(&(1..).zip(conditions).map(rule).collect::<Vec<_>>())
    }

    fn failed(unit: &str) -> Condition {
        Condition::UnitFailed { unit: unit.to_owned() }
    }

    fn missing(process: &str) -> Condition {
        Condition::ProcessMissing { process: process.to_owned() }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// What happened, as (rule, series, whether it began).
    fn short(events: Vec<Event>) -> Vec<(i64, String, bool)> {
        let short = |event: Event| (event.rule.0, event.series, matches!(event.change, Change::Began { .. }));
        let mut all: Vec<_> = events.into_iter().map(short).collect();
        all.sort();
        all
    }

    fn whole(names: &[String]) -> Listed<'_> {
        Listed { names, is_whole: true }
    }

    #[test]
    fn each_failed_unit_is_an_incident_until_it_is_not_listed_any_more() {
        let rules = rules(&[failed(EACH), failed("nginx"), failed("data\\x2dold.mount")]);
        let (mut server, s) = (Server::default(), str::to_owned);
        let mut look = |at_ms, units: &[&str]| short(server.units(&rules, at_ms, whole(&names(units))));
        assert_eq!(look(0, &[]), []);
        let began = [(1, s("unit:a.timer"), true), (1, s("unit:nginx.service"), true), (2, s("unit:nginx"), true)];
        assert_eq!(look(1, &["nginx.service", "a.timer"]), began);
        assert_eq!(look(2, &["a.timer", "nginx.service"]), [], "it goes on");
        assert_eq!(look(3, &["a.timer"]), [(1, s("unit:nginx.service"), false), (2, s("unit:nginx"), false)]);
        let escaped = s("unit:data\\x2dold.mount");
        assert_eq!(look(4, &["a.timer", "data\\x2dold.mount"]), [(1, escaped.clone(), true), (3, escaped, true)]);
    }

    #[test]
    fn a_process_is_missing_while_its_name_is_not_listed_as_far_as_the_kernel_keeps_names() {
        let rules = rules(&[missing("postgres"), missing("systemd-journald"), missing("lange-aufgabe-übrig")]);
        assert_eq!(rules.wants(), crate::Wants { units: false, processes: true });
        let (mut server, s) = (Server::default(), str::to_owned);
        let mut look = |at_ms, all: &[&str]| short(server.processes(&rules, at_ms, whole(&names(all))));
        let cut = ["systemd-journal", "lange-aufgabe-\u{fffd}"];
        assert_eq!(look(0, &[&cut[..], &["postgres"]].concat()), []);
        assert_eq!(look(1, &[&cut[..], &["postgres_export"]].concat()), [(1, s("process:postgres"), true)]);
        assert_eq!(
            look(2, &["postgres"]),
            [
                (1, s("process:postgres"), false),
                (2, s("process:systemd-journald"), true),
                (3, s("process:lange-aufgabe-übrig"), true)
            ]
        );
    }

    #[test]
    fn what_is_not_in_a_list_that_was_cut_stays_what_it_was() {
        let rules = rules(&[failed(EACH), missing("cron")]);
        let mut server = Server::default();
        let (units, processes) = (names(&["a.service"]), names(&["sh"]));
        assert_eq!(server.units(&rules, 0, whole(&units)).len(), 1);
        let (cut, others) = (|names| Listed { names, is_whole: false }, names(&["b.service"]));
        assert_eq!(server.units(&rules, 1, cut(&others)).len(), 1, "b begins, a goes on");
        assert_eq!(server.processes(&rules, 1, cut(&processes)), []);
        assert_eq!(server.processes(&rules, 2, whole(&processes)).len(), 1);
        assert_eq!(server.processes(&rules, 3, cut(&processes)), []);
        assert_eq!(short(server.units(&rules, 4, whole(&[]))).len(), 2);
    }

    #[test]
    fn nobody_knows_more_when_the_server_stops_listing() {
        let rules = rules(&[failed(EACH)]);
        let mut server = Server::default();
        assert_eq!(server.units(&rules, 0, whole(&names(&["a.service"]))).len(), 1);
        for hour in 1..10 {
            assert_eq!(server.sample(&rules, hour * 3_600_000, |_| ()), []);
        }
        assert_eq!(server.units(&rules, 40_000_000, whole(&[])).len(), 1);
    }

    #[test]
    fn a_rule_that_is_deleted_or_names_something_else_ends_what_it_began_and_a_restart_goes_on() {
        let before = rules(&[failed(EACH), missing("cron")]);
        let mut server = Server::default();
        assert_eq!(server.units(&before, 0, whole(&names(&["a.service", "b.service"]))).len(), 2);
        assert_eq!(server.processes(&before, 0, whole(&[])).len(), 1);
        let states: Vec<_> = server.states().map(|(rule, series, state)| (rule, series.to_owned(), state)).collect();
        let mut server = Server::from_states(states);
        assert_eq!(server.keep_only(&before, 1), []);
        assert_eq!(server.units(&before, 2, whole(&names(&["a.service", "b.service"]))), []);
        let after = rules(&[failed("a.service"), failed("cron")]);
        let ended = [(1, "unit:b.service".to_owned(), false), (2, "process:cron".to_owned(), false)];
        assert_eq!(short(server.keep_only(&after, 3)), ended);
        assert_eq!(short(server.keep_only(&Rules::default(), 4)), [(1, "unit:a.service".to_owned(), false)]);
        assert_eq!(server.states().count(), 0);
    }
}
