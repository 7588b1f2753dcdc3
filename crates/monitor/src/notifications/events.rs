//! Events for webhooks: what people and the program do, under the names that the older system gave them.

use std::sync::Arc;

use domain::{
    Error, Result,
    notify::{Event, Kind, Payload, Target},
};
use store::{
    Store,
    audit::NewEntry,
    notify::{Delivery, StoredChannel},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::Bell;
use crate::clock;

/// All types of events that a webhook can choose. Those of terminals, tasks, inventory, keys and of exports and clean-ups of the audit log
/// come with what they are about.
pub const EVENT_TYPES: &[&str] = &[
    "alert.escalated",
    "alert.reminder",
    "alert.resolved",
    "alert.triggered",
    "audit.cleanup",
    "audit.export",
    "inventory.collected",
    "inventory.updated",
    "server.created",
    "server.deleted",
    "server.status_changed",
    "server.updated",
    "settings.updated",
    "ssh_key.created",
    "ssh_key.deleted",
    "ssh_key.used",
    "task.cancelled",
    "task.created",
    "task.failed",
    "task.finished",
    "task.started",
    "terminal.command",
    "terminal.connect",
    "terminal.disconnect",
    "user.created",
    "user.deleted",
    "user.login",
    "user.logout",
    "user.updated",
    "webhook.created",
    "webhook.deleted",
    "webhook.delivered",
    "webhook.failed",
    "webhook.test",
    "webhook.updated",
];

const DELIVERED: &str = "webhook.delivered";
const FAILED: &str = "webhook.failed";

/// How many events may wait to be written.
const WAITING_MAX: usize = 10_000;

/// Takes events from wherever they happen; nobody waits here.
#[derive(Debug, Clone)]
pub(crate) struct Events(mpsc::Sender<Event>);

/// The other end of it.
#[derive(Debug)]
pub(crate) struct Recorder(mpsc::Receiver<Event>);

impl Events {
    /// Both ends.
    pub fn new() -> (Self, Recorder) {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        (Self(sender), Recorder(receiver))
    }

    /// A deed that is written to the audit log is an event too, if it is one of the kinds that webhooks can choose.
    pub fn happened_if(&self, entry: &NewEntry, name: String) {
        let Some(event_type) = of_deed(&entry.action, &entry.detail) else { return };
        let is_server = entry.target_type == "server";
        self.happened(Event {
            event_type: event_type.to_owned(),
            at_ms: entry.created_at_ms,
            user_id: entry.user_id.map(|id| id.0),
            username: entry.username.clone(),
            server_id: entry.target_id.parse().ok().filter(|_| is_server),
            server_name: if is_server { name } else { String::new() },
            target_type: entry.target_type.clone(),
            target_id: entry.target_id.clone(),
            action: entry.action.clone(),
            detail: entry.detail.clone(),
            ip: entry.ip.clone(),
            user_agent: entry.user_agent.clone(),
            severity: "info".to_owned(),
        });
    }

    /// Something happened.
    pub fn happened(&self, event: Event) {
        if let Err(cause) = self.0.try_send(event) {
            warn!(%cause, "an event for webhooks was dropped");
        }
    }
}

impl Recorder {
    /// The next event; `None` when nobody can make any more.
    #[cfg(test)]
    pub async fn next(&mut self) -> Option<Event> {
        self.0.recv().await
    }

    /// Writes events down for the webhooks that want them, until the program stops.
    pub async fn run(mut self, store: Arc<Store>, bell: Arc<Bell>, stop: CancellationToken) {
        loop {
            let event = tokio::select! {
                event = self.0.recv() => event,
                () = stop.cancelled() => self.0.try_recv().ok(),
            };
            let Some(event) = event else { return };
            if let Err(cause) = record(&store, event).await {
                warn!(%cause, "an event for webhooks cannot be written");
            }
            bell.send.notify_one();
        }
    }
}

async fn record(store: &Store, event: Event) -> store::Result<()> {
    let channels = store.notify().channels().await?;
    let wants = |target: &Target| webhook_wants(target, &event.event_type);
    let is_about = |channel: &StoredChannel| is_delivery(&event.event_type) && event.target_id == channel.uid;
    let wanting = channels
        .iter()
        .filter(|channel| channel.content.is_enabled && wants(&channel.content.target) && !is_about(channel));
    let ids: Vec<_> = wanting.map(|channel| channel.id).collect();
    let event_id = uuid::Uuid::new_v4().to_string();
    store.notify().enqueue(&ids, &event_id, &Payload::Event(Box::new(event)), clock::now_ms()).await
}

/// Whether events of a type say how deliveries went. Nobody is told how the delivery of these went: that would have no end.
fn is_delivery(event_type: &str) -> bool {
    matches!(event_type, DELIVERED | FAILED)
}

/// What other webhooks hear of a delivery that was taken or given up, if it was one of a webhook.
pub(super) fn of_delivery(channel: &StoredChannel, delivery: &Delivery, taken: bool, answer: &str) -> Option<Event> {
    if !matches!(channel.content.target, Target::Webhook { .. }) || is_delivery(&delivery.event_type) {
        return None;
    }
    let (event_type, severity) = if taken { (DELIVERED, "info") } else { (FAILED, "error") };
    let Delivery { event_type: of, event_id, .. } = delivery;
    Some(Event {
        event_type: event_type.to_owned(),
        at_ms: clock::now_ms(),
        target_type: "webhook".to_owned(),
        target_id: channel.uid.clone(),
        action: event_type.to_owned(),
        detail: format!("{}: {of} {event_id}: {answer}", channel.content.name),
        severity: severity.to_owned(),
        ..Event::default()
    })
}

/// Whether a target is a webhook that wants events of a type.
pub(super) fn webhook_wants(target: &Target, event_type: &str) -> bool {
    match target {
        Target::Webhook { event_types, .. } => {
            event_types.is_empty() || event_types.iter().any(|wanted| wanted == event_type)
        }
        _ => false,
    }
}

/// Whether a webhook chooses only types that there are.
pub(super) fn check(target: &Target) -> Result<()> {
    let Target::Webhook { event_types, .. } = target else { return Ok(()) };
    match event_types.iter().find(|name| !EVENT_TYPES.contains(&name.as_str())) {
        Some(unknown) => Err(Error::invalid(
            "event_types",
            format!("there is no event type {unknown:?}; there are {}", EVENT_TYPES.join(", ")),
        )),
        None => Ok(()),
    }
}

/// The event that a deed of the audit log is, if it is one.
fn of_deed(action: &str, detail: &str) -> Option<&'static str> {
    let is_webhook = detail == Kind::Webhook.name();
    Some(match action {
        "server.create" => "server.created",
        "server.change" => "server.updated",
        "server.delete" => "server.deleted",
        "auth.login" => "user.login",
        "auth.logout" => "user.logout",
        "user.create" => "user.created",
        "user.change" => "user.updated",
        "user.delete" => "user.deleted",
        "channel.create" if is_webhook => "webhook.created",
        "channel.change" if is_webhook => "webhook.updated",
        "channel.delete" if is_webhook => "webhook.deleted",
        "channel.create" | "channel.change" | "channel.delete" => "settings.updated",
        "audit.export" => "audit.export",
        "audit.cleanup" => "audit.cleanup",
        "rule.create" | "rule.change" | "rule.delete" | "level.create" | "level.change" | "level.delete"
        | "history.limits" | "maintenance.create" | "maintenance.change" | "maintenance.delete" => "settings.updated",
        _ => return None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn only_webhooks_are_webhooks_and_other_channels_are_settings() {
        let of =
            |detail| ["channel.create", "channel.change", "channel.delete"].map(|deed| of_deed(deed, detail).unwrap());
        assert_eq!(of("webhook"), ["webhook.created", "webhook.updated", "webhook.deleted"]);
        assert_eq!(of("email"), ["settings.updated"; 3]);
        assert_eq!(of_deed("server.retry", ""), None);
    }

    #[test]
    fn whatever_a_deed_becomes_can_be_chosen() {
        let deeds = ["server.create", "auth.logout", "user.change", "rule.delete", "history.limits", "audit.export"];
        for event_type in deeds.into_iter().filter_map(|deed| of_deed(deed, "")).chain([DELIVERED, FAILED]) {
            assert!(EVENT_TYPES.contains(&event_type), "{event_type}");
        }
    }
}
