//! How long history is kept and what it may take: from the configuration until an administrator changes it, then from the database.

use std::{collections::HashMap, sync::Arc};

use domain::{
    Permission, Result,
    storage::{Disk as DiskUsage, Limits, Losses, ServerUsage, TierUsage, Usage},
};
use history::{Engine, Retention, Tier};
use store::Store;
use tokio::sync::watch;

use super::{History, disk::Disk, failed};
use crate::{actor::Actor, audit::Deed, clock, fleet::Fleet};

/// The setting that an administrator's limits are stored as.
const SETTING: &str = "history_limits";

/// The limits that count now. Whoever keeps to them hears of changes.
#[derive(Debug)]
pub(crate) struct Current(watch::Sender<Limits>);

impl Current {
    /// The stored limits, or those of the configuration.
    pub async fn load(store: &Store, configured: Limits) -> Result<Self> {
        let stored = store.settings().get(SETTING).await?;
        let limits = match stored.as_deref().map(serde_json::from_str::<Limits>) {
            Some(Ok(limits)) => limits,
            Some(Err(cause)) => {
                tracing::error!(%cause, "the stored limits of history cannot be read; those of the configuration count");
                configured
            }
            None => configured,
        };
        Ok(Self(watch::Sender::new(limits)))
    }

    pub fn get(&self) -> Limits {
        self.0.borrow().clone()
    }

    pub fn subscribe(&self) -> watch::Receiver<Limits> {
        self.0.subscribe()
    }

    fn set(&self, limits: Limits) {
        self.0.send_replace(limits);
    }
}

/// Limits as the engine takes them: groups have become servers.
pub(crate) fn of_engine(limits: &Limits, fleet: &Fleet) -> history::Limits {
    let retention = |group| Retention {
        raw_ms: limits.keeps_ms(group, Tier::Raw.number()),
        minute_ms: limits.keeps_ms(group, Tier::Minute.number()),
        hour_ms: limits.keeps_ms(group, Tier::Hour.number()),
    };
    let of_servers: HashMap<_, _> = fleet
        .board()
        .all()
        .iter()
        .map(|entry| entry.server())
        .filter(|server| limits.groups.iter().any(|days| Some(days.group_id) == server.group_id))
        .map(|server| (server.id, retention(server.group_id)))
        .collect();
    history::Limits { retention: retention(None), of_servers, budget_bytes: limits.budget_bytes() }
}

/// What was lost since the start, for people.
pub(crate) fn losses(engine: &Engine) -> Losses {
    let losses = engine.losses();
    Losses {
        refused_values: losses.refused_values,
        lost_samples: losses.lost_rows,
        damaged_blocks: losses.damaged_blocks,
    }
}

/// What history knows about where it is kept.
#[derive(Debug)]
pub(crate) struct Place {
    pub store: Arc<Store>,
    pub fleet: Arc<Fleet>,
    pub limits: Arc<Current>,
    pub disk: Disk,
}

impl History {
    /// How long history is kept and what it may take.
    ///
    /// # Errors
    /// When the actor may not see servers.
    pub fn limits(&self, actor: &Actor) -> Result<Limits> {
        actor.require(Permission::ServersRead)?;
        Ok(self.place.limits.get())
    }

    /// Changes how long history is kept and what it may take. What has to go for it goes within seconds.
    ///
    /// # Errors
    /// When the actor may not, a field cannot be taken, or the database fails.
    pub async fn set_limits(&self, actor: &Actor, limits: Limits) -> Result<Limits> {
        actor.require(Permission::SettingsWrite)?;
        let mut limits = limits.validated()?;
        let groups = self.place.store.groups().list().await?;
        // The override of a group that was deleted meanwhile means nothing any more.
        limits.groups.retain(|days| groups.iter().any(|group| group.id == days.group_id));
        let text = serde_json::to_string(&limits).map_err(|cause| {
            tracing::error!(%cause, "the limits of history could not be written down");
            domain::Error::internal()
        })?;
        self.place.store.settings().set(SETTING, &text, clock::now_ms()).await?;
        let detail = described(&self.place.limits.get(), &limits);
        self.place.limits.set(limits.clone());
        let deed = Deed {
            action: "history.limits",
            target_type: "history",
            target_id: String::new(),
            detail,
            ..Deed::default()
        };
        self.audit.note(actor, deed).await;
        Ok(limits)
    }

    /// What history takes: the disk, the budget, each server.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn storage(&self, actor: &Actor) -> Result<Usage> {
        actor.require(Permission::ServersRead)?;
        let limits = self.place.limits.get();
        let mut tiers: HashMap<i64, Vec<TierUsage>> = HashMap::new();
        let mut total_bytes = 0;
        for usage in self.engine.usage().await.map_err(failed)? {
            total_bytes += u64::try_from(usage.size_bytes).unwrap_or_default();
            tiers.entry(usage.server_id).or_default().push(TierUsage {
                tier: usage.tier,
                size_bytes: u64::try_from(usage.size_bytes).unwrap_or_default(),
                value_count: u64::try_from(usage.value_count).unwrap_or_default(),
                first_ms: usage.first_ms,
                last_ms: usage.last_ms,
                keeps_ms: 0,
            });
        }
        let servers = self.place.fleet.board().all().into_iter().map(|entry| {
            let server = entry.server();
            let mut tiers = tiers.remove(&server.id.0).unwrap_or_default();
            tiers.sort_by_key(|tier| tier.tier);
            for tier in &mut tiers {
                tier.keeps_ms = limits.keeps_ms(server.group_id, tier.tier);
            }
            ServerUsage { server_id: server.id, name: server.name, group_id: server.group_id, tiers }
        });
        Ok(Usage {
            now_ms: clock::now_ms(),
            total_bytes,
            budget_bytes: limits.budget_bytes(),
            servers: servers.collect(),
            disk: self.place.disk.space().map(|space| DiskUsage {
                total_bytes: space.total_bytes,
                free_bytes: space.free_bytes,
                floor_bytes: space.floor_bytes(limits.floor_bytes()),
            }),
            is_paused: self.engine.is_paused(),
            losses: losses(&self.engine),
        })
    }

    pub(crate) fn engine_is_paused(&self) -> bool {
        self.engine.is_paused()
    }

    /// Whether nothing is written because the disk is too full.
    ///
    /// # Errors
    /// When the actor may not see servers.
    pub fn is_paused(&self, actor: &Actor) -> Result<bool> {
        actor.require(Permission::ServersRead)?;
        Ok(self.engine.is_paused())
    }
}

fn described(before: &Limits, after: &Limits) -> String {
    let mut parts = Vec::new();
    for (name, before, after) in [
        ("days as sampled", u64::from(before.raw_days), u64::from(after.raw_days)),
        ("days by the minute", before.minute_days.into(), after.minute_days.into()),
        ("days by the hour", before.hour_days.into(), after.hour_days.into()),
        ("MiB in all", before.budget_mib, after.budget_mib),
        ("MiB of free disk", before.free_disk_mib, after.free_disk_mib),
    ] {
        if before != after {
            parts.push(format!("{after} {name} instead of {before}"));
        }
    }
    if before.groups != after.groups {
        parts.push(format!("groups of their own: {}", after.groups.len()));
    }
    parts.join(", ")
}
