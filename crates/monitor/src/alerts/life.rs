//! The life of incidents: what people do about them, what happened, silences, and who has seen what.

use std::collections::HashMap;

use domain::{
    Error, ErrorCode, IncidentId, Permission, Result, ServerId, SilenceId,
    alerts::{Condition, Incident, Scope},
    incidents::{Act, Cause, Dossier, Entry, EntryKind, Silence, Step},
    live,
    servers::Server,
};
use store::{
    incidents::{SeenQuery, Written},
    notify::{Delivery, DeliveryState},
};

use super::{Alerts, causes};
use crate::{actor::Actor, audit::Deed, clock, maintenance, notifications::Pulse};

/// How far back incidents count as unseen: 30 days.
const UNSEEN_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

impl Alerts {
    /// All that is known of an incident. Whoever asks has seen it.
    ///
    /// # Errors
    /// When the actor may not see servers, or there is none.
    pub async fn incident(&self, actor: &Actor, id: IncidentId) -> Result<Dossier> {
        actor.require(Permission::ServersRead)?;
        let incident = self.store.incidents().get(id).await?.ok_or_else(|| Error::not_found("incident"))?;
        self.mark_seen(actor, Some(&[id])).await?;
        let written = self.store.incidents().written(id).await?;
        let deliveries = self.store.notify().deliveries_about(id).await?;
        let channels = self.store.notify().channels().await?;
        let names: HashMap<_, _> = channels.into_iter().map(|channel| (channel.id, channel.content.name)).collect();
        let told = deliveries.into_iter().map(|delivery| {
            let name = names.get(&delivery.channel).cloned().unwrap_or_default();
            told(delivery, name)
        });
        let mut timeline: Vec<Entry> = beginning(&incident)
            .into_iter()
            .chain(written.iter().map(entry))
            .chain(told)
            .chain(incident.ended_at_ms.map(|at_ms| plain(at_ms, EntryKind::Ended)))
            .collect();
        timeline.sort_by_key(|entry| entry.at_ms);
        let rules = self.store.alerts().rules().await?;
        let fire = rules.iter().find(|rule| Some(rule.id) == incident.rule_id).and_then(|rule| match &rule.condition {
            Condition::Value { threshold, .. } => Some(threshold.fire),
            Condition::FullWithin { hours, .. } => Some(f64::from(*hours)),
            Condition::CertificateEnds { days, .. } => Some(f64::from(*days)),
            _ => None,
        });
        let levels = self.store.notify().levels().await?;
        let level = levels.into_iter().find(|level| level.id == incident.level_id);
        let now_ms = clock::now_ms();
        let silencer = self.silencer(now_ms).await?;
        let silenced_until_ms = silencer.silenced_until(&incident);
        let maintenance_until_ms = silencer.maintenance_until(incident.server_id);
        let cause = self.cause(&incident, now_ms).await?;
        let said = written.iter().rev().find(|written| written.kind == "step");
        let step = Step::of(&incident, said.and_then(|written| Step::named(&written.detail)));
        Ok(Dossier {
            step,
            incident,
            cause,
            timeline,
            fire,
            level: level.map(|level| level.name).unwrap_or_default(),
            silenced_until_ms,
            maintenance_until_ms,
            recording: self.status_of(id).await?,
        })
    }

    /// What an open incident is only a consequence of.
    async fn cause(&self, incident: &Incident, now_ms: i64) -> Result<Option<Cause>> {
        if incident.ended_at_ms.is_some() {
            return Ok(None);
        }
        let causes = causes::load(&self.store, self.fleet.board(), now_ms).await?;
        let Some(id) = causes.held(incident, now_ms).and_then(|held| held.cause) else { return Ok(None) };
        let cause = self.store.incidents().get(id).await?;
        Ok(cause.map(|Incident { id, rule_name, server_name, .. }| Cause { id, rule_name, server_name }))
    }

    /// Does something about an incident. Returns all that is known of it then.
    ///
    /// # Errors
    /// When the actor may not, there is none, or a field makes no sense.
    pub async fn act(&self, actor: &Actor, id: IncidentId, act: Act) -> Result<Dossier> {
        actor.require(Permission::IncidentsWrite)?;
        let act = act.validated()?;
        let incident = self.store.incidents().get(id).await?.ok_or_else(|| Error::not_found("incident"))?;
        let now_ms = clock::now_ms();
        let (action, silence) = match &act {
            Act::Acknowledge { .. } => ("incident.acknowledge", None),
            Act::Note { .. } => ("incident.note", None),
            Act::Prioritise { .. } => ("incident.prioritise", None),
            Act::Step { .. } => ("incident.step", None),
            Act::Resolve { .. } => ("incident.resolve", None),
            Act::Assign { assignee } => {
                let users = self.store.users().list().await?;
                if !assignee.is_empty() && !users.iter().any(|user| user.username == *assignee) {
                    return Err(Error::invalid("assignee", "is nobody's account name here"));
                }
                ("incident.assign", None)
            }
            Act::Silence { minutes, reason } => {
                let (Some(server), Some(_)) = (incident.server_id, incident.rule_id) else {
                    let gone = "The server or the rule is not there any more: there is nothing that could be silenced.";
                    return Err(Error::new(ErrorCode::Conflict, gone));
                };
                let silence = Silence {
                    id: SilenceId(0),
                    scope: Scope::Server(server),
                    rule_id: incident.rule_id,
                    from_ms: now_ms,
                    until_ms: now_ms + i64::from(*minutes) * 60_000,
                    reason: reason.clone(),
                    person: actor.username.clone(),
                };
                ("incident.silence", Some(silence))
            }
        };
        self.store.incidents().act(id, &act, &actor.username, silence, now_ms).await?;
        self.bell.incidents_changed();
        let detail = format!("{} on {}", incident.rule_name, incident.server_name);
        self.audit
            .note(actor, Deed { action, target_type: "incident", target_id: id.to_string(), detail, ..Deed::default() })
            .await;
        self.incident(actor, id).await
    }

    /// Silences that are not over, the ones that end first first.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn silences(&self, actor: &Actor) -> Result<Vec<Silence>> {
        actor.require(Permission::ServersRead)?;
        Ok(self.store.incidents().silences(clock::now_ms()).await?)
    }

    /// Has nobody told of something for a while. What goes on when that ends is told then.
    ///
    /// # Errors
    /// When the actor may not, or a field makes no sense.
    pub async fn create_silence(&self, actor: &Actor, silence: Silence) -> Result<Silence> {
        actor.require(Permission::IncidentsWrite)?;
        let silence = Silence { person: actor.username.clone(), ..silence.validated()? };
        let rules = self.store.alerts().rules().await?;
        if silence.rule_id.is_some_and(|id| !rules.iter().any(|rule| rule.id == id)) {
            return Err(Error::invalid("rule_id", "does not exist"));
        }
        let silence = self.store.incidents().create_silence(silence).await?;
        self.silences_changed(actor, "silence.create", silence.id).await;
        Ok(silence)
    }

    /// Ends a silence.
    ///
    /// # Errors
    /// When the actor may not, or there is none.
    pub async fn delete_silence(&self, actor: &Actor, id: SilenceId) -> Result<()> {
        actor.require(Permission::IncidentsWrite)?;
        if !self.store.incidents().delete_silence(id).await? {
            return Err(Error::not_found("silence"));
        }
        self.silences_changed(actor, "silence.delete", id).await;
        Ok(())
    }

    /// Incidents as the actor sees them, the newest first, each with whether the actor has seen it.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn seen(
        &self,
        actor: &Actor,
        server: Option<ServerId>,
        is_read: Option<bool>,
        limit: u64,
    ) -> Result<Vec<(Incident, bool)>> {
        actor.require(Permission::ServersRead)?;
        Ok(self.store.incidents().seen(actor.user_id, SeenQuery { server, is_read, limit }).await?)
    }

    /// What the bell says to the actor now.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn bell(&self, actor: &Actor) -> Result<live::Bell> {
        actor.require(Permission::ServersRead)?;
        let Pulse { version, open, .. } = *self.bell.pulse.borrow();
        Ok(live::Bell { version, open, unseen: unseen(&self.store, actor).await? })
    }

    /// The accounts that an incident can be assigned to, for those who may.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn assignees(&self, actor: &Actor) -> Result<Vec<String>> {
        if actor.require(Permission::IncidentsWrite).is_err() {
            return Ok(Vec::new());
        }
        let users = self.store.users().list().await?;
        Ok(users.into_iter().filter(|user| user.is_active).map(|user| user.username).collect())
    }

    /// Notes that the actor has seen incidents; all when none are named.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn mark_seen(&self, actor: &Actor, incidents: Option<&[IncidentId]>) -> Result<()> {
        actor.require(Permission::ServersRead)?;
        if self.store.incidents().mark_seen(actor.user_id, incidents).await? {
            self.bell.seen();
        }
        Ok(())
    }

    async fn silencer(&self, now_ms: i64) -> Result<Silencer> {
        Ok(Silencer::load(&self.store, now_ms).await?)
    }

    async fn silences_changed(&self, actor: &Actor, action: &'static str, id: SilenceId) {
        self.bell.incidents_changed();
        let deed = Deed {
            action,
            target_type: "silence",
            target_id: id.to_string(),
            detail: String::new(),
            ..Deed::default()
        };
        self.audit.note(actor, deed).await;
    }
}

/// How many incidents of the last 30 days somebody has not seen.
pub(crate) async fn unseen(store: &store::Store, actor: &Actor) -> store::Result<u32> {
    let unseen = store.incidents().unseen(actor.user_id, clock::now_ms() - UNSEEN_MS).await?;
    Ok(u32::try_from(unseen).unwrap_or(u32::MAX))
}

/// Knows what is silenced at a moment.
#[derive(Debug, Default)]
pub(crate) struct Silencer {
    silences: Vec<Silence>,
    /// The servers of maintenance that is on, and until when.
    maintenance: Vec<(Scope, i64)>,
    servers: HashMap<ServerId, Server>,
}

impl Silencer {
    /// What the database says at a moment.
    pub async fn load(store: &store::Store, now_ms: i64) -> store::Result<Self> {
        let mut silences = store.incidents().silences(now_ms).await?;
        silences.retain(|silence| silence.from_ms <= now_ms);
        let on = maintenance::on(store, now_ms).await?;
        let maintenance: Vec<_> = on.into_iter().map(|(scope, span)| (scope, span.until_ms)).collect();
        if silences.is_empty() && maintenance.is_empty() {
            return Ok(Self::default());
        }
        let servers = store.servers().list().await?.into_iter().map(|server| (server.id, server)).collect();
        Ok(Self { silences, maintenance, servers })
    }

    /// Until when nobody is told of an incident, in Unix milliseconds, if so.
    pub fn until(&self, incident: &Incident) -> Option<i64> {
        self.silenced_until(incident).max(self.maintenance_until(incident.server_id))
    }

    /// Until when a server is in maintenance, in Unix milliseconds, if it is.
    pub fn maintenance_until(&self, server: Option<ServerId>) -> Option<i64> {
        let server = self.servers.get(&server?)?;
        let covers = |(scope, _): &&(Scope, i64)| scope.covers(server.id, server.group_id, &server.tag_ids);
        self.maintenance.iter().filter(covers).map(|(_, until_ms)| *until_ms).max()
    }

    /// Until when an incident is silenced, in Unix milliseconds, if it is.
    pub fn silenced_until(&self, incident: &Incident) -> Option<i64> {
        let server = self.servers.get(&incident.server_id?)?;
        let covers = |silence: &&Silence| {
            silence.scope.covers(server.id, server.group_id, &server.tag_ids)
                && (silence.rule_id.is_none() || silence.rule_id == incident.rule_id)
        };
        self.silences.iter().filter(covers).map(|silence| silence.until_ms).max()
    }
}

fn plain(at_ms: i64, kind: EntryKind) -> Entry {
    Entry { at_ms, kind, person: String::new(), detail: String::new() }
}

/// Since when it was wrong, where that was before the rule fired, and when it did.
fn beginning(incident: &Incident) -> Vec<Entry> {
    let wrong = (incident.since_ms < incident.began_at_ms).then(|| plain(incident.since_ms, EntryKind::Wrong));
    wrong.into_iter().chain([plain(incident.began_at_ms, EntryKind::Began)]).collect()
}

fn entry(written: &Written) -> Entry {
    let kind = match written.kind.as_str() {
        "acknowledged" => EntryKind::Acknowledged,
        "assigned" => EntryKind::Assigned,
        "prioritised" => EntryKind::Prioritised,
        "step" => EntryKind::Step,
        "silenced" => EntryKind::Silenced,
        "resolved" => EntryKind::Resolved,
        "escalated" => EntryKind::Escalated,
        _ => EntryKind::Note,
    };
    Entry { at_ms: written.at_ms, kind, person: written.person.clone(), detail: written.detail.clone() }
}

fn told(delivery: Delivery, channel: String) -> Entry {
    let Delivery { state, created_at_ms, done_at_ms, answer, attempts, .. } = delivery;
    let said = if attempts > 0 && state != DeliveryState::Sent { format!("{channel}: {answer}") } else { channel };
    let kind = match state {
        DeliveryState::Sent => EntryKind::Told,
        DeliveryState::Waiting => EntryKind::Telling,
        DeliveryState::Dead => EntryKind::NotTold,
    };
    Entry { at_ms: done_at_ms.unwrap_or(created_at_ms), kind, person: String::new(), detail: said }
}
