//! Planned maintenance as a service.

use std::sync::Arc;

use ::alerts::{Series, Span};
use domain::{
    Error, ErrorCode, Permission, Result, ServerId, WindowId,
    alerts::Scope,
    maintenance::{DURATION_MAX_MINUTES, Occurrence, Plan, Repeats, Schedule, Window, never_on},
};
use store::{Store, maintenance::StoredWindow};

use crate::{
    actor::Actor,
    alerts::Silencer,
    audit::{AuditLog, Deed},
    clock,
    notifications::Bell,
};

/// How many there may be: each is looked at whenever somebody may have to be told something.
const WINDOWS_MAX: u64 = 1_000;
/// How many times are shown before something is planned.
const PREVIEW: usize = 5;

/// Planned maintenance.
#[derive(Debug)]
pub struct Maintenance {
    store: Arc<Store>,
    audit: AuditLog,
    bell: Arc<Bell>,
}

impl Maintenance {
    pub(crate) fn new(store: Arc<Store>, audit: AuditLog, bell: Arc<Bell>) -> Self {
        Self { store, audit, bell }
    }

    /// All that is planned, and when: what is on first, then what comes, then what is off, then what is over.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Window>> {
        actor.require(Permission::ServersRead)?;
        let now_ms = clock::now_ms();
        let stored = self.store.maintenance().list().await?;
        let mut windows: Vec<Window> = stored.into_iter().map(|stored| shown(stored, now_ms)).collect();
        windows.sort_by_key(|window| (window.rank(), window.id));
        Ok(windows)
    }

    /// One of it.
    ///
    /// # Errors
    /// When the actor may not see servers, or there is none.
    pub async fn get(&self, actor: &Actor, id: WindowId) -> Result<Window> {
        actor.require(Permission::ServersRead)?;
        Ok(shown(self.stored(id).await?, clock::now_ms()))
    }

    /// Plans maintenance.
    ///
    /// # Errors
    /// When the actor may not, a field cannot be taken, it would never be on, or there is too much of it.
    pub async fn create(&self, actor: &Actor, plan: Plan) -> Result<Window> {
        actor.require(Permission::IncidentsWrite)?;
        let plan = plan.validated()?;
        let (series, now_ms) = (Series::new(&plan.schedule)?, clock::now_ms());
        if plan.is_enabled && !is_to_come(&series, now_ms) {
            return Err(never_on(&plan.schedule));
        }
        if self.store.maintenance().count().await? >= WINDOWS_MAX {
            let message = format!("There are {WINDOWS_MAX} already. Delete those that are over.");
            return Err(Error::new(ErrorCode::Conflict, message));
        }
        let id = self.store.maintenance().create(&plan, &actor.username, series.over_at(), now_ms).await?;
        self.done(actor, "maintenance.create", id, &plan.name).await;
        self.get(actor, id).await
    }

    /// Has a server or several be in maintenance from now on, for some minutes, by the clock of a time zone.
    ///
    /// # Errors
    /// As for [`Self::create`].
    pub async fn begin(
        &self,
        actor: &Actor,
        scope: Scope,
        name: String,
        minutes: u32,
        time_zone: &str,
    ) -> Result<Window> {
        actor.require(Permission::IncidentsWrite)?;
        if !(1..=DURATION_MAX_MINUTES).contains(&minutes) {
            return Err(Error::invalid("minutes", format!("must be 1 to {DURATION_MAX_MINUTES}")));
        }
        let now_ms = clock::now_ms();
        let schedule = starting(now_ms, minutes, time_zone).or_else(|| starting(now_ms, minutes, ""));
        let schedule = schedule.ok_or_else(Error::internal)?;
        self.create(actor, Plan { name, description: String::new(), scope, schedule, is_enabled: true }).await
    }

    /// Changes what is planned.
    ///
    /// # Errors
    /// When the actor may not, there is none, a field cannot be taken, or its new times are all over.
    pub async fn change(&self, actor: &Actor, id: WindowId, plan: Plan) -> Result<Window> {
        actor.require(Permission::IncidentsWrite)?;
        let plan = plan.validated()?;
        let (series, now_ms) = (Series::new(&plan.schedule)?, clock::now_ms());
        let before = self.stored(id).await?.plan;
        if plan.is_enabled && plan.schedule != before.schedule && !is_to_come(&series, now_ms) {
            return Err(never_on(&plan.schedule));
        }
        self.store.maintenance().change(id, &plan, series.over_at(), now_ms).await.map_err(absent)?;
        self.done(actor, "maintenance.change", id, &plan.name).await;
        self.get(actor, id).await
    }

    /// Deletes what is planned. What goes on is told now.
    ///
    /// # Errors
    /// When the actor may not, or there is none.
    pub async fn delete(&self, actor: &Actor, id: WindowId) -> Result<()> {
        actor.require(Permission::IncidentsWrite)?;
        let name = self.stored(id).await?.plan.name;
        self.store.maintenance().delete(id).await.map_err(absent)?;
        self.done(actor, "maintenance.delete", id, &name).await;
        Ok(())
    }

    /// The next times of a schedule, the one that is now included.
    ///
    /// # Errors
    /// When the actor may not plan any, or a field cannot be taken.
    pub fn preview(&self, actor: &Actor, schedule: Schedule) -> Result<Vec<Occurrence>> {
        actor.require(Permission::IncidentsWrite)?;
        let series = Series::new(&schedule.validated()?)?;
        let now_ms = clock::now_ms();
        let spans = series.on(now_ms).into_iter().chain(series.after(now_ms)).take(PREVIEW);
        Ok(spans.map(|span| series.occurrence(span)).collect())
    }

    /// Until when a server is in maintenance, in Unix milliseconds, if it is.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn of_server(&self, actor: &Actor, id: ServerId) -> Result<Option<i64>> {
        actor.require(Permission::ServersRead)?;
        Ok(Silencer::load(&self.store, clock::now_ms()).await?.maintenance_until(Some(id)))
    }

    async fn stored(&self, id: WindowId) -> Result<StoredWindow> {
        self.store.maintenance().get(id).await?.ok_or_else(|| absent(store::Error::NotFound))
    }

    async fn done(&self, actor: &Actor, action: &'static str, id: WindowId, name: &str) {
        self.bell.plan.notify_one();
        let deed = Deed {
            action,
            target_type: "maintenance",
            target_id: id.to_string(),
            detail: name.to_owned(),
            ..Deed::default()
        };
        self.audit.note(actor, deed).await;
    }
}

/// The time of each that is on at a moment, and its servers. One whose time zone the program no longer knows keeps nobody from being told.
pub(crate) async fn on(store: &Store, now_ms: i64) -> store::Result<Vec<(Scope, Span)>> {
    let current = store.maintenance().current(now_ms).await?;
    let on = current
        .into_iter()
        .filter_map(|StoredWindow { plan, .. }| Some((plan.scope, Series::new(&plan.schedule).ok()?.on(now_ms)?)));
    Ok(on.collect())
}

fn is_to_come(series: &Series, now_ms: i64) -> bool {
    series.on(now_ms).is_some() || series.after(now_ms).next().is_some()
}

/// Once from now on by the clock of a time zone, which has whole minutes; `None` where it cannot say that it is now, as in the second of two
/// hours that it has twice.
fn starting(now_ms: i64, minutes: u32, time_zone: &str) -> Option<Schedule> {
    let schedule = Schedule {
        time_zone: time_zone.to_owned(),
        starts: Series::wall_clock(time_zone, now_ms)?,
        duration_minutes: minutes,
        repeats: Repeats::Once,
        until: None,
    };
    Series::new(&schedule).ok()?.on(now_ms).map(|_| schedule)
}

fn shown(stored: StoredWindow, now_ms: i64) -> Window {
    let StoredWindow { id, plan, person, created_at_ms } = stored;
    let series = Series::new(&plan.schedule).ok().filter(|_| plan.is_enabled);
    let (on, next) = series.map_or((None, None), |series| {
        let (on, next) = (series.on(now_ms), series.after(now_ms).next());
        (on.map(|span| series.occurrence(span)), next.map(|span| series.occurrence(span)))
    });
    Window { id, plan, person, created_at_ms, on, next }
}

/// Names what is not there.
fn absent(error: store::Error) -> Error {
    match error {
        store::Error::NotFound => Error::not_found("maintenance"),
        other => other.into(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn what_begins_now_is_on_now_even_in_an_hour_that_comes_twice() {
        // 00:30 and 01:30 in UTC are both 02:30 in Berlin; the clock on the wall can say only the first.
        let (first, second) = (1_792_888_200_000, 1_792_891_800_000);
        let schedule = starting(first + 42_000, 15, "Europe/Berlin").unwrap();
        assert_eq!((schedule.starts.as_str(), schedule.time_zone.as_str()), ("2026-10-25T02:30", "Europe/Berlin"));
        assert_eq!(starting(second + 42_000, 15, "Europe/Berlin"), None);
        assert_eq!(starting(second + 42_000, 15, "").unwrap().starts, "2026-10-25T01:30");
        assert_eq!(starting(first, 15, "Mars/Olympus"), None);
    }
}
