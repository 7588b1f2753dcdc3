//! Sends what waits: each channel by itself, so that a slow or broken one delays no other.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{
    ChannelId,
    notify::{Payload, Target},
};
use notify::{Failure, Notifier, Outgoing, Readers, Zone};
use rand::RngExt;
use store::{
    Store,
    notify::{StoredChannel, Waiting},
};
use tokio::{task::JoinSet, time};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{Bell, Events, events, secrets::Secrets};
use crate::clock;

/// For how long a message is tried.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// The wait after the first try, and the longest one.
const WAIT: Duration = Duration::from_secs(5);
const WAIT_MAX: Duration = Duration::from_secs(30 * 60);
/// The least wait after a refusal, which seldom is another answer soon.
const REFUSED_WAIT: Duration = Duration::from_secs(5 * 60);
/// How long nothing is looked at when nothing waits.
const IDLE: Duration = Duration::from_secs(30);
/// For how long is remembered what was sent, and what was recorded: 90 days.
const KEPT_MS: i64 = 90 * DAY_MS;
/// How many recordings of incidents are kept: some 10 KB each.
const RECORDINGS_MAX: u64 = 5_000;
/// How often what is older is forgotten.
const TIDY: Duration = Duration::from_secs(60 * 60);

pub(super) struct Dispatcher {
    pub store: Arc<Store>,
    pub notifier: Arc<Notifier>,
    pub secrets: Secrets,
    pub bell: Arc<Bell>,
    pub events: Events,
}

impl Dispatcher {
    /// Does so until the program stops; what is being sent then is sent again after the next start, under the same id.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let busy: Arc<Mutex<HashSet<ChannelId>>> = Arc::default();
        let mut workers = JoinSet::new();
        let mut tidied = time::Instant::now();
        loop {
            let now_ms = clock::now_ms();
            let wait = match self.store.notify().due(now_ms).await {
                Ok((due, next_ms)) => {
                    for channel in due {
                        if busy.lock().unwrap_or_else(PoisonError::into_inner).insert(channel) {
                            let (this, busy) = (Arc::clone(&self), Arc::clone(&busy));
                            workers.spawn(async move {
                                this.work(channel).await;
                                busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&channel);
                                // Something may have come between the last look and now.
                                this.bell.send.notify_one();
                            });
                        }
                    }
                    let wait = next_ms.map_or(i64::MAX, |next_ms| (next_ms - now_ms).max(0));
                    Duration::from_millis(wait.unsigned_abs()).min(IDLE)
                }
                Err(cause) => {
                    warn!(%cause, "it cannot be read what waits to be sent");
                    WAIT
                }
            };
            while workers.try_join_next().is_some() {}
            if tidied.elapsed() >= TIDY {
                tidied = time::Instant::now();
                if let Err(cause) = self.store.notify().forget_deliveries(now_ms - KEPT_MS).await {
                    warn!(%cause, "old messages cannot be forgotten");
                }
                if let Err(cause) = self.store.recordings().forget(now_ms - KEPT_MS, RECORDINGS_MAX).await {
                    warn!(%cause, "old recordings cannot be forgotten");
                }
            }
            tokio::select! {
                () = self.bell.send.notified() => {}
                () = time::sleep(wait) => {}
                () = stop.cancelled() => break,
            }
        }
        workers.shutdown().await;
    }

    /// Sends what waits for a channel, the oldest first, until nothing does or the other side cannot be reached.
    async fn work(&self, id: ChannelId) {
        loop {
            match self.step(id).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(cause) => {
                    warn!(channel = id.0, %cause, "the outbox cannot be read or written");
                    time::sleep(WAIT).await;
                    return;
                }
            }
        }
    }

    /// Tries one message. Returns whether to go on with the next.
    async fn step(&self, id: ChannelId) -> store::Result<bool> {
        let notify = self.store.notify();
        let channel = notify.channels().await?.into_iter().find(|channel| channel.id == id);
        let Some(channel) = channel.filter(|channel| channel.content.is_enabled) else { return Ok(false) };
        let Some(waiting) = notify.next(id, clock::now_ms()).await? else { return Ok(false) };
        let delivery = &waiting.delivery;
        match self.send(&channel, &waiting).await {
            Ok(answer) => {
                notify.sent(delivery.id, &answer.0, clock::now_ms()).await?;
                self.tell(&channel, &waiting, true, &answer.0);
                info!(channel = channel.content.name, event = delivery.event_type, "a message was sent");
                Ok(true)
            }
            Err(failure) => {
                let now_ms = clock::now_ms();
                let next_at_ms = next_at_ms(&channel, &waiting, &failure, now_ms);
                notify.not_sent(delivery.id, &failure.message, now_ms, next_at_ms).await?;
                let is_given_up = next_at_ms.is_none();
                if is_given_up {
                    self.tell(&channel, &waiting, false, &failure.message);
                }
                warn!(
                    channel = channel.content.name,
                    event = delivery.event_type,
                    is_given_up,
                    cause = failure.message,
                    "a message was not sent"
                );
                if failure.is_refusal || is_given_up {
                    return Ok(true);
                }
                // It is the way there that fails: the others need not be tried before this one.
                self.store.notify().put_off(id, next_at_ms.unwrap_or(now_ms)).await?;
                Ok(false)
            }
        }
    }

    /// Other webhooks, and the pages that show whom an incident was told to, hear how it went.
    fn tell(&self, channel: &StoredChannel, waiting: &Waiting, taken: bool, answer: &str) {
        if let Some(event) = events::of_delivery(channel, &waiting.delivery, taken, answer) {
            self.events.happened(event);
        }
        if matches!(waiting.payload, Payload::Incidents(_)) {
            self.bell.incidents.notify_one();
        }
    }

    async fn send(&self, channel: &StoredChannel, waiting: &Waiting) -> Result<notify::Answer, Failure> {
        let content = &channel.content;
        let failed = |message: String| Failure { message, is_refusal: true, retry_after: None };
        let secret = content.secret.as_deref().filter(|sealed| !sealed.is_empty());
        let secret = secret.map(|sealed| self.secrets.open(&channel.uid, sealed)).transpose();
        let secret = secret.map_err(|error| failed(error.to_string()))?;
        let zone = Zone::named(&content.time_zone).map_err(|error| failed(error.to_string()))?;
        let outgoing = Outgoing {
            event_id: &waiting.delivery.event_id,
            target: &content.target,
            secret: secret.as_ref(),
            readers: Readers { zone: &zone, language: content.language, templates: &content.templates },
            payload: &waiting.payload,
            at_ms: waiting.delivery.created_at_ms,
        };
        self.notifier.send(outgoing).await
    }
}

/// When a message is tried again, in Unix milliseconds; `None` when it is given up.
fn next_at_ms(channel: &StoredChannel, waiting: &Waiting, failure: &Failure, now_ms: i64) -> Option<i64> {
    let delivery = &waiting.delivery;
    let attempts = delivery.attempts + 1;
    let most = match channel.content.target {
        Target::Webhook { retry_max, .. } if retry_max > 0 => retry_max,
        _ => u32::MAX,
    };
    // Whoever tries a channel wants to know now.
    let is_test = delivery.event_type == domain::notify::Occasion::Test.event_type();
    let jitter = rand::rng().random_range(0.8..1.2);
    let at_ms = now_ms + i64::try_from(wait(attempts, failure).mul_f64(jitter).as_millis()).unwrap_or(i64::MAX);
    (!is_test && attempts < most && at_ms < delivery.created_at_ms + DAY_MS).then_some(at_ms)
}

/// How long to wait after so many tries.
fn wait(attempts: u32, failure: &Failure) -> Duration {
    let doubled = WAIT.saturating_mul(1 << attempts.saturating_sub(1).min(20)).min(WAIT_MAX);
    let least = if failure.is_refusal { REFUSED_WAIT } else { Duration::ZERO };
    doubled.max(least).max(failure.retry_after.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_half_an_hour_and_heed_what_the_other_side_asks_for() {
        let failure = |is_refusal, retry_after: Option<u64>| Failure {
            message: String::new(),
            is_refusal,
            retry_after: retry_after.map(Duration::from_secs),
        };
        let secs = |attempts, failure: &Failure| wait(attempts, failure).as_secs();
        let usual = failure(false, None);
        assert_eq!([1, 2, 3, 9, 10, 1_000].map(|n| secs(n, &usual)), [5, 10, 20, 1_280, 1_800, 1_800]);
        assert_eq!(secs(1, &failure(true, None)), 300);
        assert_eq!(secs(1, &failure(false, Some(60))), 60);
    }
}
