//! Decides who is told what, and records it before anything is sent.

use std::{collections::HashMap, sync::Arc, time::Duration};

use ::alerts::{Dependence, Known, Listener, Told, WINDOW_MS, plan};
use domain::{
    IncidentId,
    alerts::{Incident, Severity},
    notify::{Item, Kind, Level, Message, Occasion, Payload, Step},
};
use notify::Zone;
use store::{
    Store,
    notify::{StoredChannel, Telling},
};
use tokio::time;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::{Bell, events};
use crate::{
    alerts::{Silencer, causes},
    clock,
    fleet::Fleet,
};

/// How long nothing is looked at when nothing is due.
const IDLE: Duration = Duration::from_secs(30);
/// How soon it is tried again when the database fails.
const AGAIN: Duration = Duration::from_secs(1);
/// The ends of what is over for longer are told to nobody any more: three days.
const ENDED_MS: i64 = 3 * 24 * 60 * 60 * 1_000;

/// What is told of incidents.
const OCCASIONS: [Occasion; 4] = [Occasion::Began, Occasion::Escalated, Occasion::Reminder, Occasion::Ended];

pub(super) struct Planner {
    pub store: Arc<Store>,
    pub bell: Arc<Bell>,
    pub fleet: Arc<Fleet>,
}

impl Planner {
    /// Does so until the program stops.
    pub async fn run(self, stop: CancellationToken) {
        let mut is_failing = false;
        loop {
            let wait = match self.look(clock::now_ms()).await {
                Ok(wake_at_ms) => {
                    is_failing = false;
                    let wait = wake_at_ms.map_or(i64::MAX, |at_ms| (at_ms - clock::now_ms()).max(0));
                    Duration::from_millis(wait.unsigned_abs()).min(IDLE)
                }
                Err(cause) => {
                    if !std::mem::replace(&mut is_failing, true) {
                        warn!(%cause, "messages cannot be recorded; it is tried again");
                    }
                    AGAIN
                }
            };
            tokio::select! {
                () = self.bell.plan.notified() => {}
                () = time::sleep(wait) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Records what is due. Returns when something is due next, in Unix milliseconds.
    async fn look(&self, now_ms: i64) -> store::Result<Option<i64>> {
        let notify = self.store.notify();
        let channels = notify.channels().await?;
        let mut situation = notify.situation(now_ms - ENDED_MS, now_ms - WINDOW_MS).await?;
        if situation.incidents.is_empty() {
            return Ok(None);
        }
        add_webhooks(&mut situation.levels, &channels);
        let listeners: Vec<Listener> =
            channels.iter().filter(|channel| channel.content.is_enabled).map(|one| listener(one, now_ms)).collect();
        let known = Known {
            incidents: &situation.incidents,
            notices: &situation.notices,
            levels: &situation.levels,
            listeners: &listeners,
        };
        let silencer = Silencer::load(&self.store, now_ms).await?;
        let causes = causes::load(&self.store, self.fleet.board(), now_ms).await?;
        let held_until = |incident: &Incident| causes.held(incident, now_ms).map(|held| held.until_ms);
        let planned = plan(now_ms, known, |incident| silencer.until(incident).max(held_until(incident)));
        let incidents: HashMap<IncidentId, &Incident> =
            situation.incidents.iter().map(|incident| (incident.id, incident)).collect();
        let tellings: Vec<Telling> =
            planned.told.into_iter().filter_map(|told| telling(told, &incidents, &channels, &causes, now_ms)).collect();
        if !tellings.is_empty() {
            notify.record(tellings, now_ms).await?;
            self.bell.send.notify_one();
        }
        if !planned.settled.is_empty() {
            notify.settle(&planned.settled).await?;
        }
        Ok(planned.wake_at_ms)
    }
}

fn listener(channel: &StoredChannel, now_ms: i64) -> Listener {
    let content = &channel.content;
    let quiet = content.quiet.as_ref();
    // A zone that the program no longer knows keeps nobody from being told.
    let until = quiet.and_then(|quiet| Zone::named(&content.time_zone).ok()?.quiet_until(quiet, now_ms));
    let except = quiet.and_then(|quiet| quiet.except);
    let unless = |severity: Severity| until.filter(|_| except.is_none_or(|except| severity < except));
    Listener {
        id: channel.id,
        since_ms: channel.created_at_ms,
        quiet_for_warning: unless(Severity::Warning),
        quiet_for_critical: unless(Severity::Critical),
    }
}

/// Webhooks choose themselves what they want to know: those that want to know of incidents hear of all, at once.
fn add_webhooks(levels: &mut [Level], channels: &[StoredChannel]) {
    let wants = |channel: &&StoredChannel| {
        OCCASIONS.iter().any(|occasion| events::webhook_wants(&channel.content.target, occasion.event_type()))
    };
    let ids: Vec<_> =
        channels.iter().filter(|one| one.content.is_enabled).filter(wants).map(|channel| channel.id).collect();
    if ids.is_empty() {
        return;
    }
    for level in levels {
        if level.steps.first().is_none_or(|step| step.after_secs > 0) {
            level.steps.insert(0, Step::default());
        }
        if let Some(step) = level.steps.first_mut() {
            step.channels.extend(&ids);
        }
        level.tells_end = true;
    }
}

fn telling(
    told: Told,
    incidents: &HashMap<IncidentId, &Incident>,
    channels: &[StoredChannel],
    causes: &Dependence,
    now_ms: i64,
) -> Option<Telling> {
    let Told { channel, occasion, step, incidents: ids } = told;
    let about: Vec<&Incident> = ids.iter().filter_map(|id| incidents.get(id).copied()).collect();
    let first = about.first()?;
    let items = about.iter().map(|incident| Item {
        incident: incident.id,
        server_id: incident.server_id,
        server: incident.server_name.clone(),
        series: incident.series.clone(),
        value: incident.value,
        since_ms: incident.since_ms,
        ended_at_ms: incident.ended_at_ms,
    });
    let message = Message {
        occasion,
        rule: first.rule_name.clone(),
        severity: first.severity,
        at_ms: now_ms,
        items: items.collect(),
        behind: if occasion == Occasion::Ended { 0 } else { u32::try_from(causes.behind(&about)).unwrap_or(u32::MAX) },
    };
    let event_id = uuid::Uuid::new_v4().to_string();
    let is_silent = channels.iter().any(|one| {
        let target = &one.content.target;
        one.id == channel && target.kind() == Kind::Webhook && !events::webhook_wants(target, occasion.event_type())
    });
    Some(Telling { channel, event_id, occasion, step, payload: Payload::Incidents(message), incidents: ids, is_silent })
}
