//! Channels, levels of escalation and messages as a service.

mod dispatcher;
mod events;
mod planner;
mod secrets;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{
    ChannelId, DeliveryId, Error, ErrorCode, LevelId, Permission, Result, Secret, UserId,
    notify::{Channel, Configured, Item, Language, Level, Message, Occasion, Payload, Target, Templates},
};
use notify::{Notifier, Readers, Text, Zone};
use store::{
    Store,
    notify::{Delivery, DeliveryState, NewChannel, StoredChannel},
};
use tokio::sync::{Notify, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use vault::Vault;

pub use self::events::EVENT_TYPES;
pub(crate) use self::events::Events;
use self::secrets::Secrets;
use crate::{
    actor::Actor,
    audit::{AuditLog, Deed},
    clock,
    fleet::Fleet,
};

/// How many messages one answer has at most.
const DELIVERIES_MAX: u32 = 100;
/// How many it has when nothing is said.
const DELIVERIES: u32 = 50;
/// How often somebody may try channels within a minute.
const TESTS_A_MINUTE: usize = 10;
const MINUTE_MS: i64 = 60_000;
/// How long somebody who tries a channel waits for what the other side says.
const TEST_WAIT: Duration = Duration::from_secs(45);
/// For how long the example of a message lasted.
const EXAMPLE_MS: i64 = 12 * 60 * 1_000;
/// How often it is looked whether it said something.
const TEST_LOOK: Duration = Duration::from_millis(50);

/// What wakes those who plan and those who send.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    /// Something began or was over, or who is told of it changed.
    pub plan: Notify,
    /// A message waits.
    pub send: Notify,
    /// Incidents changed: rows and bells follow.
    pub incidents: Notify,
    /// What all bells have in common, as it changes.
    pub pulse: watch::Sender<Pulse>,
}

/// What all bells have in common.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pulse {
    /// Another number whenever something about incidents is different.
    pub version: u64,
    /// How many incidents are not over.
    pub open: u32,
    /// Another number whenever somebody has seen something.
    pub seen: u64,
}

impl Bell {
    /// Incidents began, are over, or something was done about them.
    pub fn incidents_changed(&self) {
        self.plan.notify_one();
        self.incidents.notify_one();
    }

    /// Somebody has seen incidents.
    pub fn seen(&self) {
        self.pulse.send_modify(|pulse| pulse.seen = pulse.seen.wrapping_add(1));
    }
}

/// Where the notifier may send to, and the address of the dashboard for links.
#[derive(Debug, Clone, Default)]
pub struct Outgoing {
    /// Private networks and hosts that messages may be sent to.
    pub allow: Vec<notify::Allowed>,
    /// The address of the dashboard.
    pub public_url: Option<String>,
}

/// A channel as somebody writes it.
#[derive(Debug, Clone)]
pub struct ChannelEdit {
    /// Its name.
    pub name: String,
    /// Where its messages go.
    pub target: Target,
    /// The target's secret; as it is when not given, taken away when empty.
    pub secret: Option<Secret>,
    /// Whether it is on.
    pub is_enabled: bool,
    /// The time zone of its readers.
    pub time_zone: String,
    /// The language of its readers.
    pub language: Language,
    /// When it is quiet.
    pub quiet: Option<domain::notify::QuietHours>,
    /// How its messages read.
    pub templates: Templates,
}

/// What came of trying a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The message.
    pub delivery: Delivery,
    /// Whether the other side took it.
    pub is_sent: bool,
}

/// Channels, levels of escalation and messages.
#[derive(Debug)]
pub struct Notifications {
    store: Arc<Store>,
    notifier: Arc<Notifier>,
    secrets: Secrets,
    bell: Arc<Bell>,
    audit: AuditLog,
    /// When each person tried channels of late, in Unix milliseconds.
    tests: Mutex<HashMap<UserId, Vec<i64>>>,
}

impl Notifications {
    pub(crate) fn new(
        store: Arc<Store>,
        vault: Arc<Vault>,
        audit: AuditLog,
        bell: Arc<Bell>,
        outgoing: Outgoing,
    ) -> Result<Self> {
        let notifier = Notifier::new(notify::Guard::new(outgoing.allow), outgoing.public_url).map_err(|cause| {
            tracing::error!(%cause, "messages cannot be sent");
            Error::internal()
        })?;
        Ok(Self {
            store,
            notifier: Arc::new(notifier),
            secrets: Secrets::new(vault),
            bell,
            audit,
            tests: Mutex::default(),
        })
    }

    /// Plans and sends until the program stops.
    pub(crate) fn run(&self, fleet: &Arc<Fleet>, tasks: &TaskTracker, events: Events, stop: &CancellationToken) {
        let (store, bell) = (Arc::clone(&self.store), Arc::clone(&self.bell));
        let planner = planner::Planner { store, bell, fleet: Arc::clone(fleet) };
        tasks.spawn(planner.run(stop.clone()));
        let dispatcher = dispatcher::Dispatcher {
            store: Arc::clone(&self.store),
            notifier: Arc::clone(&self.notifier),
            secrets: self.secrets.clone(),
            bell: Arc::clone(&self.bell),
            events,
        };
        tasks.spawn(Arc::new(dispatcher).run(stop.clone()));
    }

    /// All channels, by name, without their secrets.
    ///
    /// # Errors
    /// When the actor may not change settings, or the database fails.
    pub async fn channels(&self, actor: &Actor) -> Result<Vec<Channel>> {
        actor.require(Permission::SettingsWrite)?;
        let mut health = self.store.notify().health().await?;
        let stored = self.store.notify().channels().await?;
        Ok(stored
            .into_iter()
            .map(|stored| Channel { health: health.remove(&stored.id).unwrap_or_default(), ..shown(stored) })
            .collect())
    }

    /// One channel, without its secret.
    ///
    /// # Errors
    /// When the actor may not change settings, or there is none.
    pub async fn channel(&self, actor: &Actor, id: ChannelId) -> Result<Channel> {
        let found = self.channels(actor).await?.into_iter().find(|channel| channel.id == id);
        found.ok_or_else(|| Error::not_found("channel"))
    }

    /// Adds a channel and puts it into the first step of levels: those that are usual for its kind when none are given.
    ///
    /// # Errors
    /// When the actor may not, a field makes no sense, or the name is in use.
    pub async fn create_channel(
        &self,
        actor: &Actor,
        edit: ChannelEdit,
        levels: Option<Vec<LevelId>>,
    ) -> Result<Channel> {
        actor.require(Permission::SettingsWrite)?;
        let uid = uuid::Uuid::new_v4().to_string();
        let new = self.checked(&uid, edit, None)?;
        let levels = levels.map_or_else(
            || new.target.kind().usual_levels().to_vec(),
            |levels| levels.into_iter().map(|level| level.0).collect(),
        );
        let id = self.store.notify().create_channel(&uid, &new, &levels, clock::now_ms()).await?;
        self.changed_channel(actor, "channel.create", &new).await;
        self.channel(actor, id).await
    }

    /// Changes a channel. What waits for it is tried at once.
    ///
    /// # Errors
    /// When the actor may not, there is none, a field makes no sense, or the name is in use.
    pub async fn change_channel(&self, actor: &Actor, id: ChannelId, edit: ChannelEdit) -> Result<Channel> {
        actor.require(Permission::SettingsWrite)?;
        let before = self.stored(id).await?;
        let has_secret = before.content.secret.as_deref().is_some_and(|sealed| !sealed.is_empty());
        // What is kept for one place must not be had by another: whoever may change a channel may not read its secret.
        let was = before.content.target.secret_goes_to();
        if has_secret
            && edit.secret.is_none()
            && (was.is_some() || edit.target.secret_goes_to().is_some())
            && was != edit.target.secret_goes_to()
        {
            let field = edit.target.kind().secret().name;
            return Err(Error::invalid(
                field,
                "is asked for again, since it would be sent to another place than before",
            ));
        }
        let changed = self.checked(&before.uid, edit, before.content.secret.as_deref())?;
        self.store.notify().change_channel(id, &changed, clock::now_ms()).await.map_err(absent("channel"))?;
        self.store.notify().hurry(id, clock::now_ms()).await?;
        self.changed_channel(actor, "channel.change", &changed).await;
        self.channel(actor, id).await
    }

    /// Deletes a channel with all that waits for it.
    ///
    /// # Errors
    /// When the actor may not, or there is none.
    pub async fn delete_channel(&self, actor: &Actor, id: ChannelId) -> Result<()> {
        actor.require(Permission::SettingsWrite)?;
        let before = self.stored(id).await?;
        self.store.notify().delete_channel(id).await.map_err(absent("channel"))?;
        self.changed_channel(actor, "channel.delete", &before.content).await;
        Ok(())
    }

    /// Sends a test by a channel and waits for what the other side says.
    ///
    /// # Errors
    /// When the actor may not, there is none, it is off, or nothing was said in time.
    pub async fn test_channel(&self, actor: &Actor, id: ChannelId) -> Result<Tried> {
        actor.require(Permission::SettingsWrite)?;
        let channel = self.stored(id).await?;
        if !channel.content.is_enabled {
            return Err(Error::new(ErrorCode::Conflict, "The channel is off. Turn it on to try it."));
        }
        let now_ms = clock::now_ms();
        self.may_test(actor, now_ms)?;
        let event_id = uuid::Uuid::new_v4().to_string();
        let payload = Payload::Incidents(notify::example(now_ms));
        self.store.notify().enqueue(&[id], &event_id, &payload, now_ms).await?;
        self.bell.send.notify_one();
        let deed = Deed {
            action: "channel.test",
            target_type: "channel",
            target_id: channel.content.name,
            detail: String::new(),
            ..Deed::default()
        };
        self.audit.note(actor, deed).await;
        let said = tokio::time::timeout(TEST_WAIT, async {
            loop {
                tokio::time::sleep(TEST_LOOK).await;
                let sent = self.store.notify().deliveries(id, 20, 0).await?;
                let tried = sent.into_iter().find(|sent| sent.event_id == event_id && sent.attempts > 0);
                if let Some(delivery) = tried {
                    return Ok(Tried { is_sent: delivery.state == DeliveryState::Sent, delivery });
                }
            }
        });
        let late = || {
            Error::new(
                ErrorCode::Unavailable,
                "The other side has said nothing yet. Look at the messages of the channel.",
            )
        };
        said.await.map_err(|_| late())?
    }

    /// The messages of a channel, the newest first.
    ///
    /// # Errors
    /// When the actor may not, or there is no such channel.
    pub async fn deliveries(
        &self,
        actor: &Actor,
        id: ChannelId,
        limit: Option<u32>,
        offset: u32,
    ) -> Result<Vec<Delivery>> {
        actor.require(Permission::SettingsWrite)?;
        let limit = limit.unwrap_or(DELIVERIES);
        if !(1..=DELIVERIES_MAX).contains(&limit) {
            return Err(Error::invalid("limit", format!("must be 1 to {DELIVERIES_MAX}")));
        }
        self.stored(id).await?;
        Ok(self.store.notify().deliveries(id, limit.into(), offset.into()).await?)
    }

    /// Has a message sent once more that waits or was given up.
    ///
    /// # Errors
    /// When the actor may not, or there is none.
    pub async fn retry(&self, actor: &Actor, id: ChannelId, delivery: DeliveryId) -> Result<()> {
        actor.require(Permission::SettingsWrite)?;
        if !self.store.notify().retry(id, delivery, clock::now_ms()).await? {
            return Err(Error::not_found("message that waits or was given up"));
        }
        let target_id = self.stored(id).await?.content.name;
        let detail = format!("message {delivery}");
        self.audit
            .note(actor, Deed { action: "channel.retry", target_type: "channel", target_id, detail, ..Deed::default() })
            .await;
        self.bell.send.notify_one();
        Ok(())
    }

    /// All levels of escalation, the usual ones first.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn levels(&self, actor: &Actor) -> Result<Vec<Level>> {
        actor.require(Permission::ServersRead)?;
        Ok(self.store.notify().levels().await?)
    }

    /// Adds a level; its id is made here.
    ///
    /// # Errors
    /// When the actor may not, a field makes no sense, or the name is in use.
    pub async fn create_level(&self, actor: &Actor, level: Level) -> Result<Level> {
        actor.require(Permission::SettingsWrite)?;
        let level = self.with_known_channels(level).await?;
        let level = self.store.notify().create_level(level).await?;
        self.changed(actor, "level.create", &level.name).await;
        Ok(level)
    }

    /// Changes a level. It counts for what goes on, too.
    ///
    /// # Errors
    /// When the actor may not, there is none, a field makes no sense, or the name is in use.
    pub async fn change_level(&self, actor: &Actor, level: Level) -> Result<Level> {
        actor.require(Permission::SettingsWrite)?;
        let level = self.with_known_channels(level).await?;
        self.store.notify().change_level(&level).await.map_err(absent("level"))?;
        self.changed(actor, "level.change", &level.name).await;
        Ok(level)
    }

    /// Deletes a level that is none of the three usual ones.
    ///
    /// # Errors
    /// When the actor may not, there is none, or it is one of those.
    pub async fn delete_level(&self, actor: &Actor, id: LevelId) -> Result<()> {
        actor.require(Permission::SettingsWrite)?;
        let levels = self.store.notify().levels().await?;
        let level = levels.into_iter().find(|level| level.id == id).ok_or_else(|| Error::not_found("level"))?;
        if level.is_usual() {
            let message = "The three usual levels stay. Take the channels out of its steps to have nobody told.";
            return Err(Error::new(ErrorCode::Conflict, message));
        }
        self.store.notify().delete_level(id).await.map_err(absent("level"))?;
        self.changed(actor, "level.delete", &level.name).await;
        Ok(())
    }

    /// How a message would read.
    ///
    /// # Errors
    /// When the actor may not, or a template or the time zone cannot be used; the field is named.
    pub fn preview(
        &self,
        actor: &Actor,
        message: Message,
        time_zone: &str,
        language: Language,
        templates: &Templates,
    ) -> Result<Text> {
        actor.require(Permission::SettingsWrite)?;
        notify::check_templates(templates)?;
        let zone = zone(time_zone)?;
        let text = self.notifier.text(&Payload::Incidents(message), Readers { zone: &zone, language, templates });
        text.map_err(|message| Error::invalid("text", message))
    }

    async fn stored(&self, id: ChannelId) -> Result<StoredChannel> {
        let found = self.store.notify().channels().await?.into_iter().find(|channel| channel.id == id);
        found.ok_or_else(|| Error::not_found("channel"))
    }

    /// Whether somebody did not try channels too often, and that it was done once more.
    fn may_test(&self, actor: &Actor, now_ms: i64) -> Result<()> {
        let mut tests = self.tests.lock().unwrap_or_else(PoisonError::into_inner);
        let of_late = tests.entry(actor.user_id).or_default();
        of_late.retain(|at_ms| (now_ms - MINUTE_MS..=now_ms).contains(at_ms));
        if let (TESTS_A_MINUTE.., Some(first)) = (of_late.len(), of_late.first()) {
            let secs = u32::try_from((first + MINUTE_MS - now_ms) / 1_000 + 1).unwrap_or(60);
            let message = format!("{TESTS_A_MINUTE} tests a minute are enough. Try again in {secs} s.");
            return Err(Error { retry_after_secs: Some(secs), ..Error::new(ErrorCode::TooManyRequests, message) });
        }
        of_late.push(now_ms);
        Ok(())
    }

    /// What is to be kept of an edit, its secret sealed.
    fn checked(&self, uid: &str, edit: ChannelEdit, sealed: Option<&str>) -> Result<NewChannel> {
        let ChannelEdit { name, target, secret, is_enabled, time_zone, language, quiet, templates } = edit;
        let valid = Channel {
            id: ChannelId(0),
            uid: String::new(),
            name,
            target,
            secret: Configured::default(),
            is_enabled,
            time_zone,
            language,
            quiet,
            templates,
            health: domain::notify::Health::default(),
        }
        .validated()?;
        zone(&valid.time_zone)?;
        notify::check_templates(&valid.templates)?;
        events::check(&valid.target)?;
        let kept =
            sealed.filter(|sealed| !sealed.is_empty()).map(|sealed| self.secrets.open(uid, sealed)).transpose()?;
        let counts = secret.clone().or(kept);
        notify::check(&valid.target, counts.as_ref())?;
        let secret = match secret {
            None => None,
            // An empty text takes it away.
            Some(secret) if secret.is_empty() => Some(String::new()),
            Some(secret) => Some(self.secrets.seal(uid, &secret)?),
        };
        let Channel { name, target, is_enabled, time_zone, language, quiet, templates, .. } = valid;
        Ok(NewChannel { name, target, secret, is_enabled, time_zone, language, quiet, templates })
    }

    async fn with_known_channels(&self, level: Level) -> Result<Level> {
        let level = level.validated()?;
        let known = self.store.notify().channels().await?;
        let is_known = |id: &ChannelId| known.iter().any(|channel| channel.id == *id);
        if let Some(unknown) = level.steps.iter().flat_map(|step| &step.channels).find(|id| !is_known(id)) {
            return Err(Error::invalid("channels", format!("there is no channel {unknown}")));
        }
        Ok(level)
    }

    async fn changed_channel(&self, actor: &Actor, action: &'static str, channel: &NewChannel) {
        // By the kind, webhooks are told from other channels.
        let detail = channel.target.kind().name().to_owned();
        self.note(
            actor,
            Deed { action, target_type: "channel", target_id: channel.name.clone(), detail, ..Deed::default() },
        )
        .await;
    }

    async fn changed(&self, actor: &Actor, action: &'static str, name: &str) {
        let deed =
            Deed { action, target_type: "level", target_id: name.to_owned(), detail: String::new(), ..Deed::default() };
        self.note(actor, deed).await;
    }

    async fn note(&self, actor: &Actor, deed: Deed) {
        self.bell.plan.notify_one();
        self.bell.send.notify_one();
        self.audit.note(actor, deed).await;
    }
}

/// A message to look at: of one occasion, about so many servers.
pub fn example_message(occasion: Occasion, servers: u8) -> Message {
    let now_ms = clock::now_ms();
    let message = notify::example(now_ms);
    let example = notify::example_item(now_ms - EXAMPLE_MS);
    let item = |number: u8| Item {
        server: format!("web-{number}"),
        ended_at_ms: (occasion == Occasion::Ended).then_some(now_ms),
        ..example.clone()
    };
    Message { occasion, at_ms: now_ms, items: (1..=servers.max(1)).map(item).collect(), ..message }
}

fn zone(name: &str) -> Result<Zone> {
    Zone::named(name).map_err(|error| Error::invalid("time_zone", error.to_string()))
}

fn shown(stored: StoredChannel) -> Channel {
    let StoredChannel { id, uid, created_at_ms: _, content } = stored;
    let NewChannel { name, target, secret, is_enabled, time_zone, language, quiet, templates } = content;
    let secret = Configured { configured: secret.is_some_and(|secret| !secret.is_empty()) };
    let health = domain::notify::Health::default();
    Channel { id, uid, name, target, secret, is_enabled, time_zone, language, quiet, templates, health }
}

/// Names what is not there.
fn absent(what: &'static str) -> impl Fn(store::Error) -> Error {
    move |error| match error {
        store::Error::NotFound => Error::not_found(what),
        other => other.into(),
    }
}
