//! What is told when: single cases, and that nobody is told twice or not at all.

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
fn steps_that_others_get_meanwhile_tell_nobody_again() {
    let mut desk = Desk::new(vec![incident(1, T)]);
    desk.level.steps.remove(0);
    desk.look(T + 600_000);
    assert_eq!(desk.heard(CHAT), [(600_000, Occasion::Escalated, 1)]);
    desk.level = level();
    desk.look(T + 601_000);
    assert_eq!(desk.heard(CHAT).len(), 1);
    assert_eq!(desk.heard(MAIL), [(601_000, Occasion::Began, 1)]);
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
fn what_was_told_together_is_told_together_when_it_is_over_though_not_for_ever() {
    // Servers that come back one after the other, as each is tried again in its own time; the last one stays away in the second round.
    for (last, expected) in [(Some(45), vec![(48_000, 4)]), (None, vec![(110_000, 3)])] {
        let mut desk = Desk::new((1..=4).map(|id| incident(id, T)).collect());
        desk.look(T + 3_000);
        for second in 4..200 {
            for (incident, back) in desk.incidents.iter_mut().zip([Some(10), Some(20), Some(30), last]) {
                if back == Some(second) {
                    incident.ended_at_ms = Some(T + second * 1_000);
                }
            }
            desk.look(T + second * 1_000);
        }
        let ends = desk.heard(MAIL).into_iter().filter(|(_, occasion, _)| *occasion == Occasion::Ended);
        assert_eq!(ends.map(|(at_ms, _, many)| (at_ms, many)).collect::<Vec<_>>(), expected);
    }
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
            // It lasts for longer than a storm is gathered, and there is a look after that.
            prop_assert_eq!(of(false), 1);
            prop_assert_eq!(of(true), of(false), "its end is told to whom its beginning was");
        }
    }
}
