//! All rules over one server: its samples and its connection go in, what began and ended comes out.

use std::collections::HashMap;

use domain::{
    RuleId,
    alerts::{State, Threshold},
};

use crate::{
    forecast::{Forecast, Rooms},
    rules::{Rules, join, split},
    watch::{Change, Look, Waits, Watch},
};

/// A series that had no value for so long while the server answered is gone, as a file system that was unmounted, in milliseconds.
const GONE_MS: i64 = 15 * 60 * 1_000;
/// How much less than before the uptime has to be for a start anew, in seconds: it is rounded, and clocks are corrected.
const UPTIME_SLACK_SECS: f64 = 30.0;

/// Something that began or ended on a server.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The rule.
    pub rule: RuleId,
    /// The series that it is about; empty where it is about the server.
    pub series: String,
    /// What happened.
    pub change: Change,
    /// The value that made it happen.
    pub value: Option<f64>,
}

/// What all rules think of one server.
#[derive(Debug, Clone, Default)]
pub struct Server {
    pub(crate) watches: HashMap<(RuleId, String), Seen>,
    /// How file systems fill, by mount point, as far as a rule wants to know.
    pub(crate) forecasts: HashMap<String, Forecast>,
    uptime_secs: Option<f64>,
    answering_since_ms: Option<i64>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Seen {
    watch: Watch,
    /// When there was a value last, in Unix milliseconds.
    value_ms: Option<i64>,
}

impl Server {
    /// A server that goes on from what was kept of it.
    pub fn from_states(states: impl IntoIterator<Item = (RuleId, String, State)>) -> Self {
        let seen = |state| Seen { watch: Watch::from_state(state), value_ms: None };
        let watches = states.into_iter().map(|(rule, series, state)| ((rule, series), seen(state))).collect();
        Self { watches, ..Self::default() }
    }

    /// What is to be kept: all that is not quiet.
    pub fn states(&self) -> impl Iterator<Item = (RuleId, &str, State)> {
        let kept = self.watches.iter().filter(|(_, seen)| seen.watch.state() != State::Quiet);
        kept.map(|((rule, series), seen)| (*rule, series.as_str(), seen.watch.state()))
    }

    /// Takes in a sample: `values` gives its numbers as metric, what was measured, value.
    pub fn sample(
        &mut self,
        rules: &Rules,
        at_ms: i64,
        values: impl FnOnce(&mut dyn FnMut(&str, &str, f64)),
    ) -> Vec<Event> {
        let mut events = Vec::new();
        let mut uptime = None;
        let mut with_data = vec![false; rules.no_data.len()];
        let mut rooms = Rooms::default();
        values(&mut |metric, instance, value| {
            if metric == "uptime" {
                uptime = Some(value);
            }
            for (rule, has) in rules.no_data.iter().zip(&mut with_data) {
                *has |= split(&rule.series) == (metric, instance);
            }
            if !rules.filling.is_empty() {
                rooms.note(metric, instance, value);
            }
            let Some(of_metric) = rules.by_metric.get(metric) else { return };
            for rule in of_metric {
                if rule.is_about(instance) {
                    let look = look(rule.threshold, value);
                    self.look(rule.id, join(metric, instance), look, at_ms, rule.waits, Some(value), &mut events);
                }
            }
        });
        for (rule, has) in rules.no_data.iter().zip(with_data) {
            let look = if has { Look::Good } else { Look::Bad };
            self.look(rule.id, rule.series.clone(), look, at_ms, rule.waits, None, &mut events);
        }
        self.fill(rules, at_ms, &rooms, &mut events);
        self.reboot(rules, at_ms, uptime, &mut events);
        self.end_gone(rules, at_ms, &mut events);
        self.answering_since_ms.get_or_insert(at_ms);
        events
    }

    /// Takes in whether the server answers. To be called when that changes, and every second or so while it does not.
    pub fn connection(&mut self, rules: &Rules, at_ms: i64, answers: bool) -> Vec<Event> {
        let mut events = Vec::new();
        if !answers {
            self.answering_since_ms = None;
        }
        let look = if answers { Look::Good } else { Look::Bad };
        for (id, waits) in &rules.offline {
            self.look(*id, String::new(), look, at_ms, *waits, None, &mut events);
        }
        events
    }

    /// Takes in whether the machine that the monitor runs on, which this is, is cut off from all `lost` servers that it watches. To be called
    /// every second or so.
    pub fn cut_off(&mut self, rules: &Rules, at_ms: i64, lost: Option<usize>) -> Vec<Event> {
        let mut events = Vec::new();
        let look = if lost.is_some() { Look::Bad } else { Look::Good };
        #[allow(clippy::cast_precision_loss, reason = "nobody watches that many")]
        let value = lost.map(|lost| lost as f64);
        for (id, waits) in &rules.cut_off {
            self.look(*id, String::new(), look, at_ms, *waits, value, &mut events);
        }
        events
    }

    /// Takes in how the server's host key looks: bad while it is not the one that a person trusts, good once the server answers. To be called with
    /// [`Self::connection`].
    pub fn host_key(&mut self, rules: &Rules, at_ms: i64, look: Look) -> Vec<Event> {
        let mut events = Vec::new();
        for (id, waits) in &rules.host_key {
            self.look(*id, String::new(), look, at_ms, *waits, None, &mut events);
        }
        events
    }

    /// Ends what rules began that are gone, off, look at something else now, or do not cover the server any more.
    pub fn keep_only(&mut self, rules: &Rules, at_ms: i64) -> Vec<Event> {
        let mut events = Vec::new();
        self.watches.retain(|(rule, series), seen| {
            let is_kept = rules.looks_at(*rule, series);
            if !is_kept && let Some(change) = seen.watch.end(at_ms) {
                events.push(Event { rule: *rule, series: series.clone(), change, value: None });
            }
            is_kept
        });
        events
    }

    #[allow(clippy::too_many_arguments, reason = "one place for all kinds of rules")]
    pub(crate) fn look(
        &mut self,
        rule: RuleId,
        series: String,
        look: Look,
        at_ms: i64,
        waits: Waits,
        value: Option<f64>,
        events: &mut Vec<Event>,
    ) {
        let key = (rule, series);
        // Most rules are quiet most of the time: nothing is kept for those.
        if look != Look::Bad && !self.watches.contains_key(&key) {
            return;
        }
        let seen = self.watches.entry(key.clone()).or_default();
        seen.value_ms = Some(at_ms);
        if let Some(change) = seen.watch.look(look, at_ms, waits) {
            events.push(Event { rule: key.0, series: key.1.clone(), change, value });
        }
        if seen.watch.state() == State::Quiet {
            self.watches.remove(&key);
        }
    }

    /// A start anew is over as soon as it is seen: it begins and ends at once.
    fn reboot(&mut self, rules: &Rules, at_ms: i64, uptime: Option<f64>, events: &mut Vec<Event>) {
        let Some(uptime) = uptime else { return };
        let is_anew = self.uptime_secs.is_some_and(|before| uptime + UPTIME_SLACK_SECS < before);
        self.uptime_secs = Some(uptime);
        if !is_anew {
            return;
        }
        for rule in &rules.reboot {
            let event = |change| Event { rule: *rule, series: String::new(), change, value: Some(uptime) };
            events.push(event(Change::Began { since_ms: at_ms }));
            events.push(event(Change::Ended { since_ms: at_ms, until_ms: at_ms }));
        }
    }

    /// Ends what is about a series that is gone while the server answers.
    fn end_gone(&mut self, rules: &Rules, at_ms: i64, events: &mut Vec<Event>) {
        let Some(since_ms) = self.answering_since_ms else { return };
        self.watches.retain(|(rule, series), seen| {
            let last_ms = seen.value_ms.unwrap_or(since_ms).max(since_ms);
            let is_gone = !series.is_empty() && at_ms - last_ms > GONE_MS && !rules.is_seldom_seen(*rule);
            if is_gone && let Some(change) = seen.watch.end(last_ms) {
                events.push(Event { rule: *rule, series: series.clone(), change, value: None });
            }
            !is_gone
        });
    }
}

fn look(threshold: Threshold, value: f64) -> Look {
    if threshold.is_bad(value) {
        Look::Bad
    } else if threshold.is_good(value) {
        Look::Good
    } else {
        Look::Between
    }
}

#[cfg(test)]
mod tests {
    use domain::alerts::{Comparison, Condition, Rule, Scope, Severity};

    use super::*;

    const MINUTE: i64 = 60_000;

    fn rule(id: i64, condition: Condition, for_secs: u32) -> Rule {
        Rule {
            id: RuleId(id),
            name: format!("rule {id}"),
            condition,
            scope: Scope::All,
            severity: Severity::Critical,
            for_secs,
            clear_secs: 0,
            is_enabled: true,
            level_id: None,
        }
    }

    fn above(series: &str, fire: f64, clear: f64) -> Condition {
        let threshold = Threshold { comparison: Comparison::Above, fire, clear };
        Condition::Value { series: series.to_owned(), threshold }
    }

    /// What happens with values of a series over minutes, as (minute, rule, series, whether it began).
    fn run(rules: &[Rule], minutes: &[&[(&str, f64)]]) -> Vec<(i64, i64, String, bool)> {
        let (rules, mut server, mut all) = (Rules::new(rules), Server::default(), Vec::new());
        for (minute, values) in (0_i64..).zip(minutes) {
            let events = server.sample(&rules, minute * MINUTE, |visit| {
                for (key, value) in *values {
                    let (metric, instance) = split(key);
                    visit(metric, instance, *value);
                }
            });
            let short =
                |event: Event| (minute, event.rule.0, event.series, matches!(event.change, Change::Began { .. }));
            all.extend(events.into_iter().map(short));
        }
        all
    }

    #[test]
    fn each_kind_of_rule_begins_and_ends_what_it_is_about() {
        let s = str::to_owned;
        // A value, with a band in which nothing changes.
        let cpu = [rule(1, above("cpu.busy", 90.0, 80.0), 0)];
        let values: [&[(&str, f64)]; 5] = [
            &[("cpu.busy", 89.0)],
            &[("cpu.busy", 90.0)],
            &[("cpu.busy", 85.0)],
            &[("cpu.busy", 91.0)],
            &[("cpu.busy", 79.0)],
        ];
        assert_eq!(run(&cpu, &values), [(1, 1, s("cpu.busy"), true), (4, 1, s("cpu.busy"), false)]);
        // For two minutes.
        let cpu = [rule(1, above("cpu.busy", 90.0, 80.0), 120)];
        let high: &[(&str, f64)] = &[("cpu.busy", 95.0)];
        assert_eq!(run(&cpu, &[high, high, high, high]), [(2, 1, s("cpu.busy"), true)]);
        // Each file system by itself; the whole server's is not one of them.
        let disks = [rule(2, above("filesystem.used_percent:*", 90.0, 90.0), 0)];
        let full: &[(&str, f64)] = &[
            ("filesystem.used_percent", 95.0),
            ("filesystem.used_percent:/", 50.0),
            ("filesystem.used_percent:/srv", 95.0),
        ];
        assert_eq!(run(&disks, &[full, full]), [(0, 2, s("filesystem.used_percent:/srv"), true)]);
        // Low values.
        let threshold = Threshold { comparison: Comparison::Below, fire: 10.0, clear: 20.0 };
        let memory = [rule(3, Condition::Value { series: s("memory.available"), threshold }, 0)];
        let values: [&[(&str, f64)]; 3] =
            [&[("memory.available", 9.0)], &[("memory.available", 15.0)], &[("memory.available", 21.0)]];
        assert_eq!(run(&memory, &values), [(0, 3, s("memory.available"), true), (2, 3, s("memory.available"), false)]);
        // No data, and then data.
        let quiet = [rule(4, Condition::NoData { series: s("sensor.temperature:cpu") }, 60)];
        let values: [&[(&str, f64)]; 4] = [&[], &[], &[("sensor.temperature:cpu", 40.0)], &[]];
        let series = s("sensor.temperature:cpu");
        assert_eq!(run(&quiet, &values), [(1, 4, series.clone(), true), (2, 4, series, false)]);
        // Started anew.
        let reboot = [rule(5, Condition::Reboot, 0)];
        let values: [&[(&str, f64)]; 3] = [&[("uptime", 5_000.0)], &[("uptime", 4_990.0)], &[("uptime", 30.0)]];
        assert_eq!(run(&reboot, &values), [(2, 5, String::new(), true), (2, 5, String::new(), false)]);
        // One that is off.
        let off = [Rule { is_enabled: false, ..rule(6, above("cpu.busy", 90.0, 80.0), 0) }];
        assert_eq!(run(&off, &[high]), []);
    }

    #[test]
    fn a_server_that_does_not_answer_is_offline_once() {
        let (rules, mut server) = (Rules::new(&[rule(1, Condition::Offline, 10)]), Server::default());
        assert_eq!(server.connection(&rules, 0, true), []);
        assert_eq!(server.connection(&rules, 1_000, false), []);
        assert_eq!(server.connection(&rules, 11_000, false).len(), 1);
        assert_eq!(server.connection(&rules, 12_000, false), []);
        assert_eq!(server.connection(&rules, 20_000, true).len(), 1);
        assert_eq!(server.states().count(), 0, "nothing is kept of what is quiet");
    }

    #[test]
    fn a_machine_that_reaches_nobody_is_cut_off_once() {
        let (rules, mut server) = (Rules::new(&[rule(1, Condition::CutOff, 5)]), Server::default());
        assert_eq!(server.cut_off(&rules, 0, None), []);
        assert_eq!(server.cut_off(&rules, 1_000, Some(40)), []);
        let began = server.cut_off(&rules, 6_000, Some(41));
        assert!(matches!(began.as_slice(), [Event { change: Change::Began { .. }, value: Some(41.0), .. }]));
        assert_eq!(server.cut_off(&rules, 7_000, Some(41)), []);
        assert_eq!(server.cut_off(&rules, 8_000, None).len(), 1);
    }

    #[test]
    fn a_series_that_is_gone_ends_what_it_began_but_not_while_the_server_is_away() {
        let rules = Rules::new(&[rule(1, above("filesystem.used_percent:*", 90.0, 90.0), 0)]);
        let mut server = Server::default();
        server.sample(&rules, 0, |visit| visit("filesystem.used_percent", "/mnt", 99.0));
        server.connection(&rules, MINUTE, false);
        assert_eq!(server.sample(&rules, 60 * MINUTE, |_| ()), [], "it just came back");
        assert_eq!(server.sample(&rules, 70 * MINUTE, |_| ()), []);
        let events = server.sample(&rules, 76 * MINUTE, |_| ());
        assert!(matches!(events.as_slice(), [Event { change: Change::Ended { .. }, .. }]), "{events:?}");
    }

    #[test]
    fn a_rule_that_is_deleted_ends_what_it_began() {
        let rules = Rules::new(&[rule(1, above("cpu.busy", 90.0, 80.0), 0), rule(2, above("load.one", 5.0, 4.0), 0)]);
        let mut server = Server::default();
        server.sample(&rules, 0, |visit| {
            visit("cpu.busy", "", 99.0);
            visit("load.one", "", 9.0);
        });
        let left = Rules::new(&[rule(2, above("load.one", 5.0, 4.0), 0)]);
        let events = server.keep_only(&left, MINUTE);
        assert_eq!(events.iter().map(|event| event.rule.0).collect::<Vec<_>>(), [1]);
        assert_eq!(server.states().map(|(rule, ..)| rule.0).collect::<Vec<_>>(), [2]);
        assert_eq!(server.keep_only(&left, MINUTE), []);
    }

    #[test]
    fn a_restart_neither_repeats_nor_forgets() {
        let rules = Rules::new(&[rule(1, above("cpu.busy", 90.0, 80.0), 120)]);
        let busy = |visit: &mut dyn FnMut(&str, &str, f64)| visit("cpu.busy", "", 99.0);
        let mut server = Server::default();
        for minute in 0..5 {
            let kept: Vec<_> = server.states().map(|(rule, series, state)| (rule, series.to_owned(), state)).collect();
            server = Server::from_states(kept);
            let began = server.sample(&rules, minute * MINUTE, busy).len();
            assert_eq!(began, usize::from(minute == 2), "minute {minute}");
        }
        let events = server.sample(&rules, 9 * MINUTE, |visit| visit("cpu.busy", "", 1.0));
        assert_eq!(events.first().map(|event| event.change), Some(Change::Ended { since_ms: 0, until_ms: 9 * MINUTE }));
    }
}
