//! Who is to be told what now: a pure function of what is written down, so that a restart at any moment repeats and loses nothing.
//!
//! What begins is told at once. What comes in a storm is told together: three or more of one rule wait until none has joined them for a
//! few seconds, and what follows a message within a minute waits for the end of that minute.

use std::collections::{BTreeMap, HashMap};

use domain::{
    ChannelId, IncidentId, LevelId, RuleId,
    alerts::{Incident, Severity},
    notify::{Level, Notice, Occasion},
};

/// For how long what follows a message is gathered.
pub const WINDOW_MS: i64 = 60_000;
/// So many at once are a storm.
const STORM: usize = 3;
/// A storm is over when nothing joined it for so long.
const CALM_MS: i64 = 3_000;

/// A channel that is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listener {
    /// Its id.
    pub id: ChannelId,
    /// When it was made, in Unix milliseconds: what began before is none of its business.
    pub since_ms: i64,
    /// Until when it is not to be disturbed by a warning, in Unix milliseconds, if it is quiet now.
    pub quiet_for_warning: Option<i64>,
    /// The same for what is critical.
    pub quiet_for_critical: Option<i64>,
}

/// Somebody is to be told something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Who.
    pub channel: ChannelId,
    /// Why.
    pub occasion: Occasion,
    /// By which step of the level, from 0.
    pub step: u32,
    /// Of which incidents, the earliest first; all are of one rule.
    pub incidents: Vec<IncidentId>,
}

/// What is to be done now, and when to look again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Who is to be told.
    pub told: Vec<Told>,
    /// Incidents that are over and of which nobody is to be told so.
    pub settled: Vec<IncidentId>,
    /// When something is due that is not now, in Unix milliseconds.
    pub wake_at_ms: Option<i64>,
}

/// All that decides it.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Incidents, the earliest first.
    pub incidents: &'a [Incident],
    /// What was told of them.
    pub notices: &'a [Notice],
    /// Who is told when.
    pub levels: &'a [Level],
    /// The channels that are on.
    pub listeners: &'a [Listener],
}

/// What is told in one message: of one rule, to one channel, for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Kind {
    channel: ChannelId,
    rule: Option<RuleId>,
    is_critical: bool,
    is_end: bool,
    is_reminder: bool,
    step: u32,
}

#[derive(Debug, Default)]
struct Batch {
    occasion: Occasion,
    incidents: Vec<IncidentId>,
    oldest_ms: i64,
    newest_ms: i64,
}

/// What is to be done at a moment, in Unix milliseconds. `muted_until` says until when nobody is to be told of an incident, if so.
pub fn plan(now_ms: i64, known: Known<'_>, muted_until: impl Fn(&Incident) -> Option<i64>) -> Plan {
    let mut planner = Planner::new(now_ms, known);
    for incident in known.incidents {
        match (incident.ended_at_ms, muted_until(incident)) {
            (Some(ended_at_ms), _) => planner.ended(incident, ended_at_ms),
            (None, Some(until_ms)) => planner.wake(until_ms),
            // Whoever took it on knows.
            (None, None) if incident.acknowledged_at_ms.is_some() => {}
            (None, None) => planner.open(incident),
        }
    }
    planner.release()
}

struct Planner<'a> {
    now_ms: i64,
    levels: HashMap<LevelId, &'a Level>,
    listeners: HashMap<ChannelId, &'a Listener>,
    notices: HashMap<IncidentId, Vec<&'a Notice>>,
    /// When something of a kind was last told, where that is not long ago.
    recent: HashMap<Kind, i64>,
    batches: BTreeMap<Kind, Batch>,
    plan: Plan,
}

impl<'a> Planner<'a> {
    fn new(now_ms: i64, known: Known<'a>) -> Self {
        let mut notices: HashMap<IncidentId, Vec<&Notice>> = HashMap::new();
        for notice in known.notices {
            notices.entry(notice.incident).or_default().push(notice);
        }
        let mut recent: HashMap<Kind, i64> = HashMap::new();
        for incident in known.incidents {
            for notice in notices.get(&incident.id).into_iter().flatten() {
                // A clock that was set back must not hold anything for longer.
                if (now_ms - WINDOW_MS..=now_ms).contains(&notice.at_ms) {
                    let kind = Kind::of(incident, notice.channel, notice.step, notice.is_ended);
                    let at_ms = recent.entry(kind).or_insert(notice.at_ms);
                    *at_ms = notice.at_ms.max(*at_ms);
                }
            }
        }
        Self {
            now_ms,
            levels: known.levels.iter().map(|level| (level.id, level)).collect(),
            listeners: known.listeners.iter().map(|listener| (listener.id, listener)).collect(),
            notices,
            recent,
            batches: BTreeMap::new(),
            plan: Plan::default(),
        }
    }

    fn wake(&mut self, at_ms: i64) {
        let sooner = self.plan.wake_at_ms.map_or(at_ms, |wake_at_ms| wake_at_ms.min(at_ms));
        self.plan.wake_at_ms = Some(sooner);
    }

    /// Of something that goes on: those whose step has come, and those who want to be reminded.
    fn open(&mut self, incident: &Incident) {
        let Some(level) = self.levels.get(&incident.level_id).copied() else { return };
        let mut due: BTreeMap<ChannelId, (u32, Occasion, i64)> = BTreeMap::new();
        for (number, step) in (0..).zip(&level.steps) {
            let at_ms = incident.began_at_ms + i64::from(step.after_secs) * 1_000;
            if at_ms > self.now_ms {
                self.wake(at_ms);
                continue;
            }
            for channel in &step.channels {
                let occasion = if step.after_secs == 0 { Occasion::Began } else { Occasion::Escalated };
                // Who is told by several steps at once is told by the last of them, though as of something new.
                let before = due.get(channel).map_or(occasion, |(_, occasion, _)| *occasion);
                due.insert(*channel, (number, before, at_ms));
            }
        }
        let told = self.notices.get(&incident.id).cloned().unwrap_or_default();
        for (channel, (step, occasion, at_ms)) in due {
            let notice = told.iter().find(|notice| notice.channel == channel);
            if notice.is_some_and(|notice| notice.step >= step) {
                continue;
            }
            let occasion = if notice.is_some() { Occasion::Escalated } else { occasion };
            self.tell(incident, channel, step, occasion, at_ms);
        }
        let Some(reminder) = level.reminder else { return };
        for notice in told.into_iter().filter(|notice| !notice.is_ended) {
            let at_ms = notice.at_ms + i64::from(reminder.every_secs) * 1_000;
            if at_ms > self.now_ms {
                self.wake(at_ms);
            } else {
                self.tell(incident, notice.channel, notice.step, Occasion::Reminder, at_ms);
            }
        }
    }

    /// Of something that is over: those who were told that it began.
    fn ended(&mut self, incident: &Incident, ended_at_ms: i64) {
        let told = self.notices.get(&incident.id).cloned().unwrap_or_default();
        let mut is_settled = true;
        let tells_end = self.levels.get(&incident.level_id).is_some_and(|level| level.tells_end);
        let mut has_left = false;
        for notice in told.into_iter().filter(|notice| !notice.is_ended) {
            has_left = true;
            if tells_end && self.listeners.contains_key(&notice.channel) {
                is_settled = false;
                self.tell(incident, notice.channel, notice.step, Occasion::Ended, ended_at_ms);
            }
        }
        if has_left && is_settled {
            self.plan.settled.push(incident.id);
        }
    }

    fn tell(&mut self, incident: &Incident, channel: ChannelId, step: u32, occasion: Occasion, at_ms: i64) {
        let Some(listener) = self.listeners.get(&channel).copied() else { return };
        let is_end = occasion == Occasion::Ended;
        if !is_end && listener.since_ms > incident.began_at_ms {
            return;
        }
        let quiet_until = match incident.severity {
            Severity::Warning => listener.quiet_for_warning,
            Severity::Critical => listener.quiet_for_critical,
        };
        if let Some(until_ms) = quiet_until {
            self.wake(until_ms);
            return;
        }
        let is_reminder = occasion == Occasion::Reminder;
        let kind = Kind { is_reminder, ..Kind::of(incident, channel, step, is_end) };
        let batch = self.batches.entry(kind).or_insert_with(|| Batch {
            occasion,
            oldest_ms: at_ms,
            newest_ms: at_ms,
            ..Batch::default()
        });
        batch.incidents.push(incident.id);
        batch.oldest_ms = batch.oldest_ms.min(at_ms);
        batch.newest_ms = batch.newest_ms.max(at_ms);
    }

    /// Lets go what need not wait for more of its kind.
    fn release(mut self) -> Plan {
        for (kind, batch) in std::mem::take(&mut self.batches) {
            let at_ms = match self.recent.get(&kind) {
                _ if kind.is_reminder => self.now_ms,
                Some(told_at_ms) => told_at_ms + WINDOW_MS,
                None if batch.incidents.len() >= STORM => (batch.newest_ms + CALM_MS).min(batch.oldest_ms + WINDOW_MS),
                None => self.now_ms,
            };
            if at_ms > self.now_ms {
                self.wake(at_ms);
                continue;
            }
            let Batch { occasion, incidents, .. } = batch;
            self.plan.told.push(Told { channel: kind.channel, occasion, step: kind.step, incidents });
        }
        self.plan
    }
}

impl Kind {
    fn of(incident: &Incident, channel: ChannelId, step: u32, is_end: bool) -> Self {
        // Whoever is told that it is over need not be told by which step that person learnt of it.
        let step = if is_end { 0 } else { step };
        let is_critical = incident.severity == Severity::Critical;
        Self { channel, rule: incident.rule_id, is_critical, is_end, is_reminder: false, step }
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        ServerId,
        notify::{Reminder, Step},
    };
    use proptest::prelude::*;

    use super::*;

    const MAIL: ChannelId = ChannelId(1);
    const CHAT: ChannelId = ChannelId(2);
    const T: i64 = 1_000_000_000;

    fn incident(id: i64, began_at_ms: i64) -> Incident {
        Incident {
            id: IncidentId(id),
            rule_id: Some(RuleId(1)),
            rule_name: "CPU".to_owned(),
            server_id: Some(ServerId(id)),
            server_name: format!("web-{id}"),
            series: "cpu.busy".to_owned(),
            severity: Severity::Critical,
            value: Some(95.0),
            since_ms: began_at_ms,
            began_at_ms,
            ended_at_ms: None,
            level_id: LevelId(2),
            priority: 2,
            acknowledged_at_ms: None,
            acknowledged_by: String::new(),
            reason: String::new(),
            assignee: String::new(),
        }
    }

    fn level() -> Level {
        let step = |after_secs, channels: &[ChannelId]| Step { after_secs, channels: channels.to_vec() };
        let steps = vec![step(0, &[MAIL]), step(600, &[CHAT])];
        Level { id: LevelId(2), name: "critical".to_owned(), steps, reminder: None, tells_end: true }
    }

    fn listener(id: ChannelId) -> Listener {
        Listener { id, since_ms: 0, quiet_for_warning: None, quiet_for_critical: None }
    }

    /// A little outbox: plans, and writes down what was told.
    struct Desk {
        incidents: Vec<Incident>,
        notices: Vec<Notice>,
        level: Level,
        listeners: Vec<Listener>,
        told: Vec<(i64, Told)>,
    }

    impl Desk {
        fn new(incidents: Vec<Incident>) -> Self {
            let listeners = vec![listener(MAIL), listener(CHAT)];
            Self { incidents, notices: Vec::new(), level: level(), listeners, told: Vec::new() }
        }

        fn look(&mut self, now_ms: i64) -> Plan {
            let known = Known {
                incidents: &self.incidents,
                notices: &self.notices,
                levels: std::slice::from_ref(&self.level),
                listeners: &self.listeners,
            };
            let plan = plan(now_ms, known, |_| None);
            for told in &plan.told {
                for incident in &told.incidents {
                    self.notices.retain(|notice| (notice.incident, notice.channel) != (*incident, told.channel));
                    let is_ended = told.occasion == Occasion::Ended;
                    let Told { channel, step, .. } = *told;
                    self.notices.push(Notice { incident: *incident, channel, step, at_ms: now_ms, is_ended });
                }
                self.told.push((now_ms, told.clone()));
            }
            plan
        }

        fn heard(&self, channel: ChannelId) -> Vec<(i64, Occasion, usize)> {
            let of = self.told.iter().filter(|(_, told)| told.channel == channel);
            of.map(|(at_ms, told)| (at_ms - T, told.occasion, told.incidents.len())).collect()
        }
    }

    #[test]
    fn one_message_at_once_one_when_it_is_over_and_nothing_between() {
        let mut desk = Desk::new(vec![incident(1, T)]);
        for second in 0..500 {
            desk.look(T + second * 1_000);
        }
        desk.incidents[0].ended_at_ms = Some(T + 500_000);
        for second in 500..2_000 {
            desk.look(T + second * 1_000);
        }
        assert_eq!(desk.heard(MAIL), [(0, Occasion::Began, 1), (500_000, Occasion::Ended, 1)]);
        assert!(desk.heard(CHAT).is_empty(), "it was over before the second step");
    }

    #[test]
    fn the_next_step_comes_unless_somebody_acknowledges() {
        let mut desk = Desk::new(vec![incident(1, T)]);
        assert_eq!(desk.look(T).wake_at_ms, Some(T + 600_000));
        desk.look(T + 599_999);
        assert!(desk.heard(CHAT).is_empty());
        desk.look(T + 600_000);
        desk.look(T + 601_000);
        assert_eq!(desk.heard(CHAT), [(600_000, Occasion::Escalated, 1)]);

        let mut taken = Desk::new(vec![incident(1, T)]);
        taken.look(T);
        taken.incidents[0].acknowledged_at_ms = Some(T + 1_000);
        taken.look(T + 700_000);
        assert!(taken.heard(CHAT).is_empty());
        taken.incidents[0].ended_at_ms = Some(T + 800_000);
        taken.look(T + 800_000);
        assert_eq!(taken.heard(MAIL).len(), 2, "its end is told all the same");
    }

    #[test]
    fn a_storm_is_one_message_and_so_is_its_end() {
        // A thousand servers are found to be away within ten seconds, and come back within twenty.
        let mut desk = Desk::new(Vec::new());
        for tick in 0..120 {
            let now = T + tick * 1_000;
            if tick < 10 {
                let from = tick * 100;
                desk.incidents.extend((from..from + 100).map(|id| incident(id + 1, now)));
            }
            if (60..80).contains(&tick) {
                for id in (tick - 60) * 50..(tick - 59) * 50 {
                    desk.incidents[usize::try_from(id).unwrap()].ended_at_ms = Some(now);
                }
            }
            desk.look(now);
        }
        assert_eq!(desk.heard(MAIL), [(12_000, Occasion::Began, 1_000), (82_000, Occasion::Ended, 1_000)]);
    }

    #[test]
    fn what_follows_a_message_waits_for_the_end_of_its_minute() {
        let mut desk = Desk::new(vec![incident(1, T)]);
        desk.look(T);
        desk.incidents.push(incident(2, T + 10_000));
        assert_eq!(desk.look(T + 10_000).wake_at_ms, Some(T + 60_000));
        desk.incidents.push(incident(3, T + 20_000));
        desk.look(T + 59_000);
        desk.look(T + 60_000);
        assert_eq!(desk.heard(MAIL), [(0, Occasion::Began, 1), (60_000, Occasion::Began, 2)]);
    }

    #[test]
    fn another_rule_waits_for_nobody() {
        let other = Incident { rule_id: Some(RuleId(2)), ..incident(2, T + 1_000) };
        let mut desk = Desk::new(vec![incident(1, T)]);
        desk.look(T);
        desk.incidents.push(other);
        desk.look(T + 1_000);
        assert_eq!(desk.heard(MAIL).len(), 2);
    }

    #[test]
    fn a_reminder_comes_until_it_is_over() {
        let mut desk = Desk::new(vec![incident(1, T)]);
        desk.level.reminder = Some(Reminder { every_secs: 300 });
        desk.level.steps.truncate(1);
        for second in 0..1_000 {
            desk.look(T + second * 1_000);
        }
        let times: Vec<_> = desk.heard(MAIL).into_iter().map(|(at, occasion, _)| (at, occasion)).collect();
        let reminder = |at| (at, Occasion::Reminder);
        assert_eq!(times, [(0, Occasion::Began), reminder(300_000), reminder(600_000), reminder(900_000)]);
    }

    #[test]
    fn who_is_quiet_is_told_afterwards_and_only_of_what_is_not_over() {
        let mut desk = Desk::new(vec![incident(1, T), incident(2, T)]);
        desk.listeners[0].quiet_for_critical = Some(T + 50_000);
        assert_eq!(desk.look(T).wake_at_ms, Some(T + 50_000));
        desk.incidents[1].ended_at_ms = Some(T + 20_000);
        desk.listeners[0].quiet_for_critical = None;
        desk.look(T + 50_000);
        assert_eq!(desk.heard(MAIL), [(50_000, Occasion::Began, 1)]);
    }

    #[test]
    fn a_new_channel_is_not_told_of_old_incidents_and_one_that_is_off_of_none() {
        let mut desk = Desk::new(vec![incident(1, T)]);
        desk.listeners[0].since_ms = T + 1;
        desk.look(T + 2_000);
        assert!(desk.told.is_empty());
        desk.listeners.remove(0);
        desk.incidents.push(incident(2, T + 3_000));
        desk.look(T + 4_000);
        assert!(desk.told.is_empty());
    }

    #[test]
    fn what_is_muted_is_told_when_that_ends() {
        let desk = Desk::new(vec![incident(1, T)]);
        let known = Known { incidents: &desk.incidents, notices: &[], levels: &[level()], listeners: &desk.listeners };
        let muted = plan(T, known, |_| Some(T + 9_000));
        assert_eq!(muted, Plan { wake_at_ms: Some(T + 9_000), ..Plan::default() });
        assert_eq!(plan(T + 9_000, known, |_| None).told.len(), 1);
    }

    #[test]
    fn where_ends_are_not_told_the_incident_is_settled() {
        let mut desk = Desk::new(vec![incident(1, T)]);
        desk.level.tells_end = false;
        desk.look(T);
        desk.incidents[0].ended_at_ms = Some(T + 5_000);
        assert_eq!(desk.look(T + 5_000).settled, [IncidentId(1)]);
    }

    proptest! {
        /// Whenever the program looks, and however often it forgets all but what is written: everybody is told of everything that lasts, once
        /// that it began and once that it is over.
        #[test]
        fn everybody_is_told_once(
            begins in prop::collection::vec((0..200_i64, 130..400_i64), 1..40),
            steps in prop::collection::vec(1..20_i64, 80),
        ) {
            let mut desk = Desk::new(Vec::new());
            desk.level.steps.truncate(1);
            let all: Vec<(Incident, i64)> = (1..).zip(&begins).map(|(id, (began, lasts))| {
                (incident(id, T + began * 1_000), T + (began + lasts) * 1_000)
            }).collect();
            let mut now = T;
            for step in steps.into_iter().chain([700, 100]) {
                now += step * 1_000;
                desk.incidents = all.iter().filter(|(incident, _)| incident.began_at_ms <= now).map(|(incident, ends)| {
                    Incident { ended_at_ms: (*ends <= now).then_some(*ends), ..incident.clone() }
                }).collect();
                desk.look(now);
            }
            for (incident, _) in &all {
                let of = |is_end: bool| desk.told.iter().filter(|(_, told)| {
                    told.incidents.contains(&incident.id) && (told.occasion == Occasion::Ended) == is_end
                }).count();
                prop_assert!(of(false) <= 1);
                prop_assert_eq!(of(true), of(false), "its end is told to whom its beginning was");
            }
        }
    }
}
