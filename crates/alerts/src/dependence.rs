//! Whether a server's silence has its cause elsewhere, or is part of something larger that is still unfolding: then nobody is told of it by itself.
//!
//! Servers that lie behind another one are lost with it, and all servers are lost when the monitor's own machine is cut off. What they have in common
//! is seldom found first, since each connection is given up in its own time: so what is new waits as long as others look as if they were lost as well.

use std::collections::{HashMap, HashSet};

use domain::{
    IncidentId, RuleId, ServerId,
    alerts::{Condition, Incident, Rule},
};

/// So long is waited at least before somebody is told that a server does not answer: what was lost with it is seen within that time.
const GLANCE_MS: i64 = 250;
/// So long is waited at most for what may be its cause: the longest that an end of a connection may stay unnoticed where somebody asks, and a little
/// more.
const HOLD_MS: i64 = 12_000;
/// How soon it is looked again meanwhile.
const AGAIN_MS: i64 = 500;
/// So many others that are about to be lost make it worth waiting, or one in so many: of a large fleet some are always late.
const COMPANY: usize = 2;
const COMPANY_SHARE: usize = 100;
/// A server that was lost so short a time ago has no incident yet.
const FRESH_MS: i64 = 3_000;
/// Servers come back one after the other once their cause is gone: so long is still nothing said of them.
pub const GRACE_MS: i64 = 120_000;
/// While the cause goes on, it is looked again so often, though what ends it wakes us.
const WHILE_MS: i64 = 60_000;
/// So many jumps lie before a server at most.
pub const DEPTH_MAX: usize = 8;

/// Whether a server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// It does.
    Yes,
    /// It did, and is late now.
    Late,
    /// It does not, since then, in Unix milliseconds.
    No {
        /// Since when.
        since_ms: i64,
    },
}

/// A server as far as others depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// The server through which it is reached.
    pub behind: Option<ServerId>,
    /// Whether it answers.
    pub answers: Answers,
}

/// Why nobody is told of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Until when at least, in Unix milliseconds.
    pub until_ms: i64,
    /// The incident that is its cause, if that is known.
    pub cause: Option<IncidentId>,
}

/// What depends on what, and what of it is lost.
#[derive(Debug, Clone, Default)]
pub struct Dependence {
    nodes: HashMap<ServerId, Node>,
    /// Rules that say that a server cannot be reached.
    losses: HashSet<RuleId>,
    /// Rules that say that the monitor is cut off.
    cuts: HashSet<RuleId>,
    /// The incident by which each server is lost, or was until of late, with when that was over.
    lost: HashMap<ServerId, (IncidentId, Option<i64>)>,
    /// The incident by which the monitor is cut off from all, with when that was over.
    cut_off: Option<(IncidentId, Option<i64>)>,
    /// Whether a rule may be about to say so.
    may_be_cut_off: bool,
}

impl Dependence {
    /// Whether incidents of a rule that looks at this may be the cause of others.
    pub fn is_cause(condition: &Condition) -> bool {
        is_loss(condition) || is_cut(condition)
    }

    /// What follows from all rules, from incidents that are open or were until of late, and from how servers are.
    pub fn new<'a>(
        rules: &[Rule],
        incidents: impl IntoIterator<Item = &'a Incident>,
        nodes: HashMap<ServerId, Node>,
    ) -> Self {
        let with = |is: fn(&Condition) -> bool| -> HashSet<RuleId> {
            rules.iter().filter(|rule| is(&rule.condition)).map(|rule| rule.id).collect()
        };
        let (losses, cuts) = (with(is_loss), with(is_cut));
        let mut this = Self { nodes, losses, cuts, ..Self::default() };
        for incident in incidents {
            let (Some(rule), Some(server)) = (incident.rule_id, incident.server_id) else { continue };
            let seen = (incident.id, incident.ended_at_ms);
            if this.cuts.contains(&rule) {
                this.cut_off = Some(worse(this.cut_off, seen));
            } else if this.losses.contains(&rule) {
                let before = this.lost.get(&server).copied();
                this.lost.insert(server, worse(before, seen));
            }
        }
        this
    }

    /// The same where the monitor looks as if it was cut off, though not for long enough that a rule says so.
    #[must_use]
    pub fn while_cut_off(self, looks_so: bool, rules: &[Rule]) -> Self {
        let has_rule = rules.iter().any(|rule| rule.is_enabled && is_cut(&rule.condition));
        Self { may_be_cut_off: looks_so && has_rule, ..self }
    }

    /// Whether and why nobody is to be told of an incident at a moment, in Unix milliseconds.
    pub fn held(&self, incident: &Incident, now_ms: i64) -> Option<Held> {
        let server = incident.server_id?;
        if !incident.rule_id.is_some_and(|rule| self.losses.contains(&rule)) {
            return None;
        }
        let before: Vec<ServerId> = self.before(server).collect();
        let causes = before.iter().filter_map(|each| self.lost.get(each)).chain(&self.cut_off);
        if let Some(held) = causes.filter_map(|cause| held_by(*cause, now_ms)).max_by_key(|held| held.until_ms) {
            return Some(held);
        }
        let is_over_at_ms = incident.began_at_ms + HOLD_MS;
        let not_yet = |until_ms: i64| (now_ms < until_ms).then_some(Held { until_ms, cause: None });
        let is_unfolding = self.may_be_cut_off
            || before.iter().any(|each| self.is_silent(*each))
            || self.is_in_company(server, now_ms);
        if is_unfolding && now_ms < is_over_at_ms {
            return not_yet((now_ms + AGAIN_MS).min(is_over_at_ms));
        }
        not_yet(incident.began_at_ms + GLANCE_MS)
    }

    /// How many other servers cannot be reached because of incidents.
    pub fn behind(&self, incidents: &[&Incident]) -> usize {
        let servers = |rules: &HashSet<RuleId>| -> HashSet<ServerId> {
            let of = incidents.iter().filter(|incident| incident.rule_id.is_some_and(|rule| rules.contains(&rule)));
            of.filter_map(|incident| incident.server_id).collect()
        };
        let (lost, cut_off) = (servers(&self.losses), servers(&self.cuts));
        let is_behind = |(id, node): &(&ServerId, &Node)| {
            let is_cut_off = !cut_off.is_empty() && !cut_off.contains(id) && node.answers != Answers::Yes;
            is_cut_off || !lost.contains(id) && self.before(**id).any(|before| lost.contains(&before))
        };
        self.nodes.iter().filter(is_behind).count()
    }

    /// Those through which a server is reached, the nearest first.
    fn before(&self, server: ServerId) -> impl Iterator<Item = ServerId> {
        let behind = |server: &ServerId| self.nodes.get(server)?.behind;
        std::iter::successors(behind(&server), behind).take(DEPTH_MAX)
    }

    fn is_silent(&self, server: ServerId) -> bool {
        self.nodes.get(&server).is_some_and(|node| node.answers != Answers::Yes)
    }

    /// Whether others look as if they were lost just now, without an incident that says so yet.
    fn is_in_company(&self, server: ServerId, now_ms: i64) -> bool {
        let others = self.nodes.iter().filter(|(id, _)| **id != server);
        let is_about_to = |(id, node): &(&ServerId, &Node)| match node.answers {
            Answers::Yes => false,
            Answers::Late => true,
            Answers::No { since_ms } => {
                let is_told = self.lost.get(id).is_some_and(|(_, ended_at_ms)| ended_at_ms.is_none());
                now_ms - since_ms < FRESH_MS && !is_told
            }
        };
        others.filter(is_about_to).count() >= COMPANY.max(self.nodes.len() / COMPANY_SHARE)
    }
}

fn is_loss(condition: &Condition) -> bool {
    matches!(condition, Condition::Offline | Condition::HostKeyChanged)
}

fn is_cut(condition: &Condition) -> bool {
    matches!(condition, Condition::CutOff)
}

/// Of two incidents the one that goes on, or else that was over last.
fn worse(before: Option<(IncidentId, Option<i64>)>, seen: (IncidentId, Option<i64>)) -> (IncidentId, Option<i64>) {
    let rank = |(_, ended_at_ms): &(IncidentId, Option<i64>)| ended_at_ms.unwrap_or(i64::MAX);
    before.filter(|before| rank(before) >= rank(&seen)).unwrap_or(seen)
}

fn held_by((cause, ended_at_ms): (IncidentId, Option<i64>), now_ms: i64) -> Option<Held> {
    let until_ms = ended_at_ms.map_or(now_ms + WHILE_MS, |at_ms| at_ms + GRACE_MS);
    (now_ms < until_ms).then_some(Held { until_ms, cause: Some(cause) })
}

#[cfg(test)]
mod tests {
    use domain::{
        LevelId,
        alerts::{Scope, Severity},
    };

    use super::*;

    const T: i64 = 1_000_000_000;
    const OFFLINE: i64 = 1;
    const CUT_OFF: i64 = 2;
    const CPU: i64 = 3;

    fn rules() -> Vec<Rule> {
        let rule = |id, condition| Rule {
            id: RuleId(id),
            name: format!("rule {id}"),
            condition,
            scope: Scope::All,
            severity: Severity::Critical,
            for_secs: 0,
            clear_secs: 0,
            is_enabled: true,
            level_id: None,
        };
        vec![rule(OFFLINE, Condition::Offline), rule(CUT_OFF, Condition::CutOff), rule(CPU, Condition::Reboot)]
    }

    fn incident(id: i64, rule: i64, server: i64, ended_at_ms: Option<i64>) -> Incident {
        Incident {
            id: IncidentId(id),
            rule_id: Some(RuleId(rule)),
            rule_name: String::new(),
            server_id: Some(ServerId(server)),
            server_name: String::new(),
            series: String::new(),
            severity: Severity::Critical,
            value: None,
            since_ms: T,
            began_at_ms: T,
            ended_at_ms,
            level_id: LevelId(3),
            priority: 1,
            acknowledged_at_ms: None,
            acknowledged_by: String::new(),
            reason: String::new(),
            assignee: String::new(),
        }
    }

    fn node(behind: Option<i64>, answers: Answers) -> Node {
        Node { behind: behind.map(ServerId), answers }
    }

    fn dependence(incidents: &[Incident], nodes: &[(i64, Node)]) -> Dependence {
        let nodes = nodes.iter().map(|(id, node)| (ServerId(*id), *node)).collect();
        Dependence::new(&rules(), incidents, nodes)
    }

    const LOST: Answers = Answers::No { since_ms: T };

    #[test]
    fn one_server_alone_waits_for_a_glance_at_the_others() {
        let own = incident(1, OFFLINE, 1, None);
        let alone = dependence(std::slice::from_ref(&own), &[(1, node(None, LOST)), (2, node(None, Answers::Yes))]);
        assert_eq!(alone.held(&own, T), Some(Held { until_ms: T + GLANCE_MS, cause: None }));
        assert_eq!(alone.held(&own, T + GLANCE_MS), None);
        assert_eq!(alone.held(&incident(2, CPU, 1, None), T), None, "what is no loss never waits");
    }

    #[test]
    fn what_is_behind_a_lost_server_is_held_until_some_time_after_that_one_is_back() {
        let nodes = [(1, node(None, LOST)), (2, node(Some(1), LOST)), (3, node(Some(2), LOST))];
        let (parent, child) = (incident(1, OFFLINE, 1, None), incident(2, OFFLINE, 3, None));
        let open = dependence(&[parent.clone(), child.clone()], &nodes);
        let cause = Some(IncidentId(1));
        assert_eq!(open.held(&child, T + HOLD_MS), Some(Held { until_ms: T + HOLD_MS + WHILE_MS, cause }));
        assert_eq!(open.held(&parent, T + HOLD_MS), None, "the cause itself is told");
        let over = dependence(&[incident(1, OFFLINE, 1, Some(T + 50_000)), child.clone()], &nodes);
        let until_ms = T + 50_000 + GRACE_MS;
        assert_eq!(over.held(&child, T + 60_000), Some(Held { until_ms, cause }));
        assert_eq!(over.held(&child, until_ms), None);
    }

    #[test]
    fn those_behind_an_incident_are_counted() {
        let nodes = [
            (1, node(None, LOST)),
            (2, node(Some(1), LOST)),
            (3, node(Some(2), Answers::Yes)),
            (4, node(None, LOST)),
            (9, node(None, Answers::Yes)),
        ];
        let all = dependence(&[], &nodes);
        assert_eq!(all.behind(&[&incident(1, OFFLINE, 1, None)]), 2, "whether or not they were tried since");
        assert_eq!(all.behind(&[&incident(1, OFFLINE, 1, None), &incident(2, OFFLINE, 2, None)]), 1);
        assert_eq!(all.behind(&[&incident(1, CPU, 1, None)]), 0);
        assert_eq!(all.behind(&[&incident(1, CUT_OFF, 9, None)]), 3, "all that does not answer");
    }

    #[test]
    fn a_server_behind_one_that_is_late_waits_for_that_one() {
        let child = incident(2, OFFLINE, 2, None);
        let nodes = [(1, node(None, Answers::Late)), (2, node(Some(1), LOST))];
        let unfolding = dependence(std::slice::from_ref(&child), &nodes);
        assert_eq!(unfolding.held(&child, T), Some(Held { until_ms: T + AGAIN_MS, cause: None }));
        assert_eq!(unfolding.held(&child, T + HOLD_MS), None, "it does not wait for ever");
    }

    #[test]
    fn when_others_are_late_too_all_wait_for_each_other() {
        let own = incident(1, OFFLINE, 1, None);
        let with = |answers: Answers| [(1, node(None, LOST)), (2, node(None, answers)), (3, node(None, answers))];
        let held = |answers: Answers, now_ms: i64| {
            dependence(std::slice::from_ref(&own), &with(answers)).held(&own, now_ms).map(|held| held.until_ms)
        };
        assert_eq!(held(Answers::Late, T + 1_000), Some(T + 1_500));
        assert_eq!(held(LOST, T + 1_000), Some(T + 1_500));
        assert_eq!(held(LOST, T + FRESH_MS), None, "those that are away for longer are another matter");
        let told = [own.clone(), incident(2, OFFLINE, 2, None), incident(3, OFFLINE, 3, None)];
        assert_eq!(dependence(&told, &with(LOST)).held(&own, T + 1_000), None, "all of it has come");
    }

    #[test]
    fn a_few_of_a_large_fleet_are_no_company() {
        let own = incident(1, OFFLINE, 1, None);
        let held = |late: i64| {
            let answers = |id: i64| if id <= late { Answers::Late } else { Answers::Yes };
            let nodes: Vec<_> = (1..=1_000).map(|id| (id, node(None, answers(id)))).collect();
            dependence(std::slice::from_ref(&own), &nodes).held(&own, T + 1_000).is_some()
        };
        assert!(!held(10) && held(11), "the first is the one that is lost");
    }

    #[test]
    fn when_the_monitor_is_cut_off_only_that_is_told() {
        let (cut, own) = (incident(1, CUT_OFF, 9, None), incident(2, OFFLINE, 1, None));
        let nodes = [(1, node(None, LOST)), (9, node(None, Answers::Yes))];
        let cut_off = dependence(&[cut.clone(), own.clone()], &nodes);
        assert_eq!(cut_off.held(&own, T + HOLD_MS).and_then(|held| held.cause), Some(IncidentId(1)));
        assert_eq!(cut_off.held(&cut, T + HOLD_MS), None);
        let not_yet = dependence(std::slice::from_ref(&own), &nodes).while_cut_off(true, &rules());
        assert_eq!(not_yet.held(&own, T + 5_000), Some(Held { until_ms: T + 5_500, cause: None }));
        assert_eq!(not_yet.held(&own, T + HOLD_MS), None, "it does not wait for ever");
    }

    #[test]
    fn servers_that_are_reached_through_each_other_end_nowhere_and_not_for_ever() {
        let own = incident(1, OFFLINE, 1, None);
        let nodes = [(1, node(Some(2), Answers::Yes)), (2, node(Some(1), Answers::Yes))];
        assert_eq!(dependence(&[], &nodes).held(&own, T + HOLD_MS), None);
    }
}
