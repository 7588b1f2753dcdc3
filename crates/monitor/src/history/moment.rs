//! The fleet as it was at a moment, and what ran on a server then.

use std::sync::Arc;

use domain::{
    Error, Permission, Result, ServerId,
    fleet::{OpenIncidents, Row},
    history::{FleetThen, ProcessesThen},
    live::Fleet,
    metrics::{SPARK_MAX, Vitals},
    status::{Connection, Status},
};
use history::{Engine, Moment, MomentQuery};
use tokio::task::JoinSet;

use super::{History, failed};
use crate::{actor::Actor, clock, fleet::board::Entry};

/// What a row of the list shows, in the order of [`vitals`].
const SERIES: [&str; 9] = [
    "cpu.busy",
    "memory.used_percent",
    "swap.used_percent",
    "filesystem.used_percent",
    "net.rx_bytes",
    "net.tx_bytes",
    "load.one",
    "uptime",
    "cpu.count",
];
/// How many servers are read at the same time.
const AT_ONCE: usize = 4;
/// How far back the sparkline reaches, and what is measured seldom counts, at least.
const BACK_MS: i64 = 5 * 60 * 1_000;
/// A server answered when its newest row is not older than this, or three of its intervals.
const ANSWERS_MS: i64 = 90 * 1_000;
/// How many intervals may be missing.
const MISSED: i64 = 3;

impl History {
    /// The fleet as it was at a moment.
    ///
    /// # Errors
    /// When the actor may not see servers, the moment is not in the past, or the database fails.
    pub async fn fleet_at(&self, actor: &Actor, at_ms: i64) -> Result<FleetThen> {
        actor.require(Permission::ServersRead)?;
        check(at_ms)?;
        let mut parts: Vec<Vec<Arc<Entry>>> = vec![Vec::new(); AT_ONCE];
        for (number, entry) in self.place.fleet.board().all().into_iter().enumerate() {
            if let Some(part) = parts.get_mut(number % AT_ONCE) {
                part.push(entry);
            }
        }
        let mut tasks = JoinSet::new();
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            tasks.spawn(part_at(Arc::clone(&self.engine), part, at_ms));
        }
        let mut then = FleetThen::default();
        while let Some(part) = tasks.join_next().await {
            let part = part.map_err(|_| Error::internal())?.map_err(failed)?;
            then.step_ms = then.step_ms.max(part.step_ms);
            then.first_ms = [then.first_ms, part.first_ms].into_iter().flatten().min();
            then.fleet.rows.extend(part.fleet.rows);
        }
        then.fleet.rows.sort_by_key(|row| row.id);
        let store = &self.place.store;
        (then.fleet.groups, then.fleet.tags) = (store.groups().list().await?, store.tags().list().await?);
        then.fleet.now_ms = at_ms;
        Ok(then)
    }

    /// The processes of a server that took the most at a moment; `None` when nobody looked then.
    ///
    /// # Errors
    /// When the actor may not see servers, there is none, the moment is not in the past, or the database fails.
    pub async fn processes_at(&self, actor: &Actor, server: ServerId, at_ms: i64) -> Result<Option<ProcessesThen>> {
        let entry = self.servers.entry(actor, server)?;
        check(at_ms)?;
        self.servers.note_view(actor, &entry).await;
        self.engine.processes_at(server, at_ms).await.map_err(failed)
    }
}

fn check(at_ms: i64) -> Result<()> {
    if (1..=clock::now_ms()).contains(&at_ms) {
        return Ok(());
    }
    Err(Error::invalid("at", "must be a moment in the past, in Unix milliseconds"))
}

async fn part_at(engine: Arc<Engine>, entries: Vec<Arc<Entry>>, at_ms: i64) -> history::Result<FleetThen> {
    let mut part = FleetThen { fleet: Fleet::default(), ..FleetThen::default() };
    for entry in entries {
        let row = entry.row();
        let interval_ms = i64::from(row.meta.interval_secs) * 1_000;
        let back_ms = BACK_MS.max(interval_ms.saturating_mul(SPARK_MAX as i64));
        let query = MomentQuery { keys: &SERIES, at_ms, back_ms, recent: SPARK_MAX };
        let moment = engine.moment(row.id, query).await?;
        let first_ms = engine.first_ms(row.id).await?;
        part.first_ms = [part.first_ms, first_ms].into_iter().flatten().min();
        if moment.is_none() && entry.server().created_at_ms > at_ms {
            continue;
        }
        part.step_ms = part.step_ms.max(moment.as_ref().map_or(0, |moment| moment.tier.step_ms()));
        let was_known = first_ms.is_some_and(|first_ms| first_ms <= at_ms);
        part.fleet.rows.push(row_then(row, moment.as_ref(), was_known, at_ms));
    }
    Ok(part)
}

/// A row of today as it was then.
fn row_then(today: Row, moment: Option<&Moment>, was_known: bool, at_ms: i64) -> Row {
    let interval_ms = i64::from(today.meta.interval_secs) * 1_000;
    let answers_ms = |moment: &&Moment| match moment.tier.step_ms() {
        0 => ANSWERS_MS.max(MISSED * interval_ms),
        step_ms => step_ms.max(MISSED * interval_ms),
    };
    let answered = moment.filter(|moment| at_ms - moment.at_ms < answers_ms(moment));
    let status = match (answered, was_known || moment.is_some()) {
        (Some(_), _) => Status::Online,
        (None, true) => Status::Offline,
        (None, false) => Status::Unknown,
    };
    // Since when a server was away is known when its last row is near.
    let since_ms = moment.filter(|_| answered.is_none()).map(|moment| moment.at_ms);
    Row {
        connection: Connection { status, since_ms, ..Connection::default() },
        vitals: answered.map(|moment| vitals(moment, today.vitals.map_or(0, |vitals| vitals.cores))),
        // What rules thought then is in the list of incidents.
        incidents: OpenIncidents::default(),
        spark: answered.map(|moment| moment.recent.iter().map(|percent| whole(*percent)).collect()).unwrap_or_default(),
        ..today
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float becomes the nearest there is")]
fn vitals(moment: &Moment, cores_today: u16) -> Vitals {
    let value = |number: usize| moment.values.get(number).copied().flatten();
    let short = |number: usize| value(number).unwrap_or_default() as f32;
    Vitals {
        at_ms: moment.at_ms,
        cpu: short(0),
        memory: short(1),
        swap: short(2),
        disk: value(3).map(|percent| percent as f32),
        rx_bytes: short(4),
        tx_bytes: short(5),
        load: short(6),
        uptime_secs: value(7).unwrap_or_default() as u32,
        cores: value(8).map_or(cores_today, |cores| cores as u16),
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0–100")]
fn whole(percent: f64) -> u8 {
    percent.clamp(0.0, 100.0).round() as u8
}

#[cfg(test)]
mod tests {
    use history::Tier;

    use super::*;

    const AT_MS: i64 = 1_000_000_000;

    fn today() -> Row {
        let meta = domain::fleet::RowMeta {
            name: "web-1".to_owned(),
            host: "192.0.2.1".to_owned(),
            port: 22,
            via: domain::servers::Via::Ssh,
            group_id: None,
            tag_ids: Vec::new(),
            interval_secs: 5,
        };
        let vitals = Some(Vitals { cores: 4, ..Vitals::default() });
        Row {
            id: ServerId(1),
            meta,
            connection: Connection::default(),
            vitals,
            spark: vec![1],
            incidents: OpenIncidents::default(),
        }
    }

    fn moment(tier: Tier, age_ms: i64) -> Moment {
        let values = (1..=8).map(|number| Some(f64::from(number))).chain([None]).collect();
        Moment { tier, at_ms: AT_MS - age_ms, values, recent: vec![0.4, 55.5, 101.0] }
    }

    #[test]
    fn a_row_has_the_values_of_then_and_the_name_of_today() {
        let row = row_then(today(), Some(&moment(Tier::Raw, 4_000)), true, AT_MS);
        let vitals = row.vitals.unwrap();
        assert_eq!((vitals.at_ms, vitals.cpu, vitals.disk, vitals.uptime_secs), (AT_MS - 4_000, 1.0, Some(4.0), 8));
        assert_eq!(vitals.cores, 4, "not recorded then");
        assert_eq!((row.meta.name.as_str(), row.spark.as_slice()), ("web-1", &[0, 56, 100][..]));
        assert_eq!(row.connection, Connection { status: Status::Online, ..Connection::default() });
    }

    #[test]
    fn a_server_without_a_row_near_was_away() {
        let status = |moment: Option<&Moment>, was_known| row_then(today(), moment, was_known, AT_MS).connection.status;
        assert_eq!(status(Some(&moment(Tier::Raw, 89_000)), true), Status::Online);
        assert_eq!(status(Some(&moment(Tier::Raw, 90_000)), true), Status::Offline);
        assert_eq!(status(Some(&moment(Tier::Minute, 59_999)), true), Status::Online);
        assert_eq!(status(Some(&moment(Tier::Minute, 60_000)), true), Status::Offline);
        assert_eq!(status(Some(&moment(Tier::Hour, 3_599_999)), true), Status::Online);
        assert_eq!(status(None, true), Status::Offline);
        assert_eq!(status(None, false), Status::Unknown, "nothing is kept of that time");
        let away = row_then(today(), Some(&moment(Tier::Raw, 120_000)), true, AT_MS);
        assert_eq!((away.vitals, away.connection.since_ms), (None, Some(AT_MS - 120_000)));
    }

    #[test]
    fn only_the_past_can_be_asked_about() {
        assert!(check(clock::now_ms() - 1).is_ok());
        assert!(check(clock::now_ms() + 60_000).is_err());
        assert!(check(0).is_err());
    }
}
