//! Who is to be told what now: a pure function of what is written down, so that a restart at any moment repeats and loses nothing.
//!
//! What begins is told at once. What comes in a storm is told together: three or more of one rule wait until none has joined them for a
//! few seconds, and what follows a message within a minute waits for the end of that minute. What was told together is told together when it is
//! over, too: it waits until all of it is, or none of it was for a while.

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
/// Servers that were lost together come back one after the other, since each is tried again in its own time: every 72 seconds in the end, and a try may
/// take some. So long is waited for the next one,
const RECOVERY_CALM_MS: i64 = 80_000;
/// and so long in all.
const RECOVERY_MAX_MS: i64 = 150_000;

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
    /// By which of those steps of the level that name it, from 0: steps for others may come and go.
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
    /// Whether others that were told of together with one of these go on.
    has_company: bool,
}

/// Incidents that a channel was told of in one message.
#[derive(Debug, Clone, Copy, Default)]
struct Together {
    all: usize,
    open: usize,
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
    /// By channel, rule and when it was told.
    together: HashMap<(ChannelId, Option<RuleId>, i64), Together>,
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
        let mut together: HashMap<_, Together> = HashMap::new();
        for incident in known.incidents {
            for notice in notices.get(&incident.id).into_iter().flatten() {
                if !notice.is_ended {
                    let company = together.entry((notice.channel, incident.rule_id, notice.at_ms)).or_default();
                    company.all += 1;
                    company.open += usize::from(incident.ended_at_ms.is_none());
                }
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
            together,
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
        for step in &level.steps {
            let at_ms = incident.began_at_ms + i64::from(step.after_secs) * 1_000;
            if at_ms > self.now_ms {
                self.wake(at_ms);
                continue;
            }
            for channel in &step.channels {
                let occasion = if step.after_secs == 0 { Occasion::Began } else { Occasion::Escalated };
                // Who is told by several steps at once is told by the last of them, though as of something new.
                let before = due.get(channel).copied();
                let number = before.map_or(0, |(number, ..)| number + 1);
                due.insert(*channel, (number, before.map_or(occasion, |(_, occasion, _)| occasion), at_ms));
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
                let key = (notice.channel, incident.rule_id, notice.at_ms);
                let company = self.together.get(&key).copied().unwrap_or_default();
                let has_company = company.all >= STORM && company.open > 0;
                if let Some(batch) = self.tell(incident, notice.channel, notice.step, Occasion::Ended, ended_at_ms) {
                    batch.has_company |= has_company;
                }
            }
        }
        if has_left && is_settled {
            self.plan.settled.push(incident.id);
        }
    }

    fn tell(
        &mut self,
        incident: &Incident,
        channel: ChannelId,
        step: u32,
        occasion: Occasion,
        at_ms: i64,
    ) -> Option<&mut Batch> {
        let listener = self.listeners.get(&channel).copied()?;
        let is_end = occasion == Occasion::Ended;
        if !is_end && listener.since_ms > incident.began_at_ms {
            return None;
        }
        let quiet_until = match incident.severity {
            Severity::Warning => listener.quiet_for_warning,
            Severity::Critical => listener.quiet_for_critical,
        };
        if let Some(until_ms) = quiet_until {
            self.wake(until_ms);
            return None;
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
        Some(batch)
    }

    /// Lets go what need not wait for more of its kind.
    fn release(mut self) -> Plan {
        for (kind, batch) in std::mem::take(&mut self.batches) {
            let at_ms = match self.recent.get(&kind) {
                _ if kind.is_reminder => self.now_ms,
                _ if batch.has_company => (batch.newest_ms + RECOVERY_CALM_MS).min(batch.oldest_ms + RECOVERY_MAX_MS),
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
mod tests;
