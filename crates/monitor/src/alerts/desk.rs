//! Where samples meet rules: in memory, beside the supervisors, which never wait here for anything.

mod wanted;

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use ::alerts::{Change, Event, Look, Rules, Server as Watched};
use domain::{
    RuleId, ServerId,
    alerts::{Condition, Rule, State},
    metrics::Sample,
    servers::{Server, Via},
    status::{ReasonCode, Status},
};
use store::alerts::{Began, Changes, Happened};

/// All rules, and what they think of every server.
#[derive(Debug, Default)]
pub(crate) struct Desk(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    rules: HashMap<RuleId, Rule>,
    /// Grows with every change of the rules.
    version: u64,
    places: HashMap<ServerId, Place>,
    /// What was kept of servers that did not report yet.
    kept: HashMap<ServerId, Vec<(RuleId, String, State)>>,
}

/// What is thought of one server.
#[derive(Debug, Default)]
struct Place {
    watched: Watched,
    /// The rules that cover it, and what they were chosen by.
    rules: Rules,
    chosen_by: Option<ChosenBy>,
    /// What the database has.
    saved: HashMap<(RuleId, String), State>,
    happened: Vec<Happened>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct ChosenBy {
    version: u64,
    group: Option<domain::GroupId>,
    tags: Vec<domain::TagId>,
}

impl Desk {
    /// Goes on from what was kept.
    pub fn begin(&self, rules: Vec<Rule>, states: Vec<(ServerId, RuleId, String, State)>) {
        let mut inner = self.inner();
        for (server, rule, series, state) in states {
            inner.kept.entry(server).or_default().push((rule, series, state));
        }
        inner.set_rules(rules);
    }

    /// Takes over changed rules; what they change is seen with the next sample or second.
    pub fn set_rules(&self, rules: Vec<Rule>) {
        self.inner().set_rules(rules);
    }

    /// Takes in a sample of a server.
    pub fn sampled(&self, server: &Server, sample: &Sample) {
        self.inner().with(server, sample.at_ms, |watched, rules| {
            watched.sample(rules, sample.at_ms, |visit| {
                sample.each_value(|metric, instance, value, _| visit(metric, instance, value));
            })
        });
    }

    /// Takes in whether a server answers.
    pub fn connection(&self, server: &Server, now_ms: i64) {
        let answers = match server.status {
            Status::Online => true,
            Status::Offline => false,
            // Nobody knows yet.
            Status::Unknown => return,
        };
        let host_key = match &server.reason {
            _ if answers => Look::Good,
            Some(reason) if reason.code == ReasonCode::HostKeyChanged => Look::Bad,
            // Who does not answer shows no key.
            _ => Look::Between,
        };
        self.inner().with(server, now_ms, |watched, rules| {
            let mut events = watched.connection(rules, now_ms, answers);
            events.extend(watched.host_key(rules, now_ms, host_key));
            events
        });
    }

    /// Takes in how many servers the machine that the monitor runs on is cut off from, if it is.
    pub fn cut_off(&self, this: &Server, now_ms: i64, lost: Option<usize>) {
        self.inner().with(this, now_ms, |watched, rules| watched.cut_off(rules, now_ms, lost));
    }

    /// Forgets a server that was deleted.
    pub fn forget(&self, server: ServerId) {
        let mut inner = self.inner();
        inner.places.remove(&server);
        inner.kept.remove(&server);
    }

    /// What the database does not know yet. It is to be told by [`Self::saved`] that it does now.
    pub fn unsaved(&self) -> Vec<(ServerId, Changes)> {
        let inner = self.inner();
        let changes = inner.places.iter().map(|(server, place)| (*server, place.changes()));
        changes.filter(|(_, changes)| !changes.is_empty()).collect()
    }

    /// The database has these now.
    pub fn saved(&self, all: &[(ServerId, Changes)]) {
        let mut inner = self.inner();
        for (server, changes) in all {
            let Some(place) = inner.places.get_mut(server) else { continue };
            for (rule, series, state) in &changes.states {
                match state {
                    State::Quiet => drop(place.saved.remove(&(*rule, series.clone()))),
                    state => drop(place.saved.insert((*rule, series.clone()), *state)),
                }
            }
            place.happened.drain(..changes.happened.len().min(place.happened.len()));
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn set_rules(&mut self, rules: Vec<Rule>) {
        self.rules = rules.into_iter().map(|rule| (rule.id, rule)).collect();
        self.version += 1;
    }

    fn with(&mut self, server: &Server, now_ms: i64, look: impl FnOnce(&mut Watched, &Rules) -> Vec<Event>) {
        let place = self.places.entry(server.id).or_insert_with(|| {
            let kept = self.kept.remove(&server.id).unwrap_or_default();
            let saved = kept.iter().map(|(rule, series, state)| ((*rule, series.clone()), *state)).collect();
            Place { watched: Watched::from_states(kept), saved, ..Place::default() }
        });
        let chosen_by = ChosenBy { version: self.version, group: server.group_id, tags: server.tag_ids.clone() };
        let mut events = Vec::new();
        if place.chosen_by.as_ref() != Some(&chosen_by) {
            // Only the monitor's own machine can be cut off: elsewhere such a rule would keep what it never looks at.
            let can_be = |rule: &&Rule| server.via == Via::Local || rule.condition != Condition::CutOff;
            let covers = |rule: &&Rule| can_be(rule) && rule.scope.covers(server.id, server.group_id, &server.tag_ids);
            place.rules = Rules::new(self.rules.values().filter(covers));
            place.chosen_by = Some(chosen_by);
            events.extend(place.watched.keep_only(&place.rules, now_ms));
        }
        events.extend(look(&mut place.watched, &place.rules));
        let rules = &self.rules;
        place.happened.extend(events.into_iter().filter_map(|event| happened(event, rules, server, now_ms)));
    }
}

impl Place {
    /// What the database does not know yet.
    fn changes(&self) -> Changes {
        let now: HashMap<(RuleId, &str), State> =
            self.watched.states().map(|(rule, series, state)| ((rule, series), state)).collect();
        let quiet = self.saved.keys().filter(|(rule, series)| !now.contains_key(&(*rule, series.as_str())));
        let quiet = quiet.map(|(rule, series)| (*rule, series.clone(), State::Quiet));
        let is_saved =
            |rule: RuleId, series: &str, state: &State| self.saved.get(&(rule, series.to_owned())) == Some(state);
        let changed = now.iter().filter(|((rule, series), state)| !is_saved(*rule, series, state));
        let changed = changed.map(|((rule, series), state)| (*rule, (*series).to_owned(), *state));
        Changes { states: quiet.chain(changed).collect(), happened: self.happened.clone() }
    }
}

fn happened(event: Event, rules: &HashMap<RuleId, Rule>, server: &Server, at_ms: i64) -> Option<Happened> {
    match event.change {
        Change::Began { since_ms } => rules.get(&event.rule).map(|rule| {
            Happened::Began(Began {
                rule: rule.id,
                rule_name: rule.name.clone(),
                server_name: server.name.clone(),
                series: event.series,
                severity: rule.severity,
                level: rule.level(),
                priority: rule.priority(),
                value: event.value,
                since_ms,
                at_ms,
            })
        }),
        Change::Ended { until_ms, .. } => {
            Some(Happened::Ended { rule: event.rule, series: event.series, at_ms: until_ms })
        }
    }
}

#[cfg(test)]
mod tests {
    mod conditions;

    use domain::{
        GroupId,
        alerts::{Comparison, Condition, Scope, Severity, Threshold},
        metrics::CpuStates,
    };

    use super::*;

    fn rule(scope: Scope) -> Rule {
        let threshold = Threshold { comparison: Comparison::Above, fire: 90.0, clear: 80.0 };
        Rule {
            id: RuleId(1),
            name: "CPU".to_owned(),
            condition: Condition::Value { series: "cpu.busy".to_owned(), threshold },
            scope,
            severity: Severity::Critical,
            for_secs: 0,
            clear_secs: 0,
            is_enabled: true,
            level_id: None,
        }
    }

    fn server(group: Option<i64>) -> Server {
        Server { id: ServerId(7), name: "one".to_owned(), group_id: group.map(GroupId), ..crate::fixture::server() }
    }

    fn sample(at_ms: i64, busy: f64) -> Sample {
        Sample { at_ms, cpu: CpuStates { busy, ..CpuStates::default() }, ..Sample::default() }
    }

    fn saves(desk: &Desk) -> Vec<(ServerId, Changes)> {
        let unsaved = desk.unsaved();
        desk.saved(&unsaved);
        unsaved
    }

    #[test]
    fn what_the_database_does_not_take_is_offered_again_and_then_not_any_more() {
        let desk = Desk::default();
        desk.begin(vec![rule(Scope::All)], Vec::new());
        desk.sampled(&server(None), &sample(1_000, 50.0));
        assert!(desk.unsaved().is_empty());
        desk.sampled(&server(None), &sample(2_000, 95.0));
        let unsaved = desk.unsaved();
        assert!(matches!(unsaved[0].1.happened.as_slice(), [Happened::Began(Began { value: Some(95.0), .. })]));
        assert_eq!(desk.unsaved()[0].1.happened, unsaved[0].1.happened, "it was not said to be saved");
        desk.sampled(&server(None), &sample(3_000, 10.0));
        desk.saved(&unsaved);
        let left = saves(&desk);
        assert!(matches!(left[0].1.happened.as_slice(), [Happened::Ended { at_ms: 3_000, .. }]), "{left:?}");
        assert_eq!(left[0].1.states, [(RuleId(1), "cpu.busy".to_owned(), State::Quiet)]);
        assert!(desk.unsaved().is_empty());
    }

    #[test]
    fn a_restart_goes_on_from_what_was_kept() {
        let desk = Desk::default();
        let firing = State::Firing { since_ms: 500, good_since_ms: None };
        desk.begin(vec![rule(Scope::All)], vec![(ServerId(7), RuleId(1), "cpu.busy".to_owned(), firing)]);
        desk.sampled(&server(None), &sample(2_000, 95.0));
        assert!(desk.unsaved().is_empty(), "it fired before");
        desk.sampled(&server(None), &sample(3_000, 5.0));
        assert!(matches!(saves(&desk)[0].1.happened.as_slice(), [Happened::Ended { .. }]));
    }

    #[test]
    fn a_server_that_leaves_a_group_ends_what_the_group_s_rule_began() {
        let desk = Desk::default();
        desk.begin(vec![rule(Scope::Group(GroupId(3)))], Vec::new());
        desk.sampled(&server(Some(3)), &sample(1_000, 95.0));
        assert_eq!(saves(&desk).len(), 1);
        desk.sampled(&server(None), &sample(2_000, 95.0));
        assert!(matches!(saves(&desk)[0].1.happened.as_slice(), [Happened::Ended { at_ms: 2_000, .. }]));
    }
}
